#pragma once

#include <vector>

#include <tocsin/grid/raster.hpp>
#include <tocsin/vector/areas.hpp>

namespace tocsin {

/// What a unit has in common with one of the units that replaced it.
struct CrosswalkPart {
  std::size_t to = 0;      ///< index into the units carried to
  double of_from = 0;      ///< share of the old unit: its counts go by it; see Crosswalk for what they add up to
  double of_to = 0;        ///< share of the new unit that lies in the old one: its rates weigh by it
  double km2 = 0;          ///< of the piece that both cover
  bool by_people = false;  ///< of_from is a share of people, not of ground
};

struct CrosswalkOptions {
  /// A piece that is less than this share of both its units is a difference of drawing, not a change of boundaries.
  double least_share = 0.005;
  /// People are asked only where this share of every piece of a unit lies on cells whose population is known.
  double least_observed = 0.95;
  /// A unit of which this share lies in new units is all there: what is missing is a border drawn by another hand (a
  /// kilometre along a district of 50 km is 2 %, on both sides 4 %). Of a unit with less, the rest lies elsewhere.
  double whole_unit = 0.95;
};

/// Carries values from units with old boundaries to units with new ones, by the pieces that they have in common (areal
/// interpolation), or by the people in those (dasymetric).
///
/// Counts are conserved where units are: the shares of a unit that lies in new ones but for
/// CrosswalkOptions::whole_unit add up to 1, as drawn boundaries that do not meet wholly would lose some. A unit that
/// lies in new ones only in part (a neighbour's district that the border runs into) gives them that part of its own
/// ground or people, and keeps the rest. A unit that shares its shape with a new one goes to it whole. A constant rate
/// stays what it is.
///
/// Source  Goodchild and Lam (1980), Geo-Processing 1, 297-312 (by area); Mennis (2003), The Professional Geographer
///         55, 31-42 (by people).
class Crosswalk {
 public:
  /// @param from, to  planar shapes in one CRS, metres; units of each do not overlap
  /// @throws Error input: two polygons that cannot be intersected, by their codes
  /// Cost    one polygon intersection for each pair of units whose boxes meet; in parallel
  Crosswalk(const Areas& from, const Areas& to, const CrosswalkOptions& options = {});

  /// Adds the people on some rows of a grid, which come once each.
  /// @param persons  by cell; NaN: not known
  void add_population(const Raster<float>& persons);

  /// By old unit: its pieces, in order of the new units; empty where none of it lies in any. By people where
  /// add_population() saw enough of all its pieces (of a unit that lies in new ones in part, enough of the whole of it)
  /// and anybody lives there, else by area.
  [[nodiscard]] std::vector<std::vector<CrosswalkPart>> parts() const;

 private:
  struct Piece {
    std::size_t from = 0, to = 0;
    MultiPolygon shape;
    double km2 = 0, persons = 0, observed_km2 = 0;
  };
  /// An old unit of which a part lies in no new one: its shares are of the whole of it.
  struct PartialUnit {
    std::size_t from = 0;
    MultiPolygon shape;
    double km2 = 0, persons = 0, observed_km2 = 0;
  };
  CrosswalkOptions options_;
  std::size_t from_size_ = 0;
  std::vector<double> covered_share_;  ///< of each new unit: how much of it lies in old ones
  std::vector<Piece> pieces_;          ///< in order of from, to
  std::vector<PartialUnit> partial_;
};

/// Counts by old unit carried to the new ones. NaN: not observed, as is a new unit that has a piece of such a unit, or
/// of which less than 99 % lies in old units.
std::vector<double> carry_counts(const std::vector<std::vector<CrosswalkPart>>& parts,
                                 const std::vector<double>& values, std::size_t to);

/// Rates by old unit carried to the new ones: means weighed by CrosswalkPart::of_to over the pieces observed; NaN where
/// those are less than half of a unit.
std::vector<double> carry_rates(const std::vector<std::vector<CrosswalkPart>>& parts, const std::vector<double>& values,
                                std::size_t to);

}  // namespace tocsin
