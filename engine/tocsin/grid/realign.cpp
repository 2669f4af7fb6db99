#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/grid/edge_walk.hpp>
#include <tocsin/grid/realign.hpp>

namespace tocsin {
namespace {

using detail::CellPoint;
using Quad = std::array<CellPoint, 4>;

/// Overlaps below this share of the source cell are rounding of an edge that only touches.
constexpr double touching = 1e-12;

/// What one source cell gives to one target cell.
struct Gift {
  std::size_t cell = 0;
  double amount = 0;  ///< value times weight
  double weight = 0;
};

enum class Rule { sum, mean };

/// A window of target cells that holds a quad, the quad in its coordinates.
struct Window {
  std::int64_t column = 0, row = 0, width = 0, height = 0;
  bool holds_all = false;  ///< no part of the quad lies outside the window
  Quad quad{};
  double quad_area = 0;  ///< signed, in target cells; positive when clockwise on the map
};

/// Working memory of one task.
struct Scratch {
  std::vector<double> area, cover;
};

/// The corners of a source cell in target cells; false when one of them lies outside the CRS.
bool corners(const SourceCells& source, const Grid& grid, std::int64_t column, std::int64_t row, Quad& quad) {
  const auto nodes = static_cast<std::size_t>(source.width) + 1;
  const std::size_t north = static_cast<std::size_t>(row) * nodes + static_cast<std::size_t>(column);
  const std::array<std::size_t, 4> ring{north, north + 1, north + nodes + 1, north + nodes};
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    quad[i] = {(source.node_x[ring[i]] - grid.origin_x) / grid.cell_m,
               (grid.origin_y - source.node_y[ring[i]]) / grid.cell_m - static_cast<double>(grid.first_row)};
    sum += quad[i].u + quad[i].v;
  }
  return std::isfinite(sum);
}

/// Signed area about the first corner, positive when clockwise on the map (v runs south).
double quad_area(const Quad& quad) {
  const auto cross = [&](std::size_t i, std::size_t j) {
    return (quad[i].u - quad[0].u) * (quad[j].v - quad[0].v) - (quad[j].u - quad[0].u) * (quad[i].v - quad[0].v);
  };
  return 0.5 * (cross(1, 2) + cross(2, 3));
}

/// Moves the quad into the window of the target cells around it, cut at the grid; false when none are left. Whole
/// numbers are subtracted, so the corners keep every bit that they share with their neighbours.
bool find_window(const Grid& grid, Window& window) {
  Quad& quad = window.quad;
  const auto [west, east] = std::minmax({quad[0].u, quad[1].u, quad[2].u, quad[3].u});
  const auto [north, south] = std::minmax({quad[0].v, quad[1].v, quad[2].v, quad[3].v});
  const double columns = static_cast<double>(grid.width), rows = static_cast<double>(grid.height);
  const double first_column = std::max(0.0, std::floor(west)), last_column = std::min(columns, std::ceil(east));
  const double first_row = std::max(0.0, std::floor(north)), last_row = std::min(rows, std::ceil(south));
  if (first_column >= last_column || first_row >= last_row) return false;
  window.holds_all = west >= 0 && east <= columns && north >= 0 && south <= rows;
  window.column = static_cast<std::int64_t>(first_column);
  window.row = static_cast<std::int64_t>(first_row);
  window.width = static_cast<std::int64_t>(last_column - first_column);
  window.height = static_cast<std::int64_t>(last_row - first_row);
  for (CellPoint& corner : quad) corner = {corner.u - first_column, corner.v - first_row};
  window.quad_area = quad_area(quad);
  return window.quad_area != 0;
}

/// Areas of overlap of the quad with the cells of its window, in target cells; row-major in scratch.area.
void overlap(const Window& window, Scratch& scratch) {
  const auto size = static_cast<std::size_t>(window.width * window.height);
  scratch.area.assign(size, 0.0);
  scratch.cover.assign(size, 0.0);
  const auto sink = [&](std::int64_t row, std::int64_t column, double area, double cover) {
    const auto cell = static_cast<std::size_t>(row * window.width + column);
    scratch.area[cell] += area;
    scratch.cover[cell] += cover;
  };
  const double sign = window.quad_area > 0 ? -1 : 1;
  const detail::EdgeWalk edges{0, window.height, window.width};
  for (std::size_t i = 0; i < 4; ++i) edges.walk(window.quad[i], window.quad[(i + 1) % 4], sign, sink);
  std::size_t cell = 0;
  for (std::int64_t row = 0; row < window.height; ++row) {
    double cover = 0;
    for (std::int64_t column = 0; column < window.width; ++column, ++cell) {
      scratch.area[cell] += cover;
      cover += scratch.cover[cell];
    }
  }
}

/// Adds what one source cell gives to the target cells that it overlaps.
void give(const Window& window, double value, Rule rule, const Grid& grid, Scratch& scratch, std::vector<Gift>& gifts) {
  const double whole = std::abs(window.quad_area);
  const double per_area = rule == Rule::sum ? 1 / whole : 1.0;
  const std::size_t first = grid.index({window.column, window.row});
  if (window.holds_all && window.width == 1 && window.height == 1) {
    gifts.push_back({first, value * whole * per_area, whole * per_area});
    return;
  }
  overlap(window, scratch);
  std::size_t cell = 0;
  for (std::int64_t row = 0; row < window.height; ++row) {
    const std::size_t row_start = first + static_cast<std::size_t>(row * grid.width);
    for (std::int64_t column = 0; column < window.width; ++column, ++cell) {
      if (scratch.area[cell] <= touching * whole) continue;
      const double weight = scratch.area[cell] * per_area;
      gifts.push_back({row_start + static_cast<std::size_t>(column), value * weight, weight});
    }
  }
}

/// The gifts of source cells [first, last), in order.
void collect(const SourceCells& source, const Grid& grid, Rule rule, std::size_t first, std::size_t last,
             std::vector<Gift>& gifts) {
  Scratch scratch;
  Window window;
  const auto width = static_cast<std::size_t>(source.width);
  gifts.clear();
  for (std::size_t i = first; i < last; ++i) {
    const double value = static_cast<double>(source.values[i]);
    if (!std::isfinite(value)) continue;
    if (!corners(source, grid, static_cast<std::int64_t>(i % width), static_cast<std::int64_t>(i / width), window.quad))
      continue;
    if (find_window(grid, window)) give(window, value, rule, grid, scratch, gifts);
  }
}

/// Source cells a block, so that a block's gifts stay near a quarter of a million: about as many target cells lie under
/// a source cell as its area says, and a few more along its edges. Depends on the input alone, never on the threads.
std::size_t block_size(const SourceCells& source, const Grid& grid) {
  const std::size_t n = source.values.size();
  const std::size_t step = std::max<std::size_t>(1, n / 1024);
  double largest = 0;
  Quad quad;
  for (std::size_t i = 0; i < n; i += step)
    if (corners(source, grid, static_cast<std::int64_t>(i) % source.width, static_cast<std::int64_t>(i) / source.width,
                quad))
      largest = std::max(largest, std::abs(quad_area(quad)));
  const double gifts_a_cell = 4 + std::min(largest, static_cast<double>(grid.size()));
  return static_cast<std::size_t>(std::max(1.0, 262144.0 / gifts_a_cell));
}

void check_shape(const SourceCells& source) {
  const auto columns = static_cast<std::size_t>(std::max<std::int64_t>(0, source.width));
  const auto rows = static_cast<std::size_t>(std::max<std::int64_t>(0, source.height));
  const std::size_t nodes = (columns + 1) * (rows + 1);
  if (source.values.size() != columns * rows || source.node_x.size() != nodes || source.node_y.size() != nodes)
    throw Error(
        ErrorCode::shape_mismatch,
        fmt::format("a block of {} by {} source cells needs {} values and {} nodes, got {} values, {} and {} nodes",
                    source.width, source.height, columns * rows, nodes, source.values.size(), source.node_x.size(),
                    source.node_y.size()));
}

Raster<float> realign(const SourceCells& source, const Grid& grid, Rule rule) {
  check_shape(source);
  Raster<float> target(grid, static_cast<float>(not_observed));
  const std::size_t n = source.values.size();
  if (n == 0 || grid.size() == 0) return target;
  Raster<double> amount(grid), weight(grid);
  // Blocks fill lists of their own in parallel, a wave at a time; folding them in block order adds in source order.
  constexpr std::size_t blocks_a_wave = 16;
  const std::size_t block = block_size(source, grid), blocks = (n + block - 1) / block;
  std::vector<std::vector<Gift>> gifts(std::min(blocks, blocks_a_wave));
  for (std::size_t wave = 0; wave < blocks; wave += blocks_a_wave) {
    const std::size_t in_wave = std::min(blocks_a_wave, blocks - wave);
    parallel_for(in_wave, [&](std::size_t i) {
      collect(source, grid, rule, (wave + i) * block, std::min(n, (wave + i + 1) * block), gifts[i]);
    });
    for (std::size_t i = 0; i < in_wave; ++i) {
      for (const Gift& gift : gifts[i]) {
        amount.values()[gift.cell] += gift.amount;
        weight.values()[gift.cell] += gift.weight;
      }
    }
  }
  for (std::size_t i = 0; i < grid.size(); ++i) {
    const double total = weight.values()[i];
    if (total > 0)
      target.values()[i] = static_cast<float>(rule == Rule::sum ? amount.values()[i] : amount.values()[i] / total);
  }
  return target;
}

}  // namespace

Raster<float> realign_sum(const SourceCells& source, const Grid& grid) {
  return realign(source, grid, Rule::sum);
}

Raster<float> realign_mean(const SourceCells& source, const Grid& grid) {
  return realign(source, grid, Rule::mean);
}

}  // namespace tocsin
