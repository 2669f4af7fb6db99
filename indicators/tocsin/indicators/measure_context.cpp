#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/indicators/measure_context.hpp>

namespace tocsin {

PlaceDensities& MeasureContext::place_densities(const std::string& source, const DensityOptions& options) const {
  const DensityKey key{source, options.kernel, options.bandwidth.metres};
  const auto known = densities_.find(key);
  if (known != densities_.end()) return known->second;
  return densities_.try_emplace(key, events.at(source).placed, wide_grid, whole_grid, grid, options).first->second;
}

std::string MeasureContext::period_key(const Measure& measure, const char* what, const Period& period) {
  return fmt::format("{}/{}/{}/{}", static_cast<const void*>(&measure), what, to_string(period.first),
                     to_string(period.last));
}

Raster<float> MeasureContext::painted(std::span<const double> by_area) const {
  Raster<float> raster(grid, static_cast<float>(not_observed));
  const std::span<float> values = raster.values();
  for (std::size_t i = 0; i < values.size(); ++i)
    if (area_of_cell[i] >= 0) values[i] = static_cast<float>(by_area[static_cast<std::size_t>(area_of_cell[i])]);
  return raster;
}

const TableJoin& MeasureContext::table_join(const TableJoinRequest& request) const {
  return table_joins.at(request);
}

std::span<const AreaPart> MeasureContext::parts_of(const std::string& area_source, std::size_t area) const {
  const UnitOfEdition& unit = area_joins.at(area_source)[area];
  if (unit.unit < 0) return {};
  return editions[unit.edition].parts[static_cast<std::size_t>(unit.unit)];
}

std::int64_t MeasureContext::area_by_code(const std::string& code) const {
  const auto found = std::find(areas.codes.begin(), areas.codes.end(), code);
  return found == areas.codes.end() ? -1 : found - areas.codes.begin();
}

Raster<float> MeasureContext::cropped(const Raster<float>& wide) const {
  Raster<float> raster(grid);
  const auto left = std::llround((grid.origin_x - wide_grid.origin_x) / grid.cell_m);
  const auto top = std::llround((wide_grid.north() - grid.north()) / grid.cell_m);
  for (std::int64_t row = 0; row < grid.height; ++row) {
    const auto from = wide.row(row + top).subspan(static_cast<std::size_t>(left), static_cast<std::size_t>(grid.width));
    std::copy(from.begin(), from.end(), raster.row(row).begin());
  }
  return raster;
}

}  // namespace tocsin
