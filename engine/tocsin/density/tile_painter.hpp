#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include <tocsin/core/instruction_set.hpp>
#include <tocsin/density/cell_block.hpp>
#include <tocsin/density/event_rows.hpp>
#include <tocsin/density/kernel.hpp>
#include <tocsin/grid/grid.hpp>

namespace tocsin {

/// Takes one row of a tile: events per km2 in its columns, or nothing where no event comes near the row.
using RowSink = std::function<void(std::int64_t row, std::span<const double> values)>;

/// Rows and columns of the tiles that a painter works in. Tiles begin at whole multiples of the columns; in rows they
/// may begin and end anywhere, with the same bits.
struct TileShape {
  std::int64_t rows = 0, columns = 0;
};

/// Paints the density of a kernel with finite support, tile by tile; an internal part of density(). It keeps a tile in
/// memory: one object for each thread.
class TilePainter {
 public:
  virtual ~TilePainter() = default;
  [[nodiscard]] virtual TileShape shape() const = 0;
  /// Hands every row of the tile to the sink, from north to south.
  virtual void paint(const EventRows& events, const CellBlock& tile, const RowSink& sink) = 0;
};

/// Cells by which rounding may move the end of a chord longer than two cells, at most: an end that lies nearer to a
/// cell centre is left to RowSpans. Coordinates are rounded to a part in 2^53, and so is reach^2 - dy^2, whose square
/// root has a slope of at most 1/2 there; 16 covers the dozen operations.
double rim_tolerance(const Grid& grid, double reach_m);

}  // namespace tocsin
