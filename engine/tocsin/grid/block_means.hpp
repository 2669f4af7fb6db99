#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/grid/raster.hpp>

namespace tocsin {

/// Means and sums of a raster over square blocks of its cells, fed with bands of rows from the north. The same bits for
/// any bands.
class BlockMeans {
 public:
  /// @param whole   the raster's grid
  /// @param factor  cells along the side of a block, at least 1; blocks at the east and south edge may be smaller
  BlockMeans(const Grid& whole, std::int64_t factor);

  /// The grid of the blocks.
  [[nodiscard]] const Grid& blocks() const { return blocks_; }
  /// @param rows    on Grid::rows of the whole grid; NaN = not observed
  /// @param inside  one flag a cell of `rows`: 0 leaves the cell out altogether
  /// @throws Error shape_mismatch
  void add(const Raster<float>& rows, std::span<const std::uint8_t> inside);

  /// By block: the mean of its observed cells; NaN where less than half of the cells inside were observed.
  [[nodiscard]] std::vector<double> means() const;
  /// By block: the sum of its observed cells; NaN where none was.
  [[nodiscard]] std::vector<double> sums() const;

 private:
  struct Block {
    double sum = 0;
    std::int64_t inside = 0, observed = 0;
  };
  Grid whole_, blocks_;
  std::int64_t factor_;
  std::vector<Block> sums_;
};

}  // namespace tocsin
