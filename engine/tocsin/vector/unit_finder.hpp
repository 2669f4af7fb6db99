#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tocsin/vector/area_raster.hpp>
#include <tocsin/vector/areas.hpp>
#include <tocsin/vector/unit_names.hpp>

namespace tocsin {

/// Finds units of one administrative level by code, by name and by place. Keeps a reference to the areas.
class UnitFinder {
 public:
  explicit UnitFinder(const Areas& areas, const UnitAliases& aliases = {});

  /// The unit with exactly this code, or the one that an alias stands for, or -1.
  [[nodiscard]] std::int64_t by_code(const std::string& code) const { return names_.by_code(code); }
  /// Units with this name: UnitNames::by_name.
  [[nodiscard]] std::vector<std::size_t> by_name(std::string_view name) const { return names_.by_name(name); }
  /// The unit that holds the point, or -1.
  [[nodiscard]] std::int64_t by_point(double x, double y) const { return locator_.locate(x, y); }
  /// True when the point lies in the unit or on its boundary.
  [[nodiscard]] bool holds(std::size_t unit, double x, double y) const;
  [[nodiscard]] const Areas& areas() const { return areas_; }
  [[nodiscard]] const UnitNames& names() const { return names_; }

 private:
  const Areas& areas_;
  AreaLocator locator_;
  UnitNames names_;
};

}  // namespace tocsin
