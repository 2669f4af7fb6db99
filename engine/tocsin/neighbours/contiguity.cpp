#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/neighbours/contiguity.hpp>
#include <tocsin/neighbours/detail/boundaries.hpp>

namespace tocsin {
namespace {

using detail::Segment;
using detail::SweptSegments;

struct Vector {
  double x, y;
};
Vector from(const Point& a, const Point& b) {
  return {b.x() - a.x(), b.y() - a.y()};
}
double dot(const Vector& v, const Vector& w) {
  return v.x * w.x + v.y * w.y;
}
double cross(const Vector& v, const Vector& w) {
  return v.x * w.y - v.y * w.x;
}
bool same(const Point& p, const Point& q) {
  return p.x() == q.x() && p.y() == q.y();
}

bool point_near_segment(const Point& p, const Segment& s, double within) {
  const Vector along = from(s.a, s.b), to = from(s.a, p);
  const double length2 = dot(along, along), at = dot(to, along);
  if (at <= 0 || length2 == 0) return std::sqrt(dot(to, to)) <= within;
  if (at >= length2) {
    const Vector rest = from(s.b, p);
    return std::sqrt(dot(rest, rest)) <= within;
  }
  return std::abs(cross(along, to)) <= within * std::sqrt(length2);
}

bool segments_cross(const Segment& s, const Segment& t) {
  const Vector along_s = from(s.a, s.b), along_t = from(t.a, t.b);
  const double a = cross(along_s, from(s.a, t.a)), b = cross(along_s, from(s.a, t.b));
  const double c = cross(along_t, from(t.a, s.a)), d = cross(along_t, from(t.a, s.b));
  return ((a < 0 && b > 0) || (a > 0 && b < 0)) && ((c < 0 && d > 0) || (c > 0 && d < 0));
}

bool boxes_near(const Segment& s, const Segment& t, double within) {
  return std::min(s.a.x(), s.b.x()) - within <= std::max(t.a.x(), t.b.x()) &&
         std::min(t.a.x(), t.b.x()) - within <= std::max(s.a.x(), s.b.x()) &&
         std::min(s.a.y(), s.b.y()) - within <= std::max(t.a.y(), t.b.y()) &&
         std::min(t.a.y(), t.b.y()) - within <= std::max(s.a.y(), s.b.y());
}

bool segments_near(const Segment& s, const Segment& t, double within) {
  return boxes_near(s, t, within) &&
         (point_near_segment(s.a, t, within) || point_near_segment(s.b, t, within) ||
          point_near_segment(t.a, s, within) || point_near_segment(t.b, s, within) || segments_cross(s, t));
}

/// A stretch of an edge, in metres from its first end.
struct Stretch {
  std::size_t edge = 0;
  double low = 0, high = 0;
};

/// Keeps of [low, high] the u with least <= offset + slope u <= most.
void clip(double offset, double slope, double least, double most, double& low, double& high) {
  if (slope == 0) {
    if (offset < least || offset > most) high = low - 1;
    return;
  }
  double first = (least - offset) / slope, last = (most - offset) / slope;
  if (first > last) std::swap(first, last);
  low = std::max(low, first);
  high = std::min(high, last);
}

/// The stretch of s whose points stand beside t, no further than `within` from it, shortened by the cosine of the angle
/// between the two: an edge that crosses t at a right angle does not run along it at all.
Stretch stretch_along(const Segment& s, std::size_t edge, const Segment& t, double within) {
  const Vector vs = from(s.a, s.b), vt = from(t.a, t.b), start = from(t.a, s.a);
  const double length_s = std::sqrt(dot(vs, vs)), length_t = std::sqrt(dot(vt, vt));
  if (length_s == 0 || length_t == 0) return {edge, 0, 0};
  const double cosine = dot(vs, vt) / (length_s * length_t), sine = cross(vt, vs) / (length_s * length_t);
  double low = 0, high = length_s;
  clip(dot(vt, start) / length_t, cosine, 0, length_t, low, high);
  clip(cross(vt, start) / length_t, sine, -within, within, low, high);
  return {edge, low, low + std::max(0.0, high - low) * std::abs(cosine)};
}

/// The length of stretches, what they share counted once.
double total_length(std::vector<Stretch>& stretches) {
  std::sort(stretches.begin(), stretches.end(), [](const Stretch& a, const Stretch& b) {
    return a.edge != b.edge ? a.edge < b.edge : a.low != b.low ? a.low < b.low : a.high < b.high;
  });
  double total = 0, reached = 0;
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    const Stretch& stretch = stretches[i];
    if (i == 0 || stretches[i - 1].edge != stretch.edge) reached = 0;
    total += std::max(0.0, stretch.high - std::max(stretch.low, reached));
    reached = std::max(reached, stretch.high);
  }
  return total;
}

enum class Contact { point, length };

/// What counts as touching, and how long a run counts as a length.
struct Reach {
  double touch_m = 0, run_m = 0;
};

bool touch(const SweptSegments& first, const SweptSegments& second, double within) {
  return detail::sweep_pairs(first, second, within,
                             [&](std::size_t i, std::size_t j) { return segments_near(first[i], second[j], within); });
}

bool run_along(const SweptSegments& first, const SweptSegments& second, const Reach& reach) {
  std::vector<Stretch> of_first, of_second;
  const auto visit = [&](std::size_t i, std::size_t j) {
    const Segment &s = first[i], &t = second[j];
    if (same(s.a, s.b) || same(t.a, t.b) || !boxes_near(s, t, reach.touch_m)) return false;
    if ((same(s.a, t.a) && same(s.b, t.b)) || (same(s.a, t.b) && same(s.b, t.a))) return true;
    for (auto& [stretch, all] : {std::pair(stretch_along(s, i, t, reach.touch_m), &of_first),
                                 std::pair(stretch_along(t, j, s, reach.touch_m), &of_second)}) {
      if (stretch.high - stretch.low > reach.run_m) return true;
      if (stretch.high > stretch.low) all->push_back(stretch);
    }
    return false;
  };
  return detail::sweep_pairs(first, second, reach.touch_m, visit) ||
         std::max(total_length(of_first), total_length(of_second)) > reach.run_m;
}

bool in_contact(const Areas& areas, const std::vector<Box>& boxes, const detail::Pair& pair, Contact contact,
                const Reach& reach) {
  const Box region = detail::common_box(boxes[pair.first], boxes[pair.second], reach.touch_m);
  const bool by_x = region.width() >= region.height();
  const SweptSegments first(areas.shapes[pair.first], region, by_x), second(areas.shapes[pair.second], region, by_x);
  return contact == Contact::point ? touch(first, second, reach.touch_m) : run_along(first, second, reach);
}

Neighbours contiguous(const Areas& areas, Contact contact, const ContiguityOptions& options) {
  options.validate();
  const std::vector<Box> boxes = detail::finite_bounds(areas);
  double largest = 0;
  for (const Box& box : boxes)
    if (box.min_x <= box.max_x)
      largest = std::max({largest, std::abs(box.min_x), std::abs(box.max_x), std::abs(box.min_y), std::abs(box.max_y)});
  const Reach exact{0x1p-48 * largest, 0x1p-30 * largest};
  const Reach loose{std::max(exact.touch_m, options.tolerance_m), std::max(exact.run_m, options.tolerance_m)};
  const std::vector<detail::Pair> candidates = detail::pairs_of_near_boxes(boxes, loose.touch_m);
  std::vector<std::uint8_t> meet(candidates.size(), 0);
  parallel_for(candidates.size(), [&](std::size_t k) {
    // What touches exactly stays a neighbour at any tolerance, however short the length is.
    meet[k] = in_contact(areas, boxes, candidates[k], contact, exact) ||
              (options.tolerance_m > 0 && in_contact(areas, boxes, candidates[k], contact, loose));
  });
  std::vector<detail::Pair> pairs;
  for (std::size_t k = 0; k < candidates.size(); ++k)
    if (meet[k] != 0) pairs.push_back(candidates[k]);
  return detail::neighbours_of_pairs(areas.size(), pairs);
}

/// Both directions of pairs, ascending, without repeats.
std::vector<detail::Pair> both_ways(PlacePairs pairs, std::size_t places) {
  std::vector<detail::Pair> links;
  for (const auto& [a, b] : pairs) {
    if (std::max(a, b) >= places)
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("places {} and {} are paired, but there are {} places", a, b, places));
    links.emplace_back(a, b);
    links.emplace_back(b, a);
  }
  std::sort(links.begin(), links.end());
  links.erase(std::unique(links.begin(), links.end()), links.end());
  return links;
}

}  // namespace

void ContiguityOptions::validate() const {
  if (!(tolerance_m >= 0) || std::isinf(tolerance_m))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("tolerance_m must be a length of 0 or more, got {}", tolerance_m));
}

Neighbours queen_neighbours(const Areas& areas, const ContiguityOptions& options) {
  return contiguous(areas, Contact::point, options);
}

Neighbours rook_neighbours(const Areas& areas, const ContiguityOptions& options) {
  return contiguous(areas, Contact::length, options);
}

Neighbours joined(const Neighbours& neighbours, PlacePairs pairs, double weight) {
  for (const auto& [a, b] : pairs)
    if (a == b) throw Error(ErrorCode::invalid_argument, fmt::format("place {} is paired with itself", a));
  const std::vector<detail::Pair> added = both_ways(pairs, neighbours.size());
  const bool binary = neighbours.binary() && weight == 1;
  std::vector<std::size_t> offsets{0};
  std::vector<std::uint32_t> indices;
  std::vector<double> weights;
  const auto add = [&](std::uint32_t to, double its_weight) {
    indices.push_back(to);
    if (!binary) weights.push_back(its_weight);
  };
  auto next = added.begin();
  for (std::size_t i = 0; i < neighbours.size(); ++i) {
    const auto row = neighbours.indices(i);
    for (std::size_t k = 0; k < row.size(); ++k) {
      for (; next != added.end() && next->first == i && next->second < row[k]; ++next) add(next->second, weight);
      if (next != added.end() && next->first == i && next->second == row[k]) ++next;
      add(row[k], neighbours.weight(i, k));
    }
    for (; next != added.end() && next->first == i; ++next) add(next->second, weight);
    offsets.push_back(indices.size());
  }
  return {std::move(offsets), std::move(indices), std::move(weights)};
}

Neighbours separated(const Neighbours& neighbours, PlacePairs pairs) {
  const std::vector<detail::Pair> removed = both_ways(pairs, neighbours.size());
  std::vector<std::size_t> offsets{0};
  std::vector<std::uint32_t> indices;
  std::vector<double> weights;
  for (std::size_t i = 0; i < neighbours.size(); ++i) {
    const auto row = neighbours.indices(i);
    for (std::size_t k = 0; k < row.size(); ++k) {
      if (std::binary_search(removed.begin(), removed.end(), detail::Pair(static_cast<std::uint32_t>(i), row[k])))
        continue;
      indices.push_back(row[k]);
      if (!neighbours.binary()) weights.push_back(neighbours.weight(i, k));
    }
    offsets.push_back(indices.size());
  }
  return {std::move(offsets), std::move(indices), std::move(weights)};
}

}  // namespace tocsin
