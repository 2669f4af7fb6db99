#pragma once

#include <cstdint>

#include <tocsin/grid/grid.hpp>
#include <tocsin/indicators/scenario.hpp>

namespace tocsin {

/// How the rows of a grid are cut into bands that fit into memory.
struct BandLayout {
  std::int64_t rows_in_all = 0, rows_a_band = 0;
  [[nodiscard]] std::size_t bands() const {
    return static_cast<std::size_t>((rows_in_all + rows_a_band - 1) / rows_a_band);
  }
  [[nodiscard]] std::int64_t first(std::size_t band) const { return static_cast<std::int64_t>(band) * rows_a_band; }
  [[nodiscard]] std::int64_t rows(std::size_t band) const {
    return first(band) + rows_a_band < rows_in_all ? rows_a_band : rows_in_all - first(band);
  }
};

/// What the places that events are spread over take on the wide grid, all of them together.
struct SpreadSize {
  double cells = 0;    ///< of the places
  double painted = 0;  ///< of their densities, by all indicators that paint them
};

/// The fewest bands that fit into the scenario's memory (0: a quarter of the machine's).
/// @param wide  the grid with its margin: each band holds the margin's rows too
/// @throws Error scenario when not even ResultSink::row_step rows fit; the message gives the memory and the cell that
///         would
BandLayout lay_bands(const Scenario& scenario, const Grid& grid, const Grid& wide, const SpreadSize& spread);

}  // namespace tocsin
