#include <algorithm>
#include <cmath>

// g++ 12 cannot see that Boost 1.74 sets the factor of its rescaling before it is used.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <boost/geometry/algorithms/intersection.hpp>
#include <boost/geometry/strategies/strategies.hpp>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/vector/area_raster.hpp>
#include <tocsin/vector/crosswalk.hpp>

namespace tocsin {
namespace {

constexpr double all_of_it = 0.99, half_of_it = 0.5;

bool meet(const Box& a, const Box& b) {
  return a.min_x < b.max_x && b.min_x < a.max_x && a.min_y < b.max_y && b.min_y < a.max_y;
}

bool same_points(const Polygon::ring_type& a, const Polygon::ring_type& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Point& p, const Point& q) { return p.x() == q.x() && p.y() == q.y(); });
}

bool same_shape(const MultiPolygon& a, const MultiPolygon& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Polygon& p, const Polygon& q) {
    return same_points(p.outer(), q.outer()) &&
           std::equal(p.inners().begin(), p.inners().end(), q.inners().begin(), q.inners().end(), same_points);
  });
}

MultiPolygon common(const Areas& from, std::size_t i, const Areas& to, std::size_t j) {
  if (same_shape(from.shapes[i], to.shapes[j])) return from.shapes[i];
  MultiPolygon shared;
  try {
    boost::geometry::intersection(from.shapes[i], to.shapes[j], shared);
  } catch (const boost::geometry::exception& fault) {
    throw Error(ErrorCode::input,
                fmt::format("the polygons of '{}' and of '{}' in another edition of the areas cannot be compared ({}); "
                            "repair their geometry",
                            from.codes[i], to.codes[j], fault.what()));
  }
  return shared;
}

std::vector<double> sizes(const Areas& areas) {
  std::vector<double> km2;
  for (const MultiPolygon& shape : areas.shapes) km2.push_back(area_km2(shape));
  return km2;
}

}  // namespace

Crosswalk::Crosswalk(const Areas& from, const Areas& to, const CrosswalkOptions& options)
    : options_(options), from_size_(from.size()), covered_share_(to.size(), 0.0) {
  const std::vector<double> from_km2 = sizes(from), to_km2 = sizes(to);
  std::vector<Box> boxes;
  for (const MultiPolygon& shape : to.shapes) boxes.push_back(bounds_of(shape));
  std::vector<std::vector<Piece>> pieces(from.size()), slivers(from.size());
  parallel_for(from.size(), [&](std::size_t i) {
    const Box box = bounds_of(from.shapes[i]);
    for (std::size_t j = 0; j < to.size(); ++j) {
      if (!meet(box, boxes[j])) continue;
      Piece piece{i, j, common(from, i, to, j), 0, 0, 0};
      piece.km2 = area_km2(piece.shape);
      if (!(piece.km2 > 0)) continue;
      const bool drawn = piece.km2 < options.least_share * from_km2[i] && piece.km2 < options.least_share * to_km2[j];
      (drawn ? slivers : pieces)[i].push_back(std::move(piece));
    }
  });
  for (std::size_t i = 0; i < from.size(); ++i) {
    double in_new_ones = 0;
    for (const auto* each : {&pieces[i], &slivers[i]})
      for (const Piece& piece : *each) {
        covered_share_[piece.to] += piece.km2 / to_km2[piece.to];
        in_new_ones += piece.km2;
      }
    if (!pieces[i].empty() && in_new_ones < options.whole_unit * from_km2[i])
      partial_.push_back({i, from.shapes[i], from_km2[i], 0, 0});
    for (Piece& piece : pieces[i]) pieces_.push_back(std::move(piece));
  }
}

void Crosswalk::add_population(const Raster<float>& persons) {
  const double cell_km2 = persons.grid().cell_area_km2();
  const auto add = [&](auto& ground) {
    for (const CellShare& part : coverage_fractions(ground.shape, persons.grid())) {
      const auto people = static_cast<double>(persons.values()[part.cell]);
      if (std::isnan(people)) continue;
      ground.observed_km2 += part.share * cell_km2;
      ground.persons += part.share * people;
    }
  };
  parallel_for(pieces_.size(), [&](std::size_t i) { add(pieces_[i]); });
  parallel_for(partial_.size(), [&](std::size_t i) { add(partial_[i]); });
}

std::vector<std::vector<CrosswalkPart>> Crosswalk::parts() const {
  struct Unit {
    double km2 = 0, persons = 0;
    bool observed = true;
  };
  std::vector<Unit> from(from_size_), to(covered_share_.size());
  for (const Piece& piece : pieces_)
    for (Unit* unit : {&from[piece.from], &to[piece.to]}) {
      unit->km2 += piece.km2;
      unit->persons += piece.persons;
      unit->observed = unit->observed && piece.observed_km2 >= options_.least_observed * piece.km2;
    }
  for (const PartialUnit& whole : partial_)
    from[whole.from] = {whole.km2, whole.persons, whole.observed_km2 >= options_.least_observed * whole.km2};
  std::vector<std::vector<CrosswalkPart>> parts(from_size_);
  for (const Piece& piece : pieces_) {
    const Unit &old = from[piece.from], &now = to[piece.to];
    // What lies in no old unit is ground, whoever lives there: nobody knows what happened on it.
    const double covered = std::min(1.0, covered_share_[piece.to]);
    CrosswalkPart part{piece.to, piece.km2 / old.km2, piece.km2 / now.km2 * covered, piece.km2, false};
    if (old.observed && old.persons > 0) {
      part.of_from = piece.persons / old.persons;
      part.by_people = true;
    }
    if (now.observed && now.persons > 0) part.of_to = piece.persons / now.persons * covered;
    parts[piece.from].push_back(part);
  }
  return parts;
}

std::vector<double> carry_counts(const std::vector<std::vector<CrosswalkPart>>& parts,
                                 const std::vector<double>& values, std::size_t to) {
  std::vector<double> sums(to, 0.0), covered(to, 0.0);
  for (std::size_t i = 0; i < parts.size(); ++i)
    for (const CrosswalkPart& part : parts[i]) {
      sums[part.to] += values[i] * part.of_from;  // NaN stays NaN
      covered[part.to] += part.of_to;
    }
  for (std::size_t j = 0; j < to; ++j)
    if (covered[j] < all_of_it) sums[j] = not_observed;
  return sums;
}

std::vector<double> carry_rates(const std::vector<std::vector<CrosswalkPart>>& parts, const std::vector<double>& values,
                                std::size_t to) {
  std::vector<double> sums(to, 0.0), covered(to, 0.0);
  for (std::size_t i = 0; i < parts.size(); ++i)
    for (const CrosswalkPart& part : parts[i]) {
      if (std::isnan(values[i])) continue;
      sums[part.to] += values[i] * part.of_to;
      covered[part.to] += part.of_to;
    }
  for (std::size_t j = 0; j < to; ++j) sums[j] = covered[j] < half_of_it ? not_observed : sums[j] / covered[j];
  return sums;
}

}  // namespace tocsin
