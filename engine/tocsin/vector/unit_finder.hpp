#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <tocsin/vector/area_raster.hpp>
#include <tocsin/vector/areas.hpp>

namespace tocsin {

/// A folded unit name without the words that only say what kind of unit it is: "tambura county", "sous prefecture de
/// bakouma" and "prefecture economique de la nana gribizi" become "tambura", "bakouma" and "nana gribizi". A name made
/// of such words alone keeps one of them.
std::string bare_unit_name(std::string_view folded);

/// Finds units of one administrative level by code, by name and by place. Keeps a reference to the areas.
class UnitFinder {
 public:
  explicit UnitFinder(const Areas& areas);

  /// The unit with exactly this code, or -1.
  [[nodiscard]] std::int64_t by_code(const std::string& code) const;
  /// Units with this name: those whose folded names agree or, when there are none, whose bare names do, spaces aside.
  [[nodiscard]] std::vector<std::size_t> by_name(std::string_view name) const;
  /// The unit that holds the point, or -1.
  [[nodiscard]] std::int64_t by_point(double x, double y) const { return locator_.locate(x, y); }
  /// True when the point lies in the unit or on its boundary.
  [[nodiscard]] bool holds(std::size_t unit, double x, double y) const;
  [[nodiscard]] const Areas& areas() const { return areas_; }

 private:
  using Index = std::unordered_map<std::string, std::vector<std::size_t>>;

  const Areas& areas_;
  AreaLocator locator_;
  Index codes_, names_, bare_names_;
};

}  // namespace tocsin
