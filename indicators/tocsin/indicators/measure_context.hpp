#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <tocsin/core/progress.hpp>
#include <tocsin/density/place_densities.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/indicators/area_join.hpp>
#include <tocsin/indicators/event_layer.hpp>
#include <tocsin/indicators/measure.hpp>
#include <tocsin/indicators/run_cache.hpp>
#include <tocsin/vector/area_raster.hpp>

namespace tocsin {

/// Days, both included, on which nobody could reach an area.
struct UnreachableDays {
  std::size_t area = 0;
  Day first, last;
};

/// Everything that measures compute with: the grid, the areas, and the sources as read. A grid that does not fit into
/// memory goes through in bands of rows; what lies "over `grid`" is then that of the band entered last
/// (LoadedSources::enter).
class MeasureContext {
 public:
  Grid whole_grid;  ///< covers the area of interest
  Grid whole_wide;  ///< the same with a margin of the largest reach: events out there still count
  Grid grid;        ///< the rows at hand
  Grid wide_grid;   ///< the same with the margin
  Day as_of;
  Areas areas;
  std::vector<std::uint8_t> inside;  ///< over `grid`: 1 for cells that the area of interest covers in part or wholly
  std::vector<std::vector<CellShare>> area_cells;  ///< coverage of each area over `grid`
  std::vector<std::int32_t> area_of_cell;          ///< the area that covers most of each cell of `grid`, or -1
  std::vector<double> area_population;             ///< persons; NaN = not observed; empty when not given
  Raster<float> population;                        ///< over `grid`: by which areas weigh their cells; empty: not given
  std::map<std::string, EventLayer> events;
  std::map<std::pair<std::string, std::string>, Features> features;  ///< by source and filter
  std::map<std::string, Raster<float>> rasters;                      ///< over `grid`
  std::map<std::string, Areas> area_sources;
  std::map<std::string, Table> tables;
  /// The areas as they were read, also those outside the area of interest: the reporting units first, then other
  /// editions of them. Their parts lead to `areas`.
  std::vector<AreaEdition> editions;
  std::map<TableJoinRequest, TableJoin> table_joins;             ///< by all that was asked
  std::map<std::string, std::vector<UnitOfEdition>> area_joins;  ///< by area source: the unit of each of its areas
  /// By pillar, from the indicators of access that mask it: days without reports from an area. Days may be named twice.
  std::map<std::string, std::vector<UnreachableDays>> unreachable;

  /// The densities of a source's spread places over `grid`, kept from one period to the next until another band is
  /// entered. Not for several threads at once.
  [[nodiscard]] PlaceDensities& place_densities(const std::string& source, const DensityOptions& options) const;
  void forget_densities() { densities_.clear(); }

  RunCache from_areas;   ///< what follows from areas and features alone
  RunCache from_events;  ///< what follows from where events are placed as well; forgotten when a draw is shown
  /// A measure's values by area in a period, worked out in the first band that asks.
  /// @param what  tells apart what one measure works out
  /// @param make  T made()
  template <typename T, typename Make>
  [[nodiscard]] std::shared_ptr<const T> of_period(const Measure& measure, const char* what, const Period& period,
                                                   Make&& make) const {
    return from_events.get<T>(period_key(measure, what, period), std::forward<Make>(make));
  }

  /// A raster with each cell's area's value; NaN outside all areas.
  [[nodiscard]] Raster<float> painted(std::span<const double> by_area) const;
  /// The rows of a table, joined to areas as a measure asked for by Measure::table_join().
  [[nodiscard]] const TableJoin& table_join(const TableJoinRequest& request) const;
  /// Where the numbers of an area of an area source go; empty: nowhere.
  [[nodiscard]] std::span<const AreaPart> parts_of(const std::string& area_source, std::size_t area) const;
  /// Index of the area with a code, or -1.
  [[nodiscard]] std::int64_t area_by_code(const std::string& code) const;
  /// The values of a raster over the wide grid that lie over `grid`.
  [[nodiscard]] Raster<float> cropped(const Raster<float>& wide) const;

 private:
  static std::string period_key(const Measure& measure, const char* what, const Period& period);

  using DensityKey = std::tuple<std::string, Kernel, double>;  ///< source, kernel, bandwidth in metres
  mutable std::map<DensityKey, PlaceDensities> densities_;
};

}  // namespace tocsin
