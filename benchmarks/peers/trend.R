# R's trend package as a worker (see worker.hpp): Rscript trend.R SERIES MONTHS
suppressMessages(library(trend))
words <- commandArgs(trailingOnly = TRUE)
months <- as.integer(words[2])
series <- matrix(readBin(words[1], "double", file.size(words[1]) / 8), nrow = months)

input <- file("stdin", open = "r")
cat("ready trend", as.character(packageVersion("trend")), "\n")
while (length(line <- readLines(input, 1)) == 1) {
  if (line == "run") {
    seconds <- system.time(result <- apply(series, 2, function(x) {
      test <- mk.test(x)
      c(test$estimates[["S"]], test$estimates[["varS"]], test$statistic, test$p.value, sens.slope(x)$estimates)
    }))
    cat(seconds[["elapsed"]], seconds[["user.self"]] + seconds[["sys.self"]], "\n")
  } else {
    writeBin(as.double(result), sub("^write ", "", line))
    cat("written\n")
  }
}
