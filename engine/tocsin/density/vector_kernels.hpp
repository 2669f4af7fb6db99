#pragma once

#include <array>
#include <cstdint>

#include <tocsin/core/instruction_set.hpp>
#include <tocsin/density/density.hpp>

namespace tocsin {

class RowSpans;

/// The inner loops of the painters, once for each instruction set; an internal part of density().
///
/// Places are in cells from a tile's north-west cell centre: column c and row r of the tile are the whole numbers.
struct TileFrame {
  double origin_x = 0, origin_y = 0;  ///< of the grid, metres
  double cells_per_metre = 1;
  double first_row = 0, first_column = 0;  ///< of the tile in the grid
  std::int32_t rows = 0, columns = 0;      ///< at most 64 rows
  double reach = 0;                        ///< cells
  /// Cells by which rounding may move an end of a chord longer than two cells, at most; see rim_tolerance().
  double tolerance = 0;
  std::uint64_t touched = 0;  ///< result: bit r is set when an event may reach row r
};

/// What the sweep adds up in a tile of at most 2^15 columns. A line holds the coefficients of a polynomial in rising
/// powers, then, as entry 2 p + 1, how many events it stands for; it is 4 doubles long for p <= 1, else 8.
struct SweepTile : TileFrame {
  const RowSpans* spans = nullptr;  ///< decides where rounding might
  double per_bandwidth = 1;         ///< bandwidths per cell
  double middle = 0;                ///< column of the polynomials' origin
  double peak = 1;                  ///< factor of the weights
  /// Rows x stride lines: the change in each column. Line number `columns` takes what lies outside the tile.
  double* lines = nullptr;
  std::int64_t stride = 0;  ///< lines; above the columns, rounded up to 4
};

/// What is added cell after cell.
struct DirectTile : TileFrame {
  const double* column_x = nullptr;  ///< centres in metres; columns rounded up to 8
  const double* row_y = nullptr;
  double reach2 = 0;  ///< square metres
  double peak = 1;
  double* values = nullptr;  ///< rows x stride
  std::int64_t stride = 0;   ///< columns rounded up to 8
};

struct VectorKernels {
  using Event = const WeightedPoint;
  /// Adds events [first, last) to a tile's lines; by the kernel's power p (uniform, epanechnikov, quartic, triweight).
  std::array<void (*)(SweepTile&, Event* first, Event* last), 4> add_chords;
  /// Sums a row's lines up from west to east, evaluates them at t[column], not below `floor`, and clears the lines.
  /// `t` and `out` hold the columns rounded up to 4; what is written beyond the columns has no meaning.
  std::array<void (*)(double* lines, std::int64_t columns, const double* t, double floor, double* out), 4> sum_row;
  /// Adds events [first, last) to a tile's cells; by Kernel, without gaussian.
  std::array<void (*)(DirectTile&, Event* first, Event* last), 5> add_cells;
};

/// @param set  not above widest_instruction_set()
const VectorKernels& vector_kernels(InstructionSet set);

}  // namespace tocsin
