# R's surveillance as a worker (see worker.hpp): Rscript alarm.R SERIES WEEKS LAST METHOD
suppressMessages(library(surveillance))
words <- commandArgs(trailingOnly = TRUE)
weeks <- as.integer(words[2])
range <- (weeks - as.integer(words[3]) + 1):weeks
series <- matrix(readBin(words[1], "double", file.size(words[1]) / 8), nrow = weeks)
bounds <- function(x) {
  counts <- sts(x, frequency = 52, start = c(2010, 1))
  found <- if (words[4] == "ears") {
    earsC(counts, control = list(method = "C1", baseline = 7, alpha = 0.001, minSigma = 0.5, range = range))
  } else {
    suppressWarnings(farringtonFlexible(counts, control = list(
      range = range, b = 5, w = 3, reweight = TRUE, weightsThreshold = 2.58, trend = TRUE, pThresholdTrend = 1,
      noPeriods = 10, pastWeeksNotIncluded = 26, thresholdMethod = "nbPlugin", alpha = 0.01, limit54 = c(5, 4),
      verbose = FALSE)))
  }
  as.vector(upperbound(found))
}

input <- file("stdin", open = "r")
cat("ready surveillance", as.character(packageVersion("surveillance")), "\n")
while (length(line <- readLines(input, 1)) == 1) {
  if (line == "run") {
    seconds <- system.time(result <- apply(series, 2, bounds))
    cat(seconds[["elapsed"]], seconds[["user.self"]] + seconds[["sys.self"]], "\n")
  } else {
    writeBin(as.double(result), sub("^write ", "", line))
    cat("written\n")
  }
}
