#include "density_lattice.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/density/relative.hpp>
#include <tocsin/vector/area_raster.hpp>

namespace tocsin::cli {
namespace {

constexpr double most_fine_cells = 16.8e6;
constexpr double cells_a_bandwidth = 32;
/// A reader interpolates between the corners of what it was asked for: rasters are read in steps that stand at the same
/// rows whatever part of the map is painted.
constexpr std::int64_t rows_a_step = 256;

}  // namespace

Lattice::Lattice(const Grid& grid, double bandwidth_m, double reach_m) {
  const double cells = (static_cast<double>(grid.width) + 2 * reach_m / grid.cell_m) *
                       (static_cast<double>(grid.height) + 2 * reach_m / grid.cell_m);
  if (cells > most_fine_cells) {
    const double wanted = std::ceil(std::sqrt(cells / most_fine_cells));
    const double allowed = std::floor(bandwidth_m / (cells_a_bandwidth * grid.cell_m));
    factor_ = static_cast<std::int64_t>(std::max(1.0, std::min(wanted, allowed)));
  }
  Grid coarse = grid;
  coarse.cell_m = grid.cell_m * static_cast<double>(factor_);
  coarse.width = (grid.width + factor_ - 1) / factor_;
  coarse.height = (grid.height + factor_ - 1) / factor_;
  margin_ = static_cast<std::int64_t>(std::ceil(reach_m / coarse.cell_m));
  wide_ = coarse.expanded(margin_);
}

Grid Lattice::rows_in_reach(std::int64_t first, std::int64_t rows) const {
  const std::int64_t begin = first / factor_, end = (first + rows + factor_ - 1) / factor_;
  return wide_.rows(begin, end - begin + 2 * margin_);
}

std::vector<std::uint8_t> mostly_inside(const MultiPolygon& area, const Grid& rows) {
  std::vector<double> shares(rows.size());
  for (const Polygon& polygon : area)
    for (const CellShare& part : coverage_fractions(MultiPolygon{polygon}, rows)) shares[part.cell] += part.share;
  std::vector<std::uint8_t> inside(rows.size());
  std::transform(shares.begin(), shares.end(), inside.begin(),
                 [](double share) { return static_cast<std::uint8_t>(share >= 0.5 ? 1 : 0); });
  return inside;
}

People::People(std::unique_ptr<RasterSource> source, const Lattice& lattice, const MultiPolygon* inside)
    : source_(std::move(source)), lattice_(lattice), inside_(inside) {}

const Raster<float>& People::step(std::int64_t index) {
  const auto known = steps_.find(index);
  if (known != steps_.end()) return known->second;
  const std::int64_t first = index * rows_a_step;
  const Grid rows = lattice_.grid().rows(first, std::min(rows_a_step, lattice_.grid().height - first));
  RasterBatch batch = source_->read(rows);
  for (std::string& warning : batch.warnings)
    if (std::find(warnings_.begin(), warnings_.end(), warning) == warnings_.end())
      warnings_.push_back(std::move(warning));
  const std::vector<std::uint8_t> inside =
      inside_ == nullptr ? std::vector<std::uint8_t>(rows.size(), 1) : mostly_inside(*inside_, rows);
  const auto values = batch.raster.values();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (inside[i] == 0) {
      values[i] = 0;
    } else {
      ++(std::isnan(values[i]) ? unobserved_ : observed_);
    }
  }
  return steps_[index] = std::move(batch.raster);
}

std::vector<WeightedPoint> People::in_reach(std::int64_t first, std::int64_t rows, const Progress& progress) {
  const Grid wanted = lattice_.rows_in_reach(first, rows);
  const std::int64_t begin = wanted.first_row - lattice_.grid().first_row, end = begin + wanted.height;
  Raster<float> persons(wanted);
  for (std::int64_t index = begin / rows_a_step; index * rows_a_step < end; ++index) {
    throw_if_cancelled(progress);
    const Raster<float>& read = step(index);
    const std::int64_t top = index * rows_a_step;
    for (std::int64_t row = std::max(begin, top); row < std::min(end, top + read.grid().height); ++row)
      std::copy_n(read.row(row - top).begin(), wanted.width, persons.row(row - begin).begin());
  }
  steps_.erase(steps_.begin(), steps_.lower_bound(begin / rows_a_step));
  return people_as_points(persons);
}

std::vector<std::string> People::warnings(const std::string& path) const {
  if (observed_ == 0)
    throw Error(ErrorCode::input,
                fmt::format("'{}' has no observed value in or near the map; it lies elsewhere, or all "
                            "of it is nodata there",
                            path));
  std::vector<std::string> all = warnings_;
  const double share = static_cast<double>(unobserved_) / static_cast<double>(unobserved_ + observed_);
  if (share > 0.001)
    all.push_back(fmt::format("'{}' is not observed in {:.1f} % of the cells in and near the map; nobody counts there",
                              path, 100 * share));
  return all;
}

}  // namespace tocsin::cli
