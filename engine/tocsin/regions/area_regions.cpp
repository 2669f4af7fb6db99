#include <cmath>
#include <iterator>
#include <utility>

#include <boost/geometry/algorithms/area.hpp>
#include <boost/geometry/algorithms/centroid.hpp>
#include <boost/geometry/algorithms/intersection.hpp>
#include <boost/geometry/algorithms/union.hpp>
#include <boost/geometry/strategies/strategies.hpp>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/regions/area_regions.hpp>
#include <tocsin/regions/disjoint_sets.hpp>

namespace tocsin {
namespace {

namespace bg = boost::geometry;

/// A shape that has grown by unions, and what could not be united with it.
struct United {
  MultiPolygon shape;
  std::vector<const MultiPolygon*> beside;
};

/// True when `joined` holds the union of both shapes.
bool unite(const MultiPolygon& a, const MultiPolygon& b, MultiPolygon& joined) {
  try {
    MultiPolygon common;
    bg::union_(a, b, joined);
    bg::intersection(a, b, common);
    const double apart = bg::area(a) + bg::area(b);
    constexpr double believed = 1e-5;  // overlays snap points to about 1e-7 of the extent
    return std::abs(bg::area(joined) + bg::area(common) - apart) <= believed * apart;
  } catch (const bg::exception&) {  // what the overlay says of shapes that are not valid
    return false;
  }
}

/// The union of the shapes of places [begin, end) of a region, halves first: shapes of like size make unions cheap.
United unite_all(const Areas& areas, std::span<const std::size_t> places) {
  if (places.size() == 1) return {areas.shapes[places[0]], {}};
  const std::size_t half = places.size() / 2;
  United left = unite_all(areas, places.first(half));
  United right = unite_all(areas, places.subspan(half));
  MultiPolygon joined;
  if (unite(left.shape, right.shape, joined)) {
    left.shape = std::move(joined);
    left.beside.insert(left.beside.end(), right.beside.begin(), right.beside.end());
    return left;
  }
  // Once more, shape by shape, so that one bad shape does not keep the others apart.
  for (const std::size_t place : places.subspan(half)) {
    MultiPolygon more;
    if (unite(left.shape, areas.shapes[place], more))
      left.shape = std::move(more);
    else
      left.beside.push_back(&areas.shapes[place]);
  }
  return left;
}

void add_outline(const Areas& areas, Region& region) {
  United united = unite_all(areas, region.places);
  region.outline = std::move(united.shape);
  region.shapes_not_united = united.beside.size();
  for (const MultiPolygon* shape : united.beside)
    region.outline.insert(region.outline.end(), shape->begin(), shape->end());
  region.area_km2 = bg::area(region.outline) * 1e-6;
  if (region.area_km2 > 0)
    bg::centroid(region.outline, region.centroid);
  else
    region.centroid = Point(NAN, NAN);
}

}  // namespace

std::vector<Region> area_regions(const Areas& areas, const Neighbours& neighbours, std::span<const std::uint8_t> mask,
                                 std::size_t least_areas) {
  const std::size_t n = areas.size();
  if (neighbours.size() != n || mask.size() != n)
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("{} rows of neighbours and {} flags for {} areas; give one of each "
                            "an area",
                            neighbours.size(), mask.size(), n));
  if (least_areas < 1) throw Error(ErrorCode::invalid_argument, "least_areas must be at least 1, got 0");
  DisjointSets sets(n);
  for (std::size_t i = 0; i < n; ++i) {
    if (mask[i] == 0) continue;
    for (const std::uint32_t j : neighbours.indices(i))
      if (mask[j] != 0) sets.join(i, j);
  }
  const std::vector<std::size_t> set_of_area = sets.numbers();
  std::vector<std::vector<std::size_t>> members(n);
  for (std::size_t i = 0; i < n; ++i)
    if (mask[i] != 0) members[set_of_area[i]].push_back(i);
  std::vector<Region> regions;
  for (std::vector<std::size_t>& places : members) {
    if (places.size() < least_areas) continue;  // least_areas is at least 1: sets without a flag are left out, too
    regions.emplace_back().places = std::move(places);
    add_outline(areas, regions.back());
  }
  return regions;
}

}  // namespace tocsin
