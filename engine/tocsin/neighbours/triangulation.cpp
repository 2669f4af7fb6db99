#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

#include <boost/polygon/voronoi.hpp>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/neighbours/detail/link_rows.hpp>
#include <tocsin/neighbours/triangulation.hpp>

namespace tocsin {
namespace {

using LatticePoint = boost::polygon::point_data<std::int32_t>;

/// Locations on a lattice, each once, ascending, and the places that stand at each.
struct Sites {
  std::vector<LatticePoint> points;
  std::vector<std::uint32_t> places;  ///< by site
  std::vector<std::size_t> offsets;   ///< site s holds places [offsets[s], offsets[s + 1])
  [[nodiscard]] std::span<const std::uint32_t> at(std::size_t site) const {
    return std::span(places).subspan(offsets[site], offsets[site + 1] - offsets[site]);
  }
};

Box extent_of(std::span<const Point> points, const std::vector<std::uint32_t>& places) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Box box{infinity, infinity, -infinity, -infinity};
  for (const std::uint32_t place : places) {
    const Point& point = points[place];
    box = {std::min(box.min_x, point.x()), std::min(box.min_y, point.y()), std::max(box.max_x, point.x()),
           std::max(box.max_y, point.y())};
  }
  if (!places.empty() && (!std::isfinite(box.width()) || !std::isfinite(box.height())))
    throw Error(ErrorCode::invalid_argument,
                "the location of a place is infinite; correct it, or make it NaN: nowhere");
  return box;
}

Sites sites_of(std::span<const Point> points) {
  detail::require_numbers(points.size());
  Sites sites;
  for (std::size_t i = 0; i < points.size(); ++i)
    if (!std::isnan(points[i].x()) && !std::isnan(points[i].y())) sites.places.push_back(static_cast<std::uint32_t>(i));
  const Box box = extent_of(points, sites.places);
  // The extent is below 2^exponent, so coordinates are below 2^31; from half of that below zero they fit 32 bits, and
  // the products of their differences 64.
  int exponent = 0;
  std::frexp(std::max(box.width(), box.height()), &exponent);
  constexpr std::int64_t most = (std::int64_t{1} << 31) - 1, half = std::int64_t{1} << 30;
  const auto on_lattice = [&](double offset) {
    return static_cast<std::int32_t>(std::min<std::int64_t>(std::llround(std::ldexp(offset, 31 - exponent)), most) -
                                     half);
  };
  std::vector<LatticePoint> lattice(points.size());
  for (const std::uint32_t i : sites.places)
    lattice[i] = {on_lattice(points[i].x() - box.min_x), on_lattice(points[i].y() - box.min_y)};
  std::sort(sites.places.begin(), sites.places.end(), [&](std::uint32_t a, std::uint32_t b) {
    const LatticePoint &p = lattice[a], &q = lattice[b];
    return p.x() != q.x() ? p.x() < q.x() : p.y() != q.y() ? p.y() < q.y() : a < b;
  });
  for (std::size_t i = 0; i < sites.places.size(); ++i) {
    const LatticePoint& point = lattice[sites.places[i]];
    if (!sites.points.empty() && sites.points.back() == point) continue;
    sites.points.push_back(point);
    sites.offsets.push_back(i);
  }
  sites.offsets.push_back(sites.places.size());
  return sites;
}

/// Pairs of sites whose Voronoi cells share an edge.
std::vector<detail::Pair> delaunay_pairs(const Sites& sites) {
  boost::polygon::voronoi_diagram<double> diagram;
  boost::polygon::construct_voronoi(sites.points.begin(), sites.points.end(), &diagram);
  std::vector<detail::Pair> pairs;
  for (const auto& edge : diagram.edges()) {
    const auto here = static_cast<std::uint32_t>(edge.cell()->source_index());
    const auto there = static_cast<std::uint32_t>(edge.twin()->cell()->source_index());
    if (here < there) pairs.emplace_back(here, there);
  }
  return pairs;
}

/// Whether `other` lies in or on the circle whose diameter is a-b: it sees them at a right angle or more.
bool stands_between(const LatticePoint& a, const LatticePoint& b, const LatticePoint& other) {
  const auto difference = [](std::int32_t p, std::int32_t q) { return std::int64_t{p} - std::int64_t{q}; };
  return difference(a.x(), other.x()) * difference(b.x(), other.x()) +
             difference(a.y(), other.y()) * difference(b.y(), other.y()) <=
         0;
}

/// Of Delaunay pairs those of the Gabriel graph. Who stands between a and b is, or hides, a Delaunay neighbour of a
/// that stands there too: on the way from a to the middle one leaves a's Voronoi cell into that neighbour's.
std::vector<detail::Pair> gabriel_pairs(const Sites& sites, const std::vector<detail::Pair>& delaunay) {
  const Neighbours all = detail::neighbours_of_pairs(sites.points.size(), delaunay);
  std::vector<detail::Pair> kept;
  std::copy_if(delaunay.begin(), delaunay.end(), std::back_inserter(kept), [&](const detail::Pair& pair) {
    const auto row = all.indices(pair.first);
    return std::none_of(row.begin(), row.end(), [&](std::uint32_t other) {
      return other != pair.second &&
             stands_between(sites.points[pair.first], sites.points[pair.second], sites.points[other]);
    });
  });
  return kept;
}

/// Links of places out of those of their sites.
Neighbours between_places(const Sites& sites, const std::vector<detail::Pair>& site_pairs, std::size_t places) {
  double links = 0;
  for (const auto& [a, b] : site_pairs)
    links += 2 * static_cast<double>(sites.at(a).size()) * static_cast<double>(sites.at(b).size());
  for (std::size_t s = 0; s < sites.points.size(); ++s)
    links += static_cast<double>(sites.at(s).size()) * (static_cast<double>(sites.at(s).size()) - 1);
  detail::require_memory(links, 12, "a triangulation of places many of which coincide");
  std::vector<detail::Pair> pairs;
  pairs.reserve(static_cast<std::size_t>(links / 2));
  for (const auto& [a, b] : site_pairs)
    for (const std::uint32_t p : sites.at(a))
      for (const std::uint32_t q : sites.at(b)) pairs.emplace_back(p, q);
  for (std::size_t s = 0; s < sites.points.size(); ++s) {
    const auto pile = sites.at(s);
    for (std::size_t i = 0; i < pile.size(); ++i)
      for (std::size_t j = i + 1; j < pile.size(); ++j) pairs.emplace_back(pile[i], pile[j]);
  }
  return detail::neighbours_of_pairs(places, pairs);
}

}  // namespace

Neighbours delaunay_neighbours(std::span<const Point> points) {
  const Sites sites = sites_of(points);
  return between_places(sites, delaunay_pairs(sites), points.size());
}

Neighbours gabriel_neighbours(std::span<const Point> points) {
  const Sites sites = sites_of(points);
  return between_places(sites, gabriel_pairs(sites, delaunay_pairs(sites)), points.size());
}

}  // namespace tocsin
