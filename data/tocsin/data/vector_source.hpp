#pragma once

#include <memory>
#include <span>
#include <string>

#include <tocsin/data/crs.hpp>
#include <tocsin/ports/source_spec.hpp>
#include <tocsin/ports/sources.hpp>

namespace tocsin::data {

/// Areas from any polygon layer (or a table with a WKT column). Codes come from SourceSpec::code_field, else they
/// number the areas from "1"; names from name_field, else they are the codes. All numeric attributes become
/// Areas::numbers. SourceSpec::where applies.
///
/// Invalid polygons are repaired (GEOS MakeValid) and named in a warning. Long edges are split before
/// they are projected, so that they stray by less than 5 cm; in the CRS of the layer itself nothing is changed.
/// @throws Error when opened: input, scenario as open_events; when read: scenario (no such field), input: no area, a
/// code
///         missing or repeated, no polygon or none left after repair, no CRS, two areas that overlap by more than 0.1 %
///         of the smaller
std::unique_ptr<AreaSource> open_areas(const SourceSpec& spec);

/// Places that stand for areas: polygons by their centroid, or points.
struct Places {
  Areas areas;               ///< their shapes are empty where the layer holds points
  std::vector<double> x, y;  ///< in the CRS that was asked for
  bool are_points = false;
  std::vector<std::string> warnings;
};

/// Polygons as open_areas reads them, or points from any layer or table with coordinates, with codes, names and numeric
/// attributes in the same way. What the first record holds decides which.
/// @throws Error as open_areas; input: a record that cannot be placed
Places read_places(const SourceSpec& spec, const std::string& crs_wkt);

/// Some areas as one, without the boundaries between them.
/// @param members  their numbers; at least one
MultiPolygon union_of(const Areas& areas, std::span<const std::uint32_t> members);

/// Points, lines and polygons from any layer, or points from a table with latitude and longitude; the parts of a
/// collection become features of their own. With SourceSpec::from_field and to_field a feature exists between two days,
/// both included; an empty field leaves the end open, a month ("2021-08") counts whole.
///
/// With SourceSpec::value_field each part carries that number; NaN where the field is empty. Invalid polygons are
/// repaired (GEOS MakeValid).
///
/// Records are quarantined as "coordinates missing", "coordinates not readable", "coordinates out of range", "date not
/// readable", "dates reversed", "value not readable", "polygon invalid" and by the other reasons of coordinates in
/// open_events.
/// @throws Error as open_events
std::unique_ptr<FeatureSource> open_features(const SourceSpec& spec);

/// The extent of a vector source in degrees, for crs_wkt("auto", ...).
/// @throws Error input when it has no geometry
LonLatBox lonlat_bounds(const SourceSpec& spec);

}  // namespace tocsin::data
