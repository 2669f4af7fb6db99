# spdep's permutation tests as a worker (see worker.hpp):
# Rscript spdep_local.R moran|g VALUES LINKS NEIGHBOURS PERMUTATIONS
suppressMessages(library(spdep))
words <- commandArgs(trailingOnly = TRUE)
k <- as.integer(words[4])
permutations <- as.integer(words[5])
values <- readBin(words[2], "double", file.size(words[2]) / 8)
n <- length(values)
links <- matrix(readBin(words[3], "integer", file.size(words[3]) / 4), nrow = k) + 1L
neighbours <- lapply(seq_len(n), function(i) sort(links[, i]))
attributes(neighbours) <- list(class = "nb", region.id = as.character(seq_len(n)))
invisible(set.coresOption(1L))
set.seed(7)

estimate <- if (words[1] == "moran") {
  weights <- nb2listw(neighbours, style = "W")
  function() localmoran_perm(values, weights, nsim = permutations)
} else {
  weights <- nb2listw(neighbours, style = "B")
  function() localG_perm(values, weights, nsim = permutations)
}
folded <- function(result) {
  table <- if (words[1] == "moran") result else attr(result, "internals")
  two_sided <- table[, grep("Sim$", colnames(table))[1]]
  if (any(grepl("folded", colnames(table), ignore.case = TRUE))) {
    table[, grep("folded", colnames(table), ignore.case = TRUE)[1]]
  } else {
    two_sided / 2
  }
}

input <- file("stdin", open = "r")
cat("ready spdep", as.character(packageVersion("spdep")), "\n")
while (length(line <- readLines(input, 1)) == 1) {
  if (line == "run") {
    seconds <- system.time(result <- estimate())
    cat(seconds[["elapsed"]], seconds[["user.self"]] + seconds[["sys.self"]], "\n")
  } else {
    writeBin(as.double(folded(result)), sub("^write ", "", line))
    cat("written\n")
  }
}
