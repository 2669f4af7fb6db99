#include <algorithm>
#include <cmath>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/density/density_bands.hpp>
#include <tocsin/density/place_densities.hpp>

namespace tocsin {
namespace {

/// The cells [first, first + count) of a side that lie within reach of [low, high], both in cells from its start.
std::pair<std::int64_t, std::int64_t> within(double low, double high, std::int64_t first, std::int64_t end) {
  const double from = std::clamp(std::floor(low), static_cast<double>(first), static_cast<double>(end));
  const double to = std::clamp(std::ceil(high), static_cast<double>(first), static_cast<double>(end));
  return {static_cast<std::int64_t>(from), static_cast<std::int64_t>(std::max(0.0, to - from))};
}

}  // namespace

PlaceDensities::PlaceDensities(const PlacedEvents& placed, Grid wide_rows, Grid whole, Grid rows,
                               DensityOptions options)
    : placed_(placed),
      wide_rows_(std::move(wide_rows)),
      whole_(std::move(whole)),
      rows_(std::move(rows)),
      options_(options),
      painted_(placed.spreads.size()) {
  options_.validate();
}

void PlaceDensities::paint(std::size_t place) {
  Painted& to = painted_[place];
  to.done = true;
  const PlacedEvents::SpreadPlace& spread = placed_.spreads[place];
  const Box box =
      bounds_of(spread.shape).expanded(kernel_reach(options_.kernel, options_.bandwidth.metres) + whole_.cell_m);
  // The columns follow from the place alone, so that they are the same for any rows.
  const auto [first_column, columns] = within((box.min_x - whole_.origin_x) / whole_.cell_m,
                                              (box.max_x - whole_.origin_x) / whole_.cell_m, 0, whole_.width);
  const auto first = rows_.first_row - whole_.first_row;
  const auto [first_row, rows] = within((whole_.north() - box.max_y) / whole_.cell_m,
                                        (whole_.north() - box.min_y) / whole_.cell_m, first, first + rows_.height);
  if (columns == 0 || rows == 0) return;
  std::vector<WeightedPoint> points;
  points.reserve(spread.cells.size());
  for (const CellShare& part : spread.cells) {
    const auto width = static_cast<std::size_t>(wide_rows_.width);
    points.push_back({wide_rows_.x_of_column(static_cast<std::int64_t>(part.cell % width)),
                      wide_rows_.y_of_row(static_cast<std::int64_t>(part.cell / width)), part.share});
  }
  Grid window = whole_;
  window.origin_x += static_cast<double>(first_column) * whole_.cell_m;
  window.width = columns;
  to.first_column = first_column;
  to.columns = columns;
  to.first_row = first_row - first;
  to.rows = rows;
  to.values.resize(static_cast<std::size_t>(columns * rows));
  DensityOptions options = options_;
  options.expected_places = static_cast<std::size_t>(std::ceil(spread.covered));  // those of all bands
  DensityBands(points, window, options).paint(first_row, rows, std::span<double>(to.values));
}

void PlaceDensities::add(std::span<const double> weights, Raster<double>& raster) {
  if (weights.size() != painted_.size() || raster.grid() != rows_)
    throw Error(ErrorCode::shape_mismatch, "densities of places take one weight a place, and a raster over their rows");
  std::vector<std::size_t> places, missing;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] == 0) continue;
    places.push_back(i);
    if (!painted_[i].done) missing.push_back(i);
  }
  parallel_for(missing.size(), [&](std::size_t i) { paint(missing[i]); });
  parallel_for(static_cast<std::size_t>(rows_.height), [&](std::size_t row) {
    const auto out = raster.row(static_cast<std::int64_t>(row));
    for (const std::size_t place : places) {
      const Painted& from = painted_[place];
      const std::int64_t down = static_cast<std::int64_t>(row) - from.first_row;
      if (down < 0 || down >= from.rows) continue;
      const double* values = &from.values[static_cast<std::size_t>(down * from.columns)];
      double* cells = out.data() + from.first_column;
      for (std::int64_t column = 0; column < from.columns; ++column) cells[column] += weights[place] * values[column];
    }
  });
}

}  // namespace tocsin
