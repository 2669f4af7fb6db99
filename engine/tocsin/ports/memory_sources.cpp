#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/ports/memory_sources.hpp>

namespace tocsin {

EventBatch MemoryEventSource::read(const EventRequest& request) {
  for (const auto& field : request.number_fields)
    if (!events_.numbers.contains(field))
      throw Error(ErrorCode::scenario, fmt::format("events in memory have no numeric field '{}'", field));
  for (const auto& field : request.text_fields)
    if (!events_.texts.contains(field))
      throw Error(ErrorCode::scenario, fmt::format("events in memory have no text field '{}'", field));
  EventBatch batch;
  batch.events = events_;
  batch.rows_read = static_cast<std::int64_t>(events_.size());
  for (const auto& filter : request.filters) {
    const auto predicate = filters_.find(filter);
    if (predicate == filters_.end())
      throw Error(ErrorCode::scenario,
                  fmt::format("events in memory were given no predicate for the filter '{}'", filter));
    std::vector<std::uint8_t> mask(events_.size());
    for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = predicate->second(events_, i) ? 1 : 0;
    batch.matches.push_back(std::move(mask));
  }
  return batch;
}

FeatureBatch MemoryFeatureSource::read(const std::string&, const std::string& where) {
  if (!where.empty())
    throw Error(ErrorCode::scenario, fmt::format("features in memory take no where clause, got '{}'", where));
  FeatureBatch batch;
  batch.features = features_;
  batch.rows_read = static_cast<std::int64_t>(features_.size());
  return batch;
}

RasterBatch MemoryRasterSource::read(const Grid& grid) {
  const Grid& own = raster_.grid();
  const double columns = (grid.origin_x - own.origin_x) / own.cell_m;
  const double rows = (own.north() - grid.north()) / own.cell_m;
  if (own.cell_m != grid.cell_m || columns != std::round(columns) || rows != std::round(rows))
    throw Error(ErrorCode::shape_mismatch, "a raster in memory must have the grid's cell size and aligned edges");
  RasterBatch batch{Raster<float>(grid, static_cast<float>(not_observed)), {}};
  const auto shift_column = static_cast<std::int64_t>(columns), shift_row = static_cast<std::int64_t>(rows);
  for (std::int64_t row = 0; row < grid.height; ++row)
    for (std::int64_t column = 0; column < grid.width; ++column) {
      const Cell from{column + shift_column, row + shift_row};
      if (from.column < 0 || from.column >= own.width || from.row < 0 || from.row >= own.height) continue;
      batch.raster.at({column, row}) = raster_.at(from);
    }
  return batch;
}

}  // namespace tocsin
