#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tocsin/hotspot/hotspots.hpp>
#include <tocsin/neighbours/neighbour_rule.hpp>
#include <tocsin/ports/source_spec.hpp>
#include <tocsin/vector/areas.hpp>

namespace tocsin::cli {

/// What `tocsin hotspots` looks at: areas, rows of a table, or cells of a raster.
struct HotspotPlaces {
  std::vector<std::string> codes, names;  ///< of cells empty
  Areas areas;                            ///< with shapes for areas; without for a table
  std::optional<Grid> grid;               ///< for a raster
  std::string crs_wkt;
  std::vector<double> values, second, population;  ///< NaN = not observed; the last two may be empty
  std::string unit;                                ///< of the values, where it is known: "events per person"
  std::vector<std::string> warnings;

  /// As messages name a place: "'Tambura' (SS1009)", of a cell its row and column from the north-west, "cell r1c1".
  [[nodiscard]] std::string label(std::size_t place) const;
  [[nodiscard]] std::size_t size() const { return values.size(); }
  [[nodiscard]] bool has_shapes() const { return !areas.shapes.empty(); }
};

struct HotspotFields {
  std::string value;
  std::string second;      ///< of a bivariate statistic; may be empty
  std::string population;  ///< may be empty
};

/// A table that has no shapes.
bool is_plain_table(const std::string& path);

/// Reads areas (anything GDAL opens as polygons), a table without shapes (.csv, .xlsx, ...: with a code field), or one
/// band of a raster.
/// @param crs  projected, or "auto"; of a raster its own
/// @throws Error input, scenario, usage: a field that is not there (names the nearest), a cell that is no number
HotspotPlaces read_hotspot_places(const SourceSpec& input, const std::string& crs, const HotspotFields& fields,
                                  const NeighbourRule& rule);

struct WeightChoice {
  std::string style = "binary";                ///< binary, row, variance-stabilising or inverse-distance
  double tolerance_m = 0;                      ///< for queen and rook
  double power = 1;                            ///< for inverse-distance
  std::vector<std::string> joined, separated;  ///< "CODE:CODE": links added, and taken away
};

/// The places' neighbours with the weights asked for, not yet styled; a warning where some have none.
/// @throws Error usage: weights that these places cannot have
Neighbours hotspot_neighbours(HotspotPlaces& places, const NeighbourRule& rule, const WeightChoice& weights);

WeightStyle style_of(const WeightChoice& weights);

}  // namespace tocsin::cli
