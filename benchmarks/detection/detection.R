# False alarms and time to detection, tocsin beside R's surveillance on the same simulated series; prints the tables of
# docs/benchmarks.md.
#
#     cmake --build build --target detection_peer
#     Rscript benchmarks/detection/detection.R build/bin/detection_peer [SERIES [FARRINGTON_SERIES]]
#
# Months: six years, the last twelve months judged. Weeks: two years, the last 26 weeks judged, where earsC is at home.
# An outbreak is planted into a copy of each series: for four periods from the fifth judged one on, events are added at
# twice the usual rate (three times as many in all). False alarms are counted in the series without; the delay is the
# number of periods from the outbreak's first to the first alarm in it, 1 being the first; an outbreak without an alarm
# in its four periods was missed. surveillance's farringtonFlexible takes its time, so it has the first FARRINGTON_SERIES
# of the series, and tocsin's once more the same ones. Every method is asked for a chance of 0.01 of a false alarm in a
# period, but for GLR, which has a limit of its own, and CUSUM, of which it is the chance that one begins.
suppressMessages(library(surveillance))
words <- commandArgs(trailingOnly = TRUE)
peer <- words[1]
series <- if (length(words) > 1) as.integer(words[2]) else 400
farrington_series <- if (length(words) > 2) as.integer(words[3]) else 100
set.seed(20210831)

rates <- list(months = 2, weeks = 2)
kinds <- list(
  Poisson = function(mean, n, season) rpois(n, mean),
  `negative binomial` = function(mean, n, season) rnbinom(n, mu = mean, size = mean / 2),  # variance three times the mean
  `zero-inflated` = function(mean, n, season) rbinom(n, 1, 0.4) * rpois(n, mean / 0.4),
  seasonal = function(mean, n, season) rpois(n, mean * (1 + 0.8 * sin(2 * pi * seq_len(n) / season))))
outbreak <- list(begin = 5, length = 4, times = 2)

simulate <- function(kind, mean, n, season) sapply(seq_len(series), function(i) kind(mean, n, season))
plant <- function(counts, mean, judged) {
  rows <- nrow(counts) - judged + outbreak$begin - 1 + seq_len(outbreak$length)
  counts[rows, ] <- counts[rows, ] + rpois(outbreak$length * ncol(counts), outbreak$times * mean)
  counts
}

# judged periods x series: TRUE, FALSE, or NA where a method did not judge
of_tocsin <- function(counts, judged, season, methods) {
  path <- tempfile()
  on.exit(unlink(path))
  writeBin(as.double(counts), path)
  lines <- system2(peer, c(path, nrow(counts), judged, season, methods), stdout = TRUE)
  if (length(lines) != length(methods)) stop("detection_peer failed")
  flags <- lapply(strsplit(lines, " "), function(words) {
    marks <- strsplit(words[2], "")[[1]]
    matrix(ifelse(marks == "-", NA, marks == "1"), nrow = judged)
  })
  setNames(flags, paste("tocsin", methods))
}
flags_of <- function(counts, season, run) apply(counts, 2, function(x) {
  found <- run(sts(x, frequency = season, start = c(2010, 1)))
  ifelse(is.na(as.vector(upperbound(found))), NA, as.vector(alarms(found)) == 1)
})
ears <- function(counts, rows, season)
  flags_of(counts, season, function(s)
    earsC(s, control = list(method = "C1", baseline = 7, alpha = 0.01, range = rows)))
# Of months the half-window, the levels of season and the half year that is left out are tocsin's.
farrington <- function(counts, rows, season) {
  years <- floor(min(5, (rows[1] - 1) / season))
  flags_of(counts, season, function(s) suppressWarnings(farringtonFlexible(s, control = list(
    range = rows, b = years, w = 1, reweight = TRUE, weightsThreshold = 2.58, trend = TRUE, pThresholdTrend = 1,
    noPeriods = 4, pastWeeksNotIncluded = 6, thresholdMethod = "nbPlugin", alpha = 0.01, limit54 = c(5, 4),
    verbose = FALSE))))
}

# quiet: judged periods x series without an outbreak; planted: the periods of the outbreak x series with one
told <- function(kind, method, quiet, planted) {
  first <- apply(planted, 2, function(found) {
    at <- which(found %in% TRUE)
    if (length(at) > 0) at[1] else Inf
  })
  delay <- median(first)
  flagged <- matrix(quiet %in% TRUE, nrow = nrow(quiet))
  begun <- flagged & !rbind(FALSE, flagged[-nrow(flagged), , drop = FALSE])
  cat(sprintf("| %s | %s | %d | %.3f | %.3f | %.0f %% | %s |\n", kind, method, ncol(quiet), mean(flagged), mean(begun),
              100 * mean(is.finite(first)), if (is.finite(delay)) sprintf("%g", delay) else "missed"))
}

table_of <- function(what, n, judged, season, methods, with_farrington) {
  cat(sprintf("\n%s: series of %d, the last %d judged\n\n", what, n, judged))
  cat("| series | method | how many | false alarms a period | of which begin | outbreaks found | median delay |\n")
  cat("|---|---|---:|---:|---:|---:|---:|\n")
  rows <- (n - judged + 1):n
  hit <- outbreak$begin - 1 + seq_len(outbreak$length)
  for (kind in names(kinds)) {
    level <- rates[[what]]
    quiet <- simulate(kinds[[kind]], level, n, season)
    planted <- plant(quiet, level, judged)
    without <- of_tocsin(quiet, judged, season, methods)
    with <- of_tocsin(planted, judged, season, methods)
    for (method in names(without)) told(kind, method, without[[method]], with[[method]][hit, , drop = FALSE])
    told(kind, "surveillance earsC C1", ears(quiet, rows, season), ears(planted, rows[hit], season))
    if (!with_farrington) next
    few <- seq_len(min(farrington_series, series))
    ours <- "tocsin farrington-flexible"
    told(kind, paste0(ours, ", the same"), without[[ours]][, few], with[[ours]][hit, few])
    told(kind, "surveillance farringtonFlexible", farrington(quiet[, few], rows, season),
         farrington(planted[, few], rows[hit], season))
  }
}
cat("surveillance", as.character(packageVersion("surveillance")), "\n")
table_of("months", 72, 12, 12, c("predictive", "farrington-flexible", "nb-cusum", "glr-nb", "ears-c1"), TRUE)
table_of("weeks", 104, 26, 52, c("predictive", "nb-cusum", "glr-nb", "ears-c1"), FALSE)
