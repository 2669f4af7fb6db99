#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>

#include <boost/geometry/algorithms/area.hpp>
#include <boost/geometry/strategies/strategies.hpp>

#include <tocsin/data/detail/map_labels.hpp>

namespace tocsin::data {
namespace {

/// A stretch of a horizontal line, page coordinates.
struct Stretch {
  double from = 0, to = 0;
  [[nodiscard]] double length() const { return to - from; }
};

/// Where the horizontal line at a height of the page is inside a polygon.
std::vector<Stretch> inside_at(const Polygon& polygon, const MapLayout& layout, double page_y) {
  std::vector<double> crossings;
  const auto cross = [&](const auto& ring) {
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
      const double y1 = layout.page_y(ring[i].y()), y2 = layout.page_y(ring[i + 1].y());
      if ((y1 <= page_y) == (y2 <= page_y)) continue;
      const double x1 = layout.page_x(ring[i].x()), x2 = layout.page_x(ring[i + 1].x());
      crossings.push_back(x1 + (page_y - y1) / (y2 - y1) * (x2 - x1));
    }
  };
  cross(polygon.outer());
  for (const auto& hole : polygon.inners()) cross(hole);
  std::sort(crossings.begin(), crossings.end());
  std::vector<Stretch> result;
  for (std::size_t i = 0; i + 1 < crossings.size(); i += 2) result.push_back({crossings[i], crossings[i + 1]});
  return result;
}

std::vector<Stretch> common(const std::vector<Stretch>& a, const std::vector<Stretch>& b) {
  std::vector<Stretch> result;
  for (const Stretch& one : a)
    for (const Stretch& other : b) {
      const Stretch both{std::max(one.from, other.from), std::min(one.to, other.to)};
      if (both.length() > 0) result.push_back(both);
    }
  return result;
}

/// The middle of a line of text.
struct Spot {
  double x = 0, y = 0, room = 0;
};

/// Where a line of text of some height has most room in the polygon, the middle of the polygon before its rims.
std::vector<Spot> spots_in(const Polygon& polygon, const MapLayout& layout, double text_height) {
  const Box box = bounds_of(MultiPolygon{polygon});
  const double top = layout.page_y(box.max_y), bottom = layout.page_y(box.min_y), middle = (top + bottom) / 2;
  constexpr int steps = 14;
  std::vector<std::pair<double, Spot>> ranked;
  for (int step = 1; step < steps; ++step) {
    const double y = top + (bottom - top) * step / steps;
    const auto above = inside_at(polygon, layout, y - text_height / 2);
    const auto below = inside_at(polygon, layout, y + text_height / 2);
    for (const Stretch& free : common(common(above, below), inside_at(polygon, layout, y))) {
      const double off_middle = std::abs(y - middle) / (bottom - top);
      ranked.push_back({free.length() * (1 - 0.8 * off_middle), {(free.from + free.to) / 2, y, free.length()}});
    }
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<Spot> result;
  for (const auto& entry : ranked) result.push_back(entry.second);
  return result;
}

const Polygon* largest_part(const MultiPolygon& shape) {
  const Polygon* largest = nullptr;
  double most = 0;
  for (const Polygon& polygon : shape)
    if (const double area = boost::geometry::area(polygon); area > most) {
      most = area;
      largest = &polygon;
    }
  return largest;
}

PageBox box_of(const Spot& spot, double width, double height) {
  return {spot.x - width / 2 - 3, spot.y - height / 2 - 2, width + 6, height + 4};
}

std::optional<MapLabel> place(const MapCanvas& canvas, const MapLayout& layout, const std::string& name,
                              const Polygon& polygon, std::vector<PageBox>& taken) {
  // A name may run over its area's outline by a little: its halo keeps it readable.
  struct Attempt {
    double size, least_room;
  };
  for (const Attempt& attempt : std::array<Attempt, 3>{{{17, 1.1}, {14, 1.0}, {12, 0.8}}}) {
    const Font font{attempt.size, Weight::bold};
    const double width = canvas.text_width(name, font), height = 0.95 * font.size;
    for (const Spot& spot : spots_in(polygon, layout, height)) {
      const PageBox box = box_of(spot, width, height);
      const bool free = std::none_of(taken.begin(), taken.end(), [&](const PageBox& b) { return b.overlaps(box); });
      const bool on_page = box.x >= layout.frame.x && box.right() <= layout.frame.right();
      if (spot.room < attempt.least_room * width || !free || !on_page) continue;
      taken.push_back(box);
      return MapLabel{name, spot.x, spot.y + 0.36 * font.size, font};
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<MapLabel> place_labels(const MapCanvas& canvas, const MapLayout& layout, const Areas& areas) {
  std::vector<const Polygon*> parts;
  std::vector<double> sizes;
  for (const MultiPolygon& shape : areas.shapes) {
    parts.push_back(largest_part(shape));
    sizes.push_back(parts.back() == nullptr ? 0 : boost::geometry::area(*parts.back()));
  }
  std::vector<std::size_t> order(areas.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return sizes[a] > sizes[b]; });
  std::vector<MapLabel> labels;
  std::vector<PageBox> taken;
  for (const std::size_t area : order) {
    if (parts[area] == nullptr || areas.names[area].empty()) continue;
    if (auto label = place(canvas, layout, areas.names[area], *parts[area], taken)) labels.push_back(std::move(*label));
  }
  return labels;
}

}  // namespace tocsin::data
