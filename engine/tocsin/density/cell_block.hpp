#pragma once

#include <cstdint>

namespace tocsin {

/// A rectangle of cells: rows [first_row, end_row), columns [first_column, end_column).
struct CellBlock {
  std::int64_t first_row = 0, end_row = 0, first_column = 0, end_column = 0;
  [[nodiscard]] std::int64_t rows() const { return end_row - first_row; }
  [[nodiscard]] std::int64_t columns() const { return end_column - first_column; }
};

}  // namespace tocsin
