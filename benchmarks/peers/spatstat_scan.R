# spatstat's scan test as a worker (see worker.hpp): Rscript spatstat_scan.R PLACES SIDE REPLICATES
# Cases and controls as points; circles of 20 radii around 128 x 128 pixels, and around more of them beyond the window.
suppressMessages({
  library(spatstat.geom)
  library(spatstat.explore)
})
words <- commandArgs(trailingOnly = TRUE)
side <- as.numeric(words[2])
replicates <- as.integer(words[3])
places <- matrix(readBin(words[1], "double", file.size(words[1]) / 8), nrow = 4)
person <- rep(seq_len(ncol(places)), places[3, ])
is_case <- unlist(lapply(seq_len(ncol(places)), function(i) seq_len(places[3, i]) <= places[4, i]))
marks <- factor(ifelse(is_case, "case", "control"), levels = c("control", "case"))
window <- owin(c(0, side), c(0, side))
persons <- ppp(places[1, person], places[2, person], window = window, marks = marks, check = FALSE)
radii <- seq(0.02, 0.4, length.out = 20) * side
set.seed(7)

input <- file("stdin", open = "r")
cat("ready spatstat.explore", as.character(packageVersion("spatstat.explore")), "\n")
while (length(line <- readLines(input, 1)) == 1) {
  if (line == "run") {
    seconds <- system.time(
      result <- scan.test(persons, radii, method = "binomial", nsim = replicates, verbose = FALSE)
    )
    cat(seconds[["elapsed"]], seconds[["user.self"]] + seconds[["sys.self"]], "\n")
  } else {
    writeBin(as.double(result$statistic) / 2, sub("^write ", "", line)) # the statistic is twice the log of the ratio
    cat("written\n")
  }
}
