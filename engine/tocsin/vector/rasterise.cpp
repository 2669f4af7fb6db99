#include <algorithm>
#include <cmath>
#include <limits>
#include <variant>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/grid/line_walk.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/vector/area_raster.hpp>
#include <tocsin/vector/centre_runs.hpp>
#include <tocsin/vector/rasterise.hpp>

namespace tocsin {
namespace {

using detail::CellPoint;

/// Rows that are painted at a time, from the features that are known to reach into them.
constexpr std::int64_t block_rows = 32;

CellPoint in_cells(const Point& point, const Grid& grid) {
  return {(point.x() - grid.origin_x) / grid.cell_m, (grid.origin_y - point.y()) / grid.cell_m};
}

const char* word_for(const Geometry& geometry) {
  return std::holds_alternative<Point>(geometry)        ? "a point"
         : std::holds_alternative<LineString>(geometry) ? "a line"
                                                        : "a polygon";
}

/// Of points and lines; polygons are checked when they are brought into cells.
void require_finite(const Geometry& geometry) {
  const auto finite = [](const Point& point) { return std::isfinite(point.x()) && std::isfinite(point.y()); };
  const auto* point = std::get_if<Point>(&geometry);
  const auto* line = std::get_if<LineString>(&geometry);
  if ((point != nullptr && !finite(*point)) || (line != nullptr && !std::all_of(line->begin(), line->end(), finite)))
    throw Error(ErrorCode::invalid_argument, "a feature has a coordinate that is not finite; repair the layer first");
}

/// Rows of the grid that a box reaches into, one more on either side for the sake of its edges.
RowRange rows_of(const Box& box, const Grid& grid) {
  const double north = (grid.origin_y - box.max_y) / grid.cell_m - static_cast<double>(grid.first_row);
  const double south = (grid.origin_y - box.min_y) / grid.cell_m - static_cast<double>(grid.first_row);
  const double rows = static_cast<double>(grid.height);
  if (!(north < rows + 1 && south > -1)) return {};
  return {static_cast<std::int64_t>(std::clamp(std::floor(north) - 1, 0.0, rows)),
          static_cast<std::int64_t>(std::clamp(std::ceil(south) + 1, 0.0, rows))};
}

}  // namespace

void RasteriseOptions::validate() const {
  if (meaning == Meaning::total && method != RasteriseMethod::coverage)
    throw Error(ErrorCode::invalid_argument, "only the method coverage spreads totals; leave them out or change it");
}

const char* geometry_of(RasteriseMethod method) {
  switch (method) {
    case RasteriseMethod::coverage:
    case RasteriseMethod::centre:
      return "polygons";
    case RasteriseMethod::length:
      return "lines";
    case RasteriseMethod::count:
      return "points";
    case RasteriseMethod::touch:
      break;
  }
  return "";
}

bool can_paint(RasteriseMethod method, const Geometry& geometry) {
  switch (method) {
    case RasteriseMethod::coverage:
    case RasteriseMethod::centre:
      return std::holds_alternative<MultiPolygon>(geometry);
    case RasteriseMethod::length:
      return std::holds_alternative<LineString>(geometry);
    case RasteriseMethod::count:
      return std::holds_alternative<Point>(geometry);
    case RasteriseMethod::touch:
      break;
  }
  return true;
}

/// Sums over the cells of some rows.
struct Rasteriser::Cells {
  std::size_t width;
  std::int64_t first_row;
  std::vector<double> sums, weights;

  /// Cells [first, end) of a row.
  [[nodiscard]] std::size_t at(std::int64_t row, std::int64_t column) const {
    return static_cast<std::size_t>(row - first_row) * width + static_cast<std::size_t>(column);
  }
  void add(const CoverageRun& run, double amount) {
    double* cell = sums.data() + at(run.row, run.first);
    for (std::int64_t column = run.first; column < run.end; ++column) *cell++ += amount;
  }
  void add_weighted(const CoverageRun& run, double value) {
    add(run, run.share * value);
    double* weight = weights.data() + at(run.row, run.first);
    for (std::int64_t column = run.first; column < run.end; ++column) *weight++ += run.share;
  }
  void set_first(std::size_t cell, double value) {
    if (std::isnan(sums[cell])) sums[cell] = value;
  }
  void set_first(const CoverageRun& run, double value) {
    for (std::int64_t column = run.first; column < run.end; ++column) set_first(at(run.row, column), value);
  }
};

/// Paints one geometry after the other into the same rows.
class Rasteriser::Brush {
 public:
  Brush(const Rasteriser& from, const RowRange& rows, Cells& cells)
      : from_(from), rows_(rows), cells_(cells), coverage_(from.grid_), centres_(from.grid_) {}

  void paint(std::size_t i) {
    const Geometry& geometry = from_.geometries_[i];
    const double value = from_.values_.empty() ? 1 : from_.values_[i];
    switch (from_.options_.method) {
      case RasteriseMethod::coverage:
        return cover(from_.shapes_[i], value);
      case RasteriseMethod::centre:
        for (const CoverageRun& run : centres_.runs(from_.shapes_[i], rows_)) cells_.set_first(run, value);
        return;
      case RasteriseMethod::touch:
        return touch(i, value);
      case RasteriseMethod::length:
        return measure(std::get<LineString>(geometry), value);
      case RasteriseMethod::count: {
        const Point& point = std::get<Point>(geometry);
        const auto cell = from_.grid_.cell_of_point(point.x(), point.y());
        if (cell && cell->row >= rows_.first && cell->row < rows_.end)
          cells_.sums[cells_.at(cell->row, cell->column)] += value;
        return;
      }
    }
  }

 private:
  void cover(const ShapeInCells& shape, double value) {
    const bool total = from_.options_.meaning == RasteriseOptions::Meaning::total && !from_.values_.empty();
    const double density = total ? value / shape.area_cells() : 1;
    if (!std::isfinite(density)) return;  // no extent to spread it over
    const bool mean = from_.sum() == Sum::mean;
    for (const CoverageRun& run : coverage_.runs(shape, rows_)) {
      if (mean)
        cells_.add_weighted(run, value);
      else
        cells_.add(run, run.share * density);
    }
  }

  void touch(std::size_t i, double value) {
    const Geometry& geometry = from_.geometries_[i];
    if (std::holds_alternative<MultiPolygon>(geometry)) {
      for (const CoverageRun& run : coverage_.runs(from_.shapes_[i], rows_)) cells_.set_first(run, value);
      return;
    }
    const Grid band = from_.grid_.rows(rows_.first, rows_.end - rows_.first);
    for (const CellRun& run : runs_touched(geometry, band))
      cells_.set_first({run.row + rows_.first, run.first, run.end, 1.0}, value);
  }

  void measure(const LineString& line, double value) {
    const Grid& grid = from_.grid_;
    const detail::LineWalk walk{rows_.first + grid.first_row, rows_.end + grid.first_row, grid.width};
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
      const Point &a = line[i], &b = line[i + 1];
      const double amount = std::hypot(b.x() - a.x(), b.y() - a.y()) * value;
      const auto sink = [&](std::int64_t row, std::int64_t column, double share) {
        cells_.sums[cells_.at(row - grid.first_row, column)] += share * amount;
      };
      walk.walk(in_cells(a, grid), in_cells(b, grid), sink);
    }
  }

  const Rasteriser& from_;
  RowRange rows_;
  Cells& cells_;
  CoverageWalk coverage_;
  CentreWalk centres_;
};

Rasteriser::Rasteriser(const std::vector<Geometry>& geometries, std::vector<double> values, const Grid& grid,
                       RasteriseOptions options)
    : geometries_(geometries), values_(std::move(values)), grid_(grid), options_(options), shapes_(geometries.size()) {
  options_.validate();
  if (!values_.empty() && values_.size() != geometries_.size())
    throw Error(ErrorCode::shape_mismatch, "rasterise takes a value for each geometry, or none");
  if (!std::all_of(values_.begin(), values_.end(), [](double value) { return std::isfinite(value); }))
    throw Error(ErrorCode::invalid_argument, "a value to rasterise is not a number; leave out what was not observed");
  for (const Geometry& geometry : geometries_) {
    require_finite(geometry);
    if (!can_paint(options_.method, geometry))
      throw Error(ErrorCode::invalid_argument, fmt::format("this method paints {}, and there is {} among the features",
                                                           geometry_of(options_.method), word_for(geometry)));
  }
  parallel_for(geometries_.size(), [&](std::size_t i) {
    if (const auto* shape = std::get_if<MultiPolygon>(&geometries_[i])) shapes_[i] = ShapeInCells(*shape, grid_);
  });
  index_rows();
}

void Rasteriser::index_rows() {
  const auto blocks = static_cast<std::size_t>((grid_.height + block_rows - 1) / block_rows);
  block_ends_.assign(blocks, 0);
  std::vector<RowRange> reach;
  for (std::size_t i = 0; i < geometries_.size(); ++i) {
    const bool polygon = std::holds_alternative<MultiPolygon>(geometries_[i]);
    const RowRange rows = polygon ? shapes_[i].rows() : rows_of(bounds_of(geometries_[i]), grid_);
    reach.push_back(rows.empty() ? RowRange{} : RowRange{rows.first / block_rows, (rows.end - 1) / block_rows + 1});
  }
  for (const RowRange& block : reach)
    for (std::int64_t b = block.first; b < block.end; ++b) ++block_ends_[static_cast<std::size_t>(b)];
  std::size_t before = 0;
  for (std::size_t& end : block_ends_) {
    const std::size_t count = end;
    end = before;
    before += count;
  }
  in_block_.resize(before);
  for (std::size_t i = 0; i < reach.size(); ++i)
    for (std::int64_t b = reach[i].first; b < reach[i].end; ++b)
      in_block_[block_ends_[static_cast<std::size_t>(b)]++] = i;
}

Rasteriser::Sum Rasteriser::sum() const {
  if (options_.method == RasteriseMethod::centre || options_.method == RasteriseMethod::touch) return Sum::first;
  const bool mean = options_.method == RasteriseMethod::coverage && !values_.empty() &&
                    options_.meaning == RasteriseOptions::Meaning::everywhere;
  return mean ? Sum::mean : Sum::amounts;
}

void Rasteriser::paint(std::int64_t first_row, std::span<float> out) const {
  const auto width = static_cast<std::size_t>(grid_.width);
  if (width == 0 || out.size() % width != 0) throw Error(ErrorCode::shape_mismatch, "rasterise paints whole rows");
  const std::int64_t end_row = first_row + static_cast<std::int64_t>(out.size() / width);
  if (first_row == end_row) return;
  const std::int64_t first_block = first_row / block_rows, last_block = (end_row - 1) / block_rows;
  parallel_for(static_cast<std::size_t>(last_block - first_block + 1), [&](std::size_t i) {
    const std::int64_t block = (first_block + static_cast<std::int64_t>(i)) * block_rows;
    const RowRange rows = RowRange{block, block + block_rows}.within({first_row, end_row});
    paint_block(rows, out.subspan(static_cast<std::size_t>(rows.first - first_row) * width,
                                  static_cast<std::size_t>(rows.end - rows.first) * width));
  });
}

void Rasteriser::paint_block(const RowRange& rows, std::span<float> out) const {
  const Sum kind = sum();
  Cells cells{static_cast<std::size_t>(grid_.width), rows.first, {}, {}};
  cells.sums.assign(out.size(), kind == Sum::first ? not_observed : 0.0);
  if (kind == Sum::mean) cells.weights.assign(out.size(), 0.0);
  Brush brush(*this, rows, cells);
  const auto block = static_cast<std::size_t>(rows.first / block_rows);
  for (std::size_t i = block == 0 ? 0 : block_ends_[block - 1]; i < block_ends_[block]; ++i) brush.paint(in_block_[i]);
  for (std::size_t cell = 0; cell < out.size(); ++cell) {
    double value = cells.sums[cell];
    if (kind == Sum::mean) value = cells.weights[cell] > 0 ? value / cells.weights[cell] : not_observed;
    if (kind == Sum::first && values_.empty() && std::isnan(value)) value = 0;
    out[cell] = static_cast<float>(value);
  }
}

}  // namespace tocsin
