#include <boost/geometry/algorithms/covered_by.hpp>
#include <boost/geometry/strategies/strategies.hpp>

#include <tocsin/vector/unit_finder.hpp>

namespace tocsin {

UnitFinder::UnitFinder(const Areas& areas, const UnitAliases& aliases)
    : areas_(areas), locator_(areas), names_(areas, aliases) {}

bool UnitFinder::holds(std::size_t unit, double x, double y) const {
  return boost::geometry::covered_by(Point(x, y), areas_.shapes[unit]);
}

}  // namespace tocsin
