#pragma once

#include <memory>
#include <optional>
#include <string>

#include <tocsin/data/crs.hpp>
#include <tocsin/ports/source_spec.hpp>
#include <tocsin/ports/sources.hpp>

namespace tocsin::data {

/// Coordinate given to events that lie so far away that the grid's CRS does not reach them: outside any grid.
inline constexpr double beyond_reach_m = 1e9;

/// Events from a table or any vector layer. Coordinates are the columns of the format, else the points of the layer, in
/// SourceSpec::crs, else the layer's CRS, else WGS 84. Further fields, where clauses and filters use the source's
/// column names (case does not matter); tocsin's own names ("actor") work where a mapping gives them.
///
/// Every record that cannot be used is quarantined with one of these reasons: "columns do not match", "duplicate id",
/// "no date", "date not readable", "dates reversed", "reported before it happened", "coordinates missing",
/// "coordinates not readable", "coordinates out of range", "latitude and longitude swapped?", "coordinates 0,0",
/// "number not readable", "not finite", "negative persons or weight", "precision not understood".
///
/// @throws Error when opened: input (no such file), scenario (unknown extension); when read: input (a needed column is
///         missing, more unusable records than SourceSpec::most_unusable), scenario (unknown field, where clause)
/// @param area_degrees  the box of the area of interest in longitude and latitude, if known: where a record is expected
///                      whose coordinates look exchanged (see look_swapped)
std::unique_ptr<EventSource> open_events(const SourceSpec& spec, const std::optional<LonLatBox>& area_degrees = {});

/// "12 of 100 records ...": thrown by all sources of records when too many cannot be used.
/// @throws Error input when quarantined / read is above spec.most_unusable
void require_usable(const SourceSpec& spec, std::int64_t read, const std::vector<QuarantinedRow>& quarantined);

}  // namespace tocsin::data
