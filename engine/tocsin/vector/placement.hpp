#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tocsin/density/density.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/vector/area_raster.hpp>
#include <tocsin/vector/areas.hpp>
#include <tocsin/vector/events.hpp>

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
  /// Persons per cell over the grid of placement: events are spread in proportion to it inside their place, where it is
  /// observed and positive somewhere in that place; evenly otherwise. Null: evenly.
  const Raster<float>* population = nullptr;
};

enum class PlacedAs : std::uint8_t { point, spread, excluded, outside };

/// Where each event lies on a grid. Distinct places are stored once: conflict data repeat towns and districts.
class PlacedEvents {
 public:
  struct PointPlace {
    double x, y;
  };
  /// Cells and the share of an event's weight in each; the shares add up to 1 minus `outside`.
  struct SpreadPlace {
    std::vector<CellShare> cells;
    double outside = 0;
    std::string unit_code;  ///< code of the administrative unit; empty for a disc
  };

  std::vector<PointPlace> points;
  std::vector<SpreadPlace> spreads;
  std::vector<PlacedAs> how;          ///< by event
  std::vector<std::int32_t> place;    ///< by event: index into points or spreads, -1 when excluded or outside
  std::vector<std::string> warnings;  ///< names and coordinates that disagree, counted; units not found, counted

  /// Every event's place with its weight: points as they are, spread places as their cells' centres.
  /// @param weights  one weight an event; events with weight 0 are skipped
  [[nodiscard]] std::vector<WeightedPoint> weighted_points(const Grid& grid, std::span<const double> weights) const;

  /// Weight by cell: points in the cell that owns them, spread events by share. Sums to the weight inside the grid.
  [[nodiscard]] Raster<double> weight_by_cell(const Grid& grid, std::span<const double> weights) const;
};

/// Places events on a grid by the precision of their report.
///
/// A unit is found by the event's code (Events::area_code), then by its name (case, accents and trailing words such as
/// "county" or "state" do not matter), then by the area that holds its coordinates. A name that disagrees with the
/// coordinates wins and is counted in the warnings.
///
/// @param grid  should reach beyond the area of interest by the largest bandwidth: events out there still count inside
PlacedEvents place_events(const Events& events, const Grid& grid, const PlacementOptions& options);

/// Lower case without accents, runs of other characters than letters and digits as one space: "Sous-préfecture de
/// Bakouma" becomes "sous prefecture de bakouma".
std::string fold_name(std::string_view name);

}  // namespace tocsin
