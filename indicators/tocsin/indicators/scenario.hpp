#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tocsin/core/calendar.hpp>
#include <tocsin/core/units.hpp>
#include <tocsin/index/aggregate.hpp>
#include <tocsin/index/normalise.hpp>
#include <tocsin/indicators/alert_spec.hpp>
#include <tocsin/indicators/hotspot_spec.hpp>
#include <tocsin/indicators/measure.hpp>
#include <tocsin/indicators/scenario_paths.hpp>
#include <tocsin/indicators/value.hpp>
#include <tocsin/ports/source_spec.hpp>
#include <tocsin/vector/duplicates.hpp>
#include <tocsin/vector/placement.hpp>

namespace tocsin {

/// Over which periods a normalisation that looks at the data looks: the period itself, all periods, or a span of dates.
struct ReferenceSpan {
  enum class Kind { period, all, span } kind = Kind::period;
  Day from, to;  ///< for span
};

struct Indicator {
  std::string id;
  std::string name;
  std::string pillar;
  std::shared_ptr<const Measure> measure;
  std::string measure_kind;
  NormaliseOptions normalise;
  ReferenceSpan reference;
  double weight = 1;
  Role role = Role::risk;
  Position position;
};

/// The reporting units as they were between two days, both included; an empty end is open.
struct EditionSpec {
  std::string id;
  SourceSpec source;  ///< its code_field and name_field are set
  std::optional<Day> from, to;
};

/// A code or name as sources write it, that stands for the code of an area.
struct PlaceAlias {
  std::string source;  ///< whose; empty: of all
  std::string written, code;
  Position position;
};

/// What carries values over changed boundaries.
enum class CrosswalkBy { area, population };

struct AreasSpec {
  SourceSpec source;                  ///< its code_field and name_field are set
  std::string id;                     ///< of this edition; empty where there is only one
  std::optional<Day> from, to;        ///< the days on which its boundaries were valid
  std::vector<EditionSpec> editions;  ///< other editions, in the order of the file
  std::vector<PlaceAlias> aliases;
  /// By source: the id of the edition by which its codes and names go, whatever their date.
  std::map<std::string, std::string> edition_of;
  CrosswalkBy crosswalk = CrosswalkBy::area;
  std::string population;  ///< empty, or the name of a raster source, or a numeric attribute of the areas
  int admin_level = 2;     ///< which administrative level the areas are, for placing events
};

struct PlacementSpec {
  PlacementMethod method = PlacementMethod::spread;
  std::string population;                          ///< raster source by which events are spread; empty: evenly
  std::array<std::optional<SourceSpec>, 4> admin;  ///< by level; the areas stand in for their own level
};

/// Records of several sources that may tell of the same events.
struct DuplicateSpec {
  std::vector<std::string> sources;  ///< that are compared, in the order of preference
  DuplicateOptions options;
  bool keep_one = false;  ///< only the record of the preferred source counts
};

struct IndexSpec {
  AggregateRule within;   ///< inside a pillar
  AggregateRule between;  ///< between pillars
  MissingRule missing = MissingRule::reweight;
  double minimum_coverage = 0.5;                 ///< a score with less of its weight observed is not observed
  std::map<std::string, double> pillar_weights;  ///< empty: each pillar counts the sum of its indicators' weights
};

struct Scenario {
  std::string name;
  std::string note;  ///< printed on the map and in the outputs: "synthetic data"
  SourceSpec area;   ///< the area of interest
  std::string crs = "auto";
  Length cell = kilometres(1);
  Every every = Every::month;
  Day from, to, as_of;
  std::int64_t seed = 1;
  double memory_bytes = 0;  ///< what a run may take; 0: a quarter of the machine's
  AreasSpec areas;
  PlacementSpec placement;
  std::map<std::string, SourceSpec> sources;
  std::optional<DuplicateSpec> duplicates;  ///< empty: none are looked for
  std::vector<Indicator> indicators;
  IndexSpec index;
  std::optional<HotspotSpec> hotspots;  ///< empty: none are looked for
  std::optional<AlertSpec> alerts;      ///< empty: none are raised
  PathRules paths;                      ///< how its paths were understood
  std::string file;                     ///< where it was read, empty when made in memory
  std::string text;                     ///< the file's own text, for provenance
};

/// Reads and checks a scenario file: syntax, keys, kinds, units, names, catalogue ids. Does not open any source.
/// @param outside  whether its paths may leave its folder: only for a scenario that you trust
/// @throws Error input (no such file), scenario (everything that is wrong, one line each with file:line:column)
Scenario load_scenario(const std::string& path, OutsidePaths outside = OutsidePaths::refused);
/// The same from text; `file` is used in messages and to resolve relative paths.
Scenario parse_scenario(const std::string& text, const std::string& file, OutsidePaths outside = OutsidePaths::refused);

}  // namespace tocsin
