#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tocsin/density/density.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/ports/join_result.hpp>
#include <tocsin/vector/area_raster.hpp>
#include <tocsin/vector/areas.hpp>
#include <tocsin/vector/events.hpp>
#include <tocsin/vector/unit_names.hpp>

namespace tocsin {

enum class PlacementMethod {
  spread,  ///< an event is spread over the place that it is known to
  point,   ///< every event on its coordinates, whatever its precision (for comparison with other tools)
  exclude  ///< only events with an exact point; the others are left out of maps
};

struct PlacementOptions {
  PlacementMethod method = PlacementMethod::spread;
  /// Administrative units by level: admin[1] are states, admin[2] counties, admin[3] payams. Null where not given; an
  /// event known to a level that is not given is spread over the next coarser level that is (a smaller unit's event is
  /// never made more precise than reported), and left out when there is none.
  std::array<const Areas*, 4> admin{};
  /// Units with the days, both included, on which their boundaries were valid; empty ends are open.
  struct Edition {
    const Areas* areas = nullptr;
    std::optional<Day> from, to;
  };
  /// Where boundaries changed: the editions of a level, the first of them admin[level]. An event belongs to the edition
  /// that was valid on its first day; one that does not know its code or name gives way to the first edition, then to
  /// the others in their order. Empty: admin[level] was always valid.
  std::array<std::vector<Edition>, 4> editions{};
  /// Codes and names as the source writes them, that stand for units.
  UnitAliases aliases;
  /// Persons per cell over the grid of placement: events are spread in proportion to it inside their place, where it is
  /// observed and positive somewhere in that place; evenly otherwise. Null: evenly.
  const Raster<float>* population = nullptr;
};

enum class PlacedAs : std::uint8_t { point, spread, excluded, outside };

/// Where each event lies on a grid. Distinct places are stored once: conflict data repeat towns and districts.
///
/// Where the grid is too large to hold the cells of every place, they are worked out band by band: find_places(), then
/// survey() of every row once, settle(), and lay() for the rows at hand. place_events() does it all for a whole grid.
/// Cells, shares and sums have the same bits for any bands.
class PlacedEvents {
 public:
  struct PointPlace {
    double x, y;
  };
  struct SpreadPlace {
    MultiPolygon shape;
    std::string unit_code;  ///< code of the administrative unit; empty for a disc, and for a unit of another edition
    double covered = 0;     ///< the part of it inside the grid, in cells
    double persons = 0;     ///< living in that part, where the population is known; 0: events are spread evenly
    double outside = 1;     ///< share of the place, and so of its events' weight, that lies outside the grid
    /// In the rows that were laid last: each cell's share of an event's weight. Over the whole grid the shares add up
    /// to 1 minus `outside`.
    std::vector<CellShare> cells;
  };

  std::vector<PointPlace> points;
  std::vector<SpreadPlace> spreads;
  std::vector<PlacedAs> how;          ///< by event
  std::vector<std::int32_t> place;    ///< by event: index into points or spreads, -1 when excluded or outside
  std::vector<std::string> warnings;  ///< names and coordinates that disagree, counted; units not found, counted
  std::vector<JoinedKey> joined;      ///< codes and names by which events were to find a unit, in order of kind and key

  /// Adds to `covered` and `persons` of each place what it has in some rows of the grid, which come from north to
  /// south, each once.
  /// @param population  persons per cell over these rows, or null
  /// @return            by place: its cells in these rows with the share of the cell that it covers
  std::vector<std::vector<CellShare>> survey(const Grid& rows, const Raster<float>* population);
  /// Once every row was surveyed: works out `outside`; events whose place has no cell in the grid lie outside.
  /// @return  for each place before, its index now, or -1 when it was dropped
  std::vector<std::int32_t> settle(const Grid& grid);
  /// Works out the cells of every place in some rows.
  void lay(const Grid& rows, const Raster<float>* population);

  /// Weights of events added up by the place that they share, in event order.
  struct PlaceWeights {
    std::vector<double> points, spreads;  ///< one each of `points` and `spreads`
  };
  /// @param weights  one an event
  [[nodiscard]] PlaceWeights weights_by_place(std::span<const double> weights) const;

  /// Every event's place with its weight: points as they are, spread places as the centres of the cells laid last.
  /// @param rows     those that were laid
  /// @param weights  one weight an event; events with weight 0 are skipped
  [[nodiscard]] std::vector<WeightedPoint> weighted_points(const Grid& rows, std::span<const double> weights) const;

  /// Weight by cell of the rows laid last: points in the cell that owns them, spread events by share. Over the whole
  /// grid it sums to the weight inside.
  [[nodiscard]] Raster<double> weight_by_cell(const Grid& rows, std::span<const double> weights) const;
};

/// Persons who live in the covered part of a cell; 0 where that is not known.
double persons_in(const CellShare& part, const Raster<float>* population);

/// What place_events() does before it looks at any cell: the place of each event. PlacementOptions::population is left
/// to survey() and lay().
PlacedEvents find_places(const Events& events, const Grid& grid, const PlacementOptions& options);

/// Places events on a grid by the precision of their report.
///
/// A unit is found, in the edition valid on the event's first day, by the event's code (Events::area_code), then by its
/// name (case, accents and trailing words such as "county" or "state" do not matter), then by the area that holds its
/// coordinates. A name that disagrees with the coordinates wins and is counted in the warnings.
///
/// @param grid  should reach beyond the area of interest by the largest bandwidth: events out there still count inside
PlacedEvents place_events(const Events& events, const Grid& grid, const PlacementOptions& options);

/// Lower case without accents, runs of other characters than letters and digits as one space: "Sous-préfecture de
/// Bakouma" becomes "sous prefecture de bakouma".
std::string fold_name(std::string_view name);

}  // namespace tocsin
