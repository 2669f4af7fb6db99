#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/neighbours/detail/point_tree.hpp>
#include <tocsin/pattern/k_function.hpp>

namespace tocsin {
namespace {

using detail::Near;
using detail::PointTree;

constexpr double pi = std::numbers::pi;

/// The part of a circle around a point of a box that lies inside it. Sides cut arcs off; those of two neighbouring
/// sides overlap where the circle reaches over the corner between them.
double share_inside(const Point& centre, double radius, const Box& box) {
  const std::array<double, 4> sides{centre.x() - box.min_x, centre.y() - box.min_y, box.max_x - centre.x(),
                                    box.max_y - centre.y()};
  double outside = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const double a = sides[i], b = sides[(i + 1) % 4];
    if (a < radius) outside += 2 * std::acos(a / radius);
    if (a * a + b * b < radius * radius) outside -= std::acos(a / radius) + std::acos(b / radius) - pi / 2;
  }
  return 1 - outside / (2 * pi);
}

double weight_of_pair(const Point& from, const Point& to, double distance, const Box& box, KEdgeCorrection edge) {
  if (edge == KEdgeCorrection::translation)
    return box.width() * box.height() /
           ((box.width() - std::abs(from.x() - to.x())) * (box.height() - std::abs(from.y() - to.y())));
  if (edge == KEdgeCorrection::isotropic && distance > 0) return 1 / share_inside(from, distance, box);
  return 1;
}

/// Points in one list: the first `centres` of them are those around which is counted, and those from `counted` on are
/// counted; in one pattern both are all.
struct Pattern {
  std::vector<Point> points;
  std::size_t centres = 0, counted = 0;
  [[nodiscard]] double centre_count() const { return static_cast<double>(centres); }
  /// Others that a centre could have.
  [[nodiscard]] double others() const { return static_cast<double>(points.size() - counted) - (counted == 0 ? 1 : 0); }
};

/// What the centres of a block add, by the first distance that includes it.
struct Sums {
  std::vector<double> weights;  ///< of pairs
  std::vector<double> centres;  ///< border: centres whose last distance this is
};

/// Sums over a block of the tree's points.
Sums sums_of(const PointTree& tree, std::size_t begin, std::size_t end, const Pattern& pattern,
             const ObservationWindow& window, const KOptions& options) {
  const std::vector<double>& distances = options.distances_m;
  Sums sums{std::vector<double>(distances.size() + 1, 0), std::vector<double>(distances.size() + 1, 0)};
  // Squares may round either way; distances decide below.
  const double reach2 = distances.back() * distances.back() * (1 + 1e-12);
  std::vector<Near> found;
  for (std::size_t at = begin; at < end; ++at) {
    const std::uint32_t place = tree.places()[at];
    if (place >= pattern.centres) continue;
    const Point& centre = pattern.points[place];
    std::size_t last = distances.size();  // distances at which it is a centre: [0, last)
    if (options.edge == KEdgeCorrection::border) {
      const double room = window.distance_to_boundary(centre);
      last = static_cast<std::size_t>(std::upper_bound(distances.begin(), distances.end(), room) - distances.begin());
      sums.centres[last] += 1;
    }
    if (last == 0) continue;
    tree.within(at, reach2, found);
    for (const Near& near : found) {
      if (near.place < pattern.counted) continue;
      const double distance = std::sqrt(near.squared_m);
      const auto first =
          static_cast<std::size_t>(std::lower_bound(distances.begin(), distances.end(), distance) - distances.begin());
      if (first >= last) continue;
      const double weight = weight_of_pair(centre, pattern.points[near.place], distance, window.bounds(), options.edge);
      sums.weights[first] += weight;
      sums.weights[last] -= options.edge == KEdgeCorrection::border ? weight : 0;  // whole numbers, so exact
    }
  }
  return sums;
}

KFunction estimate(const Pattern& pattern, const ObservationWindow& window, const KOptions& options) {
  const PointTree tree(pattern.points);
  constexpr std::size_t block = 64;
  std::vector<Sums> blocks((tree.size() + block - 1) / block);
  parallel_for(blocks.size(), [&](std::size_t i) {
    blocks[i] = sums_of(tree, i * block, std::min(tree.size(), (i + 1) * block), pattern, window, options);
  });
  KFunction result{options.distances_m, {}, {}};
  double weights = 0, centres = pattern.centre_count();
  for (std::size_t d = 0; d < result.distances_m.size(); ++d) {
    for (const Sums& sums : blocks) {
      weights += sums.weights[d];
      centres -= sums.centres[d];
    }
    double k = window.area_m2() * weights / (pattern.centre_count() * pattern.others());
    if (options.edge == KEdgeCorrection::border)
      // Intensity is n / area also for one pattern, where a centre has n - 1 others.
      k = centres > 0
              ? window.area_m2() * weights / (centres * static_cast<double>(pattern.points.size() - pattern.counted))
              : std::numeric_limits<double>::quiet_NaN();
    result.k_m2.push_back(k);
    result.l_m.push_back(std::sqrt(k / pi));
  }
  return result;
}

void require_inside(std::span<const Point> points, const ObservationWindow& window, std::size_t least) {
  if (points.size() < least)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("a K function needs at least {} points, got {}", least, points.size()));
  for (std::size_t i = 0; i < points.size(); ++i)
    if (!window.contains(points[i]))
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("point {} ({}, {}) lies outside the area in which points were observed; leave it out", i,
                              points[i].x(), points[i].y()));
}

/// With the distances filled in.
KOptions settled(KOptions options, const ObservationWindow& window) {
  options.validate();
  const double shorter = std::min(window.bounds().width(), window.bounds().height());
  if (options.distances_m.empty())
    for (int i = 0; i <= 64; ++i) options.distances_m.push_back(shorter / 4 * i / 64);
  if (options.edge != KEdgeCorrection::translation && options.edge != KEdgeCorrection::isotropic) return options;
  if (!window.is_box())
    throw Error(ErrorCode::invalid_argument, "this edge correction needs a box; use the border correction in an area");
  if (options.distances_m.back() > shorter / 2)
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("a distance of {} m is more than half of the box's shorter side ({} m); choose shorter ones",
                    options.distances_m.back(), shorter));
  return options;
}

Pattern pattern_of(std::span<const Point> points) {
  return {{points.begin(), points.end()}, points.size(), 0};
}

Pattern pattern_of(std::span<const Point> from, std::span<const Point> to) {
  Pattern pattern{{from.begin(), from.end()}, from.size(), from.size()};
  pattern.points.insert(pattern.points.end(), to.begin(), to.end());
  return pattern;
}

/// The envelope of a pattern whose counted points are scattered anew in each simulation.
KEnvelope envelope_of(const Pattern& pattern, const ObservationWindow& window, const KOptions& options,
                      const EnvelopeOptions& envelope, Progress& progress) {
  progress.stage("simulating point patterns", envelope.simulations);
  const auto simulations = static_cast<std::size_t>(envelope.simulations);
  std::vector<std::vector<double>> simulated(simulations);
  parallel_for(simulations, progress, [&](std::size_t s) {
    Pattern scattered = pattern;
    RandomStream random(
        {envelope.seed, static_cast<std::uint32_t>(RandomPurpose::point_pattern), 0, static_cast<std::uint32_t>(s)});
    for (std::size_t i = pattern.counted; i < scattered.points.size(); ++i) scattered.points[i] = window.draw(random);
    simulated[s] = estimate(scattered, window, options).l_m;
  });
  KEnvelope result;
  result.observed = estimate(pattern, window, options);
  const double draws = static_cast<double>(simulations) + 1;
  const auto rank = [&](double level) {
    return std::max<std::size_t>(1, static_cast<std::size_t>(level * draws * (1 + 1e-12)));
  };
  std::vector<double> deviations(simulations, 0);
  double deviation = 0;
  for (std::size_t d = 0; d < options.distances_m.size(); ++d) {
    std::vector<double> column;
    for (const auto& l : simulated) column.push_back(l[d]);
    // With the points' own curve all curves are measured alike, and the p-value is exact.
    double sum = result.observed.l_m[d];
    for (const double l : column) sum += l;
    const double mean = sum / draws;
    result.mean_l_m.push_back(mean);  // NaN where a simulation has no centre left
    for (std::size_t s = 0; s < simulations; ++s) deviations[s] = std::fmax(deviations[s], std::abs(column[s] - mean));
    deviation = std::fmax(deviation, std::abs(result.observed.l_m[d] - mean));
    if (std::isnan(mean)) std::fill(column.begin(), column.end(), mean);
    std::sort(column.begin(), column.end());
    const std::size_t at = rank(envelope.level / 2) - 1;
    result.low_m.push_back(column[at]);
    result.high_m.push_back(column[simulations - 1 - at]);
  }
  std::sort(deviations.begin(), deviations.end());
  const double half_width = deviations[simulations - rank(envelope.level)];
  for (const double mean : result.mean_l_m) {
    result.global_low_m.push_back(mean - half_width);
    result.global_high_m.push_back(mean + half_width);
  }
  const auto as_large = deviations.end() - std::lower_bound(deviations.begin(), deviations.end(), deviation);
  result.p_value = (static_cast<double>(as_large) + 1) / draws;
  return result;
}

}  // namespace

void KOptions::validate() const {
  for (std::size_t i = 0; i < distances_m.size(); ++i)
    if (!(distances_m[i] >= 0) || std::isinf(distances_m[i]) || (i > 0 && !(distances_m[i] > distances_m[i - 1])))
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("distances_m must ascend from 0 or more, but entry {} is {}", i, distances_m[i]));
}

void EnvelopeOptions::validate() const {
  if (!(level > 0 && level < 1))
    throw Error(ErrorCode::invalid_argument, fmt::format("level must be between 0 and 1, got {}", level));
  if (simulations < 19 || 2 / (simulations + 1.0) > level * (1 + 1e-12))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{} simulations cannot make an envelope of level {}; use at least {}", simulations, level,
                            std::max(19.0, std::ceil(2 / level * (1 - 1e-12)) - 1)));
}

KFunction k_function(std::span<const Point> points, const ObservationWindow& window, const KOptions& options) {
  require_inside(points, window, 2);
  return estimate(pattern_of(points), window, settled(options, window));
}

KFunction cross_k_function(std::span<const Point> from, std::span<const Point> to, const ObservationWindow& window,
                           const KOptions& options) {
  require_inside(from, window, 1);
  require_inside(to, window, 1);
  return estimate(pattern_of(from, to), window, settled(options, window));
}

KEnvelope k_envelope(std::span<const Point> points, const ObservationWindow& window, const KOptions& options,
                     const EnvelopeOptions& envelope, Progress& progress) {
  envelope.validate();
  require_inside(points, window, 2);
  return envelope_of(pattern_of(points), window, settled(options, window), envelope, progress);
}

KEnvelope k_envelope(std::span<const Point> points, const ObservationWindow& window, const KOptions& options,
                     const EnvelopeOptions& envelope) {
  Progress silent;
  return k_envelope(points, window, options, envelope, silent);
}

KEnvelope cross_k_envelope(std::span<const Point> from, std::span<const Point> to, const ObservationWindow& window,
                           const KOptions& options, const EnvelopeOptions& envelope, Progress& progress) {
  envelope.validate();
  require_inside(from, window, 1);
  require_inside(to, window, 1);
  return envelope_of(pattern_of(from, to), window, settled(options, window), envelope, progress);
}

KEnvelope cross_k_envelope(std::span<const Point> from, std::span<const Point> to, const ObservationWindow& window,
                           const KOptions& options, const EnvelopeOptions& envelope) {
  Progress silent;
  return cross_k_envelope(from, to, window, options, envelope, silent);
}

}  // namespace tocsin
