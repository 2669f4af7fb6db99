#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/indicators/hotspot_places.hpp>
#include <tocsin/neighbours/build_neighbours.hpp>

namespace tocsin {
namespace {

/// So that a band of neighbours holds some eighty places: enough to be round, few enough for a country.
constexpr double places_across_band = 5;

std::int64_t factor_of(const HotspotSpec& spec, double cell_m) {
  double wanted = spec.cell.metres;
  if (!(wanted > 0))
    wanted = spec.neighbours.kind == NeighbourRule::Kind::band ? spec.neighbours.distance.metres / places_across_band
                                                               : cell_m;
  // A hair more, so that "2 km" is two cells of 1 km whatever the rounding.
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::floor(wanted / cell_m + 1e-9)));
}

/// What the rule cannot do among these places is a fault of the scenario, and said with its line.
Neighbours linked(const HotspotSpec& spec, const std::optional<Grid>& grid, const Areas& areas) {
  try {
    return grid ? build_neighbours(*grid, spec.neighbours) : build_neighbours(areas, spec.neighbours);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_argument) throw;
    Problems problems;
    problems.add(spec.neighbours_at, fmt::format("`neighbours` of [hotspots]: {}", error.what()));
    throw Error(ErrorCode::scenario, problems.text());
  }
}

}  // namespace

HotspotPlaces::HotspotPlaces(const HotspotSpec& spec, const MeasureContext& context)
    : spec_(spec), areas_(context.areas.size()) {
  if (!cells()) {
    neighbours_ = linked(spec, {}, context.areas);
    population_ = context.area_population;
    for (const MultiPolygon& shape : context.areas.shapes) ground_.push_back(area_km2(shape));
    return;
  }
  factor_ = factor_of(spec, context.whole_grid.cell_m);
  cells_.emplace(context.whole_grid, factor_);
  grid_ = cells_->blocks();
  neighbours_ = linked(spec, grid_, {});
  whole_ = context.whole_grid;
  inside_.resize(whole_.size());
  if (!context.population.empty()) persons_.emplace(context.whole_grid, factor_);
}

std::size_t HotspotPlaces::size() const {
  return cells() ? grid_.size() : areas_;
}

void HotspotPlaces::survey(const MeasureContext& context) {
  if (cells_) cells_->add(Raster<float>(context.grid, 1.0F), context.inside);
  if (persons_) persons_->add(context.population, context.inside);
  if (!cells()) return;
  const auto first = static_cast<std::size_t>((context.grid.first_row - whole_.first_row) * whole_.width);
  for (std::size_t cell = 0; cell < context.inside.size(); ++cell) inside_[first + cell] = context.inside[cell] != 0;
}

void HotspotPlaces::finish_survey(const MeasureContext& context) {
  surveyed_ = true;
  if (persons_) population_ = persons_->sums();
  if (cells_) {
    ground_ = cells_->sums();
    for (double& area : ground_) area *= context.whole_grid.cell_area_km2();
  }
  persons_.reset();
  cells_.reset();
  if (std::any_of(population_.begin(), population_.end(), [](double persons) { return persons < 0; }))
    throw Error(ErrorCode::input,
                "[areas] population has negative numbers; correct them, or give the raster its nodata value");
}

std::vector<double> HotspotPlaces::counts(const EventLayer& layer, std::span<const double> weights) const {
  if (!cells()) return layer.sums_by_area(weights, areas_);
  std::vector<double> sums(grid_.size(), 0.0);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] == 0 || layer.placed.how[i] != PlacedAs::point) continue;
    const auto& point = layer.placed.points[static_cast<std::size_t>(layer.placed.place[i])];
    const auto cell = whole_.cell_of_point(point.x, point.y);
    if (!cell || !inside_[whole_.index(*cell)]) continue;
    sums[grid_.index({cell->column / factor_, cell->row / factor_})] += weights[i];
  }
  return sums;
}

PlaceMeans::PlaceMeans(const HotspotPlaces& places, const MeasureContext& context) {
  if (places.cells())
    blocks_.emplace(context.whole_grid, places.factor());
  else
    areas_.resize(context.areas.size());
}

void PlaceMeans::add(const Raster<float>& rows, const MeasureContext& context) {
  if (blocks_) return blocks_->add(rows, context.inside);
  parallel_for(areas_.size(), [&](std::size_t a) {
    for (const CellShare& part : context.area_cells[a]) {
      if (context.inside[part.cell] == 0) continue;
      areas_[a].all += part.share;
      const double value = static_cast<double>(rows.values()[part.cell]);
      if (std::isnan(value)) continue;
      areas_[a].observed += part.share;
      areas_[a].value += part.share * value;
    }
  });
}

std::vector<double> PlaceMeans::means() const {
  if (blocks_) return blocks_->means();
  std::vector<double> result;
  for (const Sum& sum : areas_)
    result.push_back(sum.observed > 0 && 2 * sum.observed >= sum.all ? sum.value / sum.observed : not_observed);
  return result;
}

}  // namespace tocsin
