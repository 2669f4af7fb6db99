# spatstat's density as a worker (see worker.hpp): Rscript spatstat_density.R points|pixels EVENTS SIDE RADIUS
# points: the sum at each cell's centre, exact. pixels: by fast Fourier transform of counts in cells.
suppressMessages({
  library(spatstat.geom)
  library(spatstat.explore)
})
words <- commandArgs(trailingOnly = TRUE)
side <- as.numeric(words[3])
sigma <- as.numeric(words[4]) / sqrt(8) # of the quartic: its standard deviation on each axis
places <- matrix(readBin(words[2], "double", file.size(words[2]) / 8), nrow = 2)
window <- owin(c(0, side), c(0, side))
events <- ppp(places[1, ], places[2, ], window = window, check = FALSE)
centres <- seq_len(side) - 0.5
cells <- expand.grid(x = centres, y = rev(centres))
cells <- ppp(cells$x, cells$y, window = window, check = FALSE)

estimate <- if (words[1] == "points") {
  function() densitycrossEngine(events, cells, sigma = sigma, kernel = "quartic", edge = FALSE)
} else {
  function() density(events, sigma = sigma, kernel = "quartic", edge = FALSE, dimyx = c(side, side))
}
by_row_from_north <- function(result) {
  if (words[1] == "points") result else as.vector(t(result$v[side:1, ]))
}

input <- file("stdin", open = "r")
cat("ready spatstat.explore", as.character(packageVersion("spatstat.explore")), "\n")
while (length(line <- readLines(input, 1)) == 1) {
  if (line == "run") {
    seconds <- system.time(result <- estimate())
    cat(seconds[["elapsed"]], seconds[["user.self"]] + seconds[["sys.self"]], "\n")
  } else {
    writeBin(as.double(by_row_from_north(result)), sub("^write ", "", line))
    cat("written\n")
  }
}
