#include <algorithm>
#include <cmath>

#include <ogr_spatialref.h>

#include <tocsin/core/parallel.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/raster_source.hpp>

namespace tocsin::data {
namespace {

constexpr float nan_value = std::numeric_limits<float>::quiet_NaN();

/// Source cells in memory, asked by fractional column and row (the centre of the first cell is at 0.5, 0.5).
struct Cells {
  Window window;
  std::vector<float> values;

  [[nodiscard]] float at(std::int64_t column, std::int64_t row) const {
    column -= window.column;
    row -= window.row;
    if (column < 0 || row < 0 || column >= window.width || row >= window.height) return nan_value;
    return values[static_cast<std::size_t>(row * window.width + column)];
  }

  [[nodiscard]] float nearest(double column, double row) const {
    return at(static_cast<std::int64_t>(std::floor(column)), static_cast<std::int64_t>(std::floor(row)));
  }

  [[nodiscard]] float bilinear(double column, double row) const {
    if (std::isnan(nearest(column, row))) return nan_value;
    const double left = std::floor(column - 0.5), top = std::floor(row - 0.5);
    const double right_share = column - 0.5 - left, bottom_share = row - 0.5 - top;
    double sum = 0, weight = 0;
    for (int i = 0; i < 2; ++i)
      for (int j = 0; j < 2; ++j) {
        const float value = at(static_cast<std::int64_t>(left) + j, static_cast<std::int64_t>(top) + i);
        const double share = (j == 0 ? 1 - right_share : right_share) * (i == 0 ? 1 - bottom_share : bottom_share);
        if (std::isnan(value)) continue;
        sum += share * static_cast<double>(value);
        weight += share;
      }
    return weight > 0 ? static_cast<float>(sum / weight) : nan_value;
  }
};

/// Fractional source columns and rows of the centres of some rows of a grid; NaN outside the source's CRS.
struct Centres {
  std::vector<double> column, row;
};

Centres centres_of(const SourceRaster& source, const Grid& grid, std::int64_t first, std::int64_t count,
                   const Transformer& to_source) {
  const auto width = static_cast<std::size_t>(grid.width), rows = static_cast<std::size_t>(count);
  Centres centres{std::vector<double>(width * rows), std::vector<double>(width * rows)};
  const double tolerance = std::min(source.cell_x(), source.cell_y()) * 1e-4;
  constexpr std::size_t rows_a_task = 64;
  const std::size_t tasks = (rows + rows_a_task - 1) / rows_a_task;
  std::vector<Transformer> transformers;  // PROJ's are not for two threads
  for (std::size_t task = 0; task < tasks; ++task) transformers.push_back(to_source.clone());
  parallel_for(tasks, [&](std::size_t task) {
    for (std::size_t row = task * rows_a_task; row < std::min(rows, (task + 1) * rows_a_task); ++row) {
      const std::span<double> x(centres.column.data() + row * width, width), y(centres.row.data() + row * width, width);
      for (std::size_t column = 0; column < width; ++column)
        x[column] = grid.x_of_column(static_cast<std::int64_t>(column));
      std::fill(y.begin(), y.end(), grid.y_of_row(first + static_cast<std::int64_t>(row)));
      project_row(transformers[task], tolerance, x, y);
      for (double& value : x) value = source.column_of(value);
      for (double& value : y) value = source.row_of(value);
    }
  });
  return centres;
}

/// The source cells that centres need, with one more around for interpolation; empty when they all lie elsewhere.
Window window_around(const SourceRaster& source, const Centres& centres) {
  const auto width = static_cast<double>(source.width()), height = static_cast<double>(source.height());
  double left = width, right = 0, top = height, bottom = 0;
  for (std::size_t i = 0; i < centres.column.size(); ++i) {
    const double column = centres.column[i], row = centres.row[i];
    if (!(column >= 0 && column < width && row >= 0 && row < height)) continue;
    left = std::min(left, column);
    right = std::max(right, column);
    top = std::min(top, row);
    bottom = std::max(bottom, row);
  }
  if (left >= width) return {};
  const auto first_column = static_cast<std::int64_t>(left) - 1, first_row = static_cast<std::int64_t>(top) - 1;
  return source.clipped({first_column, first_row, static_cast<std::int64_t>(right) + 2 - first_column,
                         static_cast<std::int64_t>(bottom) + 2 - first_row});
}

/// Samples some rows of a grid. Splits them while the source cells that they need are too many.
void sample_rows(SourceRaster& source, const Grid& grid, std::int64_t first, std::int64_t count,
                 const Transformer& to_source, bool interpolate, std::int64_t most_cells, std::span<float> out) {
  const Centres centres = centres_of(source, grid, first, count, to_source);
  Cells cells{window_around(source, centres), {}};
  if (cells.window.empty()) {
    std::fill(out.begin(), out.end(), nan_value);
    return;
  }
  if (count > 1 && cells.window.width * cells.window.height > most_cells) {
    const std::int64_t half = count / 2;
    const auto cut = static_cast<std::size_t>(half * grid.width);
    sample_rows(source, grid, first, half, to_source, interpolate, most_cells, out.first(cut));
    sample_rows(source, grid, first + half, count - half, to_source, interpolate, most_cells, out.subspan(cut));
    return;
  }
  cells.values = source.read(cells.window);
  const auto width = static_cast<std::size_t>(grid.width);
  parallel_for(static_cast<std::size_t>(count), [&](std::size_t row) {
    for (std::size_t i = row * width; i < (row + 1) * width; ++i) {
      const double column = centres.column[i], line = centres.row[i];
      if (std::isnan(column) || std::isnan(line))
        out[i] = nan_value;
      else
        out[i] = interpolate ? cells.bilinear(column, line) : cells.nearest(column, line);
    }
  });
}

/// The most frequent observed value; the smallest of several.
float most_frequent(std::vector<float>& values) {
  std::erase_if(values, [](float value) { return std::isnan(value); });
  std::sort(values.begin(), values.end());
  float best = nan_value;
  std::ptrdiff_t most = 0;
  for (auto begin = values.begin(); begin != values.end();) {
    const auto end = std::upper_bound(begin, values.end(), *begin);
    if (end - begin > most) {
      most = end - begin;
      best = *begin;
    }
    begin = end;
  }
  return best;
}

/// So many points along a cell that no source cell in it is missed, up to a limit.
std::int64_t points_along(const SourceRaster& source, const Grid& grid, const Transformer& to_source) {
  const Box box = grid.bounds();
  const double x = (box.min_x + box.max_x) / 2, y = (box.min_y + box.max_y) / 2;
  std::vector<double> columns{x, x + grid.cell_m, x}, rows{y, y, y + grid.cell_m};
  to_source.transform(columns, rows);
  const double across = std::hypot((columns[1] - columns[0]) / source.cell_x(), (rows[1] - rows[0]) / source.cell_y());
  const double along = std::hypot((columns[2] - columns[0]) / source.cell_x(), (rows[2] - rows[0]) / source.cell_y());
  const double wanted = 2 * std::max(across, along);
  constexpr double most = 16;
  return std::isfinite(wanted) ? static_cast<std::int64_t>(std::clamp(std::ceil(wanted), 4.0, most)) : 16;
}

}  // namespace

Raster<float> sample(SourceRaster& source, const Grid& grid, Resample rule, std::int64_t most_cells) {
  const Transformer to_source(*parse_srs(grid.crs_wkt, "the grid's CRS"), source.srs());
  const std::int64_t along = rule == Resample::mode ? points_along(source, grid, to_source) : 1;
  Grid points = grid;
  points.cell_m /= static_cast<double>(along);
  points.width *= along;
  points.height *= along;
  points.first_row *= along;
  Raster<float> result(grid);
  // Centres take 16 bytes each: no more of them at a time than source cells.
  const std::int64_t rows = std::clamp<std::int64_t>(most_cells / (points.width * along), 1, grid.height);
  std::vector<float> sampled;
  for (std::int64_t row = 0; row < grid.height; row += rows) {
    const std::int64_t count = std::min(rows, grid.height - row);
    sampled.resize(static_cast<std::size_t>(count * along * points.width));
    sample_rows(source, points, row * along, count * along, to_source, rule == Resample::bilinear, most_cells, sampled);
    parallel_for(static_cast<std::size_t>(count), [&](std::size_t i) {
      const auto out = result.row(row + static_cast<std::int64_t>(i));
      std::vector<float> values;
      for (std::size_t column = 0; column < out.size(); ++column) {
        values.clear();
        for (std::int64_t k = 0; k < along; ++k) {
          const auto begin = sampled.begin() + (static_cast<std::int64_t>(i) * along + k) * points.width +
                             static_cast<std::int64_t>(column) * along;
          values.insert(values.end(), begin, begin + along);
        }
        out[column] = along == 1 ? values.front() : most_frequent(values);
      }
    });
  }
  return result;
}

}  // namespace tocsin::data
