#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <ogr_spatialref.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/raster_source.hpp>
#include <tocsin/grid/realign.hpp>

namespace tocsin::data {
namespace {

/// The source cells that can lie over the grid, with a margin for what a lattice of samples does not see.
Window window_over(const SourceRaster& source, const Grid& grid, const Transformer& to_source) {
  constexpr int samples = 65;
  const Box box = grid.bounds();
  std::vector<double> x, y;
  for (int i = 0; i < samples; ++i)
    for (int j = 0; j < samples; ++j) {
      x.push_back(box.min_x + box.width() * j / (samples - 1));
      y.push_back(box.min_y + box.height() * i / (samples - 1));
    }
  to_source.transform(x, y);
  double left = static_cast<double>(source.width()) + 1, right = -1;
  double top = static_cast<double>(source.height()) + 1, bottom = -1;
  for (std::size_t i = 0; i < x.size(); ++i) {
    // A part of the grid that the source's CRS does not know: look at the whole source.
    if (std::isnan(x[i])) return {0, 0, source.width(), source.height()};
    left = std::min(left, source.column_of(x[i]));
    right = std::max(right, source.column_of(x[i]));
    top = std::min(top, source.row_of(y[i]));
    bottom = std::max(bottom, source.row_of(y[i]));
  }
  const double margin_x = 2 + 0.02 * (right - left), margin_y = 2 + 0.02 * (bottom - top);
  const auto whole = [](double value, double most) {
    return static_cast<std::int64_t>(std::clamp(value, -2.0, most + 2));
  };
  const std::int64_t first_column = whole(std::floor(left - margin_x), static_cast<double>(source.width()));
  const std::int64_t first_row = whole(std::floor(top - margin_y), static_cast<double>(source.height()));
  return source.clipped({first_column, first_row,
                         whole(std::ceil(right + margin_x), static_cast<double>(source.width())) - first_column,
                         whole(std::ceil(bottom + margin_y), static_cast<double>(source.height())) - first_row});
}

/// Corner nodes of a window's cells in the grid's CRS.
struct Nodes {
  std::vector<double> x, y;
};

/// Length of a source cell's shorter edge in the grid's CRS, about: what interpolation is measured against.
double cell_in_grid(const SourceRaster& source, const Window& window, const Transformer& to_grid) {
  const std::int64_t column = window.column + window.width / 2, row = window.row + window.height / 2;
  std::vector<double> x{source.x_of_node(column), source.x_of_node(column + 1), source.x_of_node(column)};
  std::vector<double> y{source.y_of_node(row), source.y_of_node(row), source.y_of_node(row + 1)};
  to_grid.transform(x, y);
  return std::min(std::hypot(x[1] - x[0], y[1] - y[0]), std::hypot(x[2] - x[0], y[2] - y[0]));
}

Nodes project_nodes(const SourceRaster& source, const Window& window, const Transformer& to_grid, double tolerance) {
  const auto columns = static_cast<std::size_t>(window.width + 1), rows = static_cast<std::size_t>(window.height + 1);
  Nodes nodes{std::vector<double>(columns * rows), std::vector<double>(columns * rows)};
  constexpr std::size_t rows_a_task = 64;
  const std::size_t tasks = (rows + rows_a_task - 1) / rows_a_task;
  std::vector<Transformer> transformers;  // PROJ's are not for two threads
  for (std::size_t task = 0; task < tasks; ++task) transformers.push_back(to_grid.clone());
  parallel_for(tasks, [&](std::size_t task) {
    for (std::size_t row = task * rows_a_task; row < std::min(rows, (task + 1) * rows_a_task); ++row) {
      const std::span<double> x(nodes.x.data() + row * columns, columns), y(nodes.y.data() + row * columns, columns);
      for (std::size_t column = 0; column < columns; ++column)
        x[column] = source.x_of_node(window.column + static_cast<std::int64_t>(column));
      std::fill(y.begin(), y.end(), source.y_of_node(window.row + static_cast<std::int64_t>(row)));
      project_row(transformers[task], tolerance, x, y);
    }
  });
  return nodes;
}

/// Area of each cell in the grid's CRS, km2; NaN where the value is.
std::vector<float> areas_of(const SourceCells& cells) {
  std::vector<float> areas(cells.values.size());
  const auto width = static_cast<std::size_t>(cells.width);
  for (std::size_t i = 0; i < areas.size(); ++i) {
    const std::size_t nw = i / width * (width + 1) + i % width, ne = nw + 1, sw = nw + width + 1, se = sw + 1;
    const double area = ((cells.node_x[se] - cells.node_x[nw]) * (cells.node_y[ne] - cells.node_y[sw]) -
                         (cells.node_x[ne] - cells.node_x[sw]) * (cells.node_y[se] - cells.node_y[nw])) /
                        2;
    areas[i] = std::isnan(cells.values[i]) ? cells.values[i] : static_cast<float>(std::abs(area) * 1e-6);
  }
  return areas;
}

/// Adds what is observed; what nobody observed stays NaN.
void add_observed(const Raster<float>& part, std::vector<double>& total) {
  const auto values = part.values();
  for (std::size_t i = 0; i < total.size(); ++i)
    if (!std::isnan(values[i])) total[i] = (std::isnan(total[i]) ? 0.0 : total[i]) + static_cast<double>(values[i]);
}

}  // namespace

Raster<float> realign(SourceRaster& source, const Grid& grid, Resample rule, std::int64_t most_cells) {
  const SrsHandle grid_srs = parse_srs(grid.crs_wkt, "the grid's CRS");
  const Window window = window_over(source, grid, Transformer(*grid_srs, source.srs()));
  if (window.empty()) return Raster<float>(grid, static_cast<float>(not_observed));
  const Transformer to_grid(source.srs(), *grid_srs);
  const double tolerance = cell_in_grid(source, window, to_grid) * 1e-4;
  const std::int64_t rows = std::clamp<std::int64_t>(most_cells / window.width, 1, window.height);
  std::vector<double> totals(grid.size(), not_observed), weights;
  for (std::int64_t row = 0; row < window.height; row += rows) {
    const Window block{window.column, window.row + row, window.width, std::min(rows, window.height - row)};
    std::vector<float> values = source.read(block);
    const Nodes nodes = project_nodes(source, block, to_grid, tolerance);
    SourceCells cells{block.width, block.height, nodes.x, nodes.y, values};
    if (rule == Resample::mean && rows == window.height) return realign_mean(cells, grid);
    if (rule == Resample::mean) {
      // A mean of several blocks: both of its sums add up over the blocks, the mean itself does not.
      const std::vector<float> areas = areas_of(cells);
      for (std::size_t i = 0; i < values.size(); ++i) values[i] *= areas[i];
      if (weights.empty()) weights.assign(grid.size(), not_observed);
      add_observed(realign_sum({block.width, block.height, nodes.x, nodes.y, areas}, grid), weights);
    }
    add_observed(realign_sum(cells, grid), totals);
  }
  Raster<float> result(grid);
  const auto cells = result.values();
  for (std::size_t i = 0; i < cells.size(); ++i)
    cells[i] = static_cast<float>(weights.empty() ? totals[i] : totals[i] / weights[i]);
  return result;
}

}  // namespace tocsin::data
