#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>

#include <engine/csv.hpp>
#include <gtest/gtest.h>
#include <hotspot/neighbour_cases.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/pattern/k_function.hpp>

namespace tocsin {
namespace {

std::vector<Point> clustered_points() {
  std::vector<Point> points;
  for (const auto& row : test::read_csv("hotspot/oracle/pattern/clusters300_points.csv", 1))
    points.emplace_back(std::stod(row[1]), std::stod(row[2]));
  const auto less = [](const Point& a, const Point& b) { return a.x() != b.x() ? a.x() < b.x() : a.y() < b.y(); };
  std::sort(points.begin(), points.end(), less);
  points.erase(std::unique(points.begin(), points.end(),
                           [](const Point& a, const Point& b) { return a.x() == b.x() && a.y() == b.y(); }),
               points.end());
  return points;
}

ObservationWindow box() {
  return ObservationWindow(Box{0, 0, 120, 80});
}

TEST(KFunction, IsThatOfSpatstat) {
  constexpr double relative = 1e-12;  // sums of up to 20,000 weights in another order; arc cosines
  const std::vector<Point> points = clustered_points();
  ASSERT_EQ(points.size(), 299U);
  const auto rows = test::read_csv("hotspot/oracle/pattern/clusters300_K.csv", 1);
  KOptions options;
  for (const auto& row : rows) options.distances_m.push_back(std::stod(row[0]));
  const auto column = [&](KEdgeCorrection edge) {
    options.edge = edge;
    return k_function(points, box(), options);
  };
  const KFunction none = column(KEdgeCorrection::none), border = column(KEdgeCorrection::border);
  const KFunction translation = column(KEdgeCorrection::translation), isotropic = column(KEdgeCorrection::isotropic);
  for (std::size_t d = 0; d < rows.size(); ++d) {
    const auto expect = [&](double value, int field) {
      EXPECT_NEAR(value, std::stod(rows[d][field]), relative * std::stod(rows[d][field])) << d << ' ' << field;
    };
    expect(none.k_m2[d], 2);
    expect(border.k_m2[d], 3);
    expect(translation.k_m2[d], 4);
    expect(isotropic.k_m2[d], 5);
    expect(translation.l_m[d], 6);
    expect(isotropic.l_m[d], 7);
  }
}

TEST(KFunction, CrossCountsPairsBetweenTwoPatterns) {
  test::Uniform random(3);
  const std::vector<Point> from = test::random_points(40, random, 80), to = test::random_points(55, random, 80);
  KOptions options{.distances_m = {0, 3, 10, 20}, .edge = KEdgeCorrection::none};
  const ObservationWindow window(Box{0, 0, 80, 80});
  const KFunction none = cross_k_function(from, to, window, options);
  options.edge = KEdgeCorrection::border;
  const KFunction border = cross_k_function(from, to, window, options);
  for (std::size_t d = 0; d < options.distances_m.size(); ++d) {
    const double r = options.distances_m[d];
    double pairs = 0, kept_pairs = 0, centres = 0;
    for (const Point& a : from) {
      double count = 0;
      for (const Point& b : to) count += std::hypot(a.x() - b.x(), a.y() - b.y()) <= r ? 1 : 0;
      pairs += count;
      if (std::min({a.x(), a.y(), 80 - a.x(), 80 - a.y()}) < r) continue;
      kept_pairs += count;
      ++centres;
    }
    EXPECT_DOUBLE_EQ(none.k_m2[d], 6400 * pairs / (40 * 55));
    EXPECT_DOUBLE_EQ(border.k_m2[d], 6400 * kept_pairs / (centres * 55));
  }
}

TEST(KFunction, AnAreaIsABoxWhereItHasItsShape) {
  const std::vector<Point> points = clustered_points();
  const ObservationWindow area(test::rectangle(0, 0, 120, 80));
  EXPECT_FALSE(area.is_box());
  EXPECT_EQ(area.area_m2(), 9600);
  EXPECT_EQ(k_function(points, area).k_m2, k_function(points, box()).k_m2);
  EXPECT_EQ(k_function(points, area).distances_m.back(), 20);
}

TEST(KFunction, HolesAreOutsideAndTheirShoresAreBoundary) {
  MultiPolygon shape = test::rectangle(0, 0, 100, 100);
  shape[0].inners().push_back({{40, 40}, {60, 40}, {60, 60}, {40, 60}, {40, 40}});
  shape.push_back(test::rectangle(200, 0, 210, 10)[0]);
  const ObservationWindow window(shape);
  EXPECT_EQ(window.area_m2(), 10'000 - 400 + 100);
  EXPECT_TRUE(window.contains({10, 10}));
  EXPECT_TRUE(window.contains({205, 5}));
  EXPECT_TRUE(window.contains({40, 50}));  // on the shore
  EXPECT_TRUE(window.contains({100, 100}));
  EXPECT_FALSE(window.contains({50, 50}));
  EXPECT_FALSE(window.contains({150, 5}));
  EXPECT_FALSE(window.contains({NAN, 5}));
  EXPECT_DOUBLE_EQ(window.distance_to_boundary({35, 50}), 5);
  EXPECT_DOUBLE_EQ(window.distance_to_boundary({203, 5}), 3);
  RandomStream random({.seed = 1});
  int in_small_part = 0;
  for (int i = 0; i < 20'000; ++i) {
    const Point point = window.draw(random);
    ASSERT_TRUE(window.contains(point));
    in_small_part += point.x() > 150 ? 1 : 0;
  }
  const double expected = 20'000 * 100 / 9700.0;
  EXPECT_NEAR(in_small_part, expected, 5 * std::sqrt(expected));
}

TEST(KFunction, WithTheBorderNoCentreIsLeftAtLargeDistances) {
  const std::vector<Point> points{{10, 10}, {12, 10}, {50, 40}};
  const KFunction k = k_function(points, box(), {.distances_m = {5, 11, 45}});
  EXPECT_DOUBLE_EQ(k.k_m2[0], 9600 * 2 / (3.0 * 3));  // three centres, of which two have one other
  EXPECT_EQ(k.k_m2[1], 0);                            // one centre, alone
  EXPECT_TRUE(std::isnan(k.k_m2[2]));
  EXPECT_TRUE(std::isnan(k.l_m[2]));
}

TEST(KEnvelope, FindsClustersAndLeavesChanceAlone) {
  const EnvelopeOptions few{.simulations = 99, .seed = 5};
  const KEnvelope clustered = k_envelope(clustered_points(), box(), {.edge = KEdgeCorrection::isotropic}, few);
  EXPECT_EQ(clustered.p_value, 0.01);  // beyond all 99
  for (std::size_t d = 10; d < clustered.high_m.size(); ++d) {
    EXPECT_GT(clustered.observed.l_m[d], clustered.global_high_m[d]);
    EXPECT_LT(clustered.low_m[d], clustered.mean_l_m[d]);
    EXPECT_GT(clustered.high_m[d], clustered.mean_l_m[d]);
  }
  // L of complete spatial randomness is the distance.
  constexpr double a_tenth = 0.1;
  for (std::size_t d = 20; d < clustered.mean_l_m.size(); ++d)
    EXPECT_NEAR(clustered.mean_l_m[d] / clustered.observed.distances_m[d], 1, a_tenth);
}

TEST(KEnvelope, PValuesOfRandomPatternsAreUniform) {
  // 200 patterns of 30 points against 39 simulations each: p is k / 40 with equal chance.
  const ObservationWindow window(Box{0, 0, 50, 50});
  test::Uniform random(17);
  int rejected = 0;
  double sum = 0;
  for (std::uint64_t trial = 0; trial < 200; ++trial) {
    const std::vector<Point> points = test::random_points(30, random, 50);
    const KOptions options{.distances_m = {2, 5, 8, 12}, .edge = KEdgeCorrection::isotropic};
    const double p = k_envelope(points, window, options, {.simulations = 39, .seed = trial}).p_value;
    rejected += p <= 0.1 ? 1 : 0;
    sum += p;
  }
  EXPECT_NEAR(rejected, 20, 4 * std::sqrt(200 * 0.1 * 0.9));  // four standard deviations
  EXPECT_NEAR(sum / 200, 0.5125, 4 * std::sqrt(1 / 12.0 / 200));
}

TEST(KEnvelope, CrossSeesIncidentsAroundCheckpoints) {
  test::Uniform random(23);
  const std::vector<Point> posts = test::random_points(12, random, 80);
  std::vector<Point> incidents;
  for (const Point& post : posts)
    for (int i = 0; i < 8; ++i)
      incidents.emplace_back(std::clamp(post.x() + random.between(-2, 2), 0.0, 120.0),
                             std::clamp(post.y() + random.between(-2, 2), 0.0, 80.0));
  const KOptions options{.distances_m = {1, 3, 6, 9}, .edge = KEdgeCorrection::translation};
  const EnvelopeOptions few{.simulations = 99};
  EXPECT_EQ(cross_k_envelope(posts, incidents, box(), options, few).p_value, 0.01);
  EXPECT_GT(
      cross_k_envelope(posts, test::random_points(90, random, 80), ObservationWindow(Box{0, 0, 80, 80}), options, few)
          .p_value,
      0.05);
}

TEST(KEnvelope, SameForAnyThreads) {
  const std::vector<Point> points = clustered_points();
  test::expect_same_on_any_threads([&] {
    const KEnvelope envelope = k_envelope(points, box(), {.edge = KEdgeCorrection::isotropic}, {.simulations = 39});
    return std::tuple(envelope.observed.k_m2, envelope.low_m, envelope.global_high_m, envelope.p_value);
  });
}

TEST(KFunction, RefusesWhatItCannotMeasure) {
  const std::vector<Point> points{{1, 1}, {2, 2}};
  EXPECT_THROW(k_function(std::vector<Point>{{1, 1}}, box()), Error);
  EXPECT_THROW(k_function(std::vector<Point>{{1, 1}, {121, 2}}, box()), Error);
  EXPECT_THROW(k_function(std::vector<Point>{{1, 1}, {NAN, 2}}, box()), Error);
  EXPECT_THROW(cross_k_function({}, points, box()), Error);
  EXPECT_THROW(k_function(points, box(), {.distances_m = {1, 1}}), Error);
  EXPECT_THROW(k_function(points, box(), {.distances_m = {-1, 1}}), Error);
  EXPECT_THROW(k_function(points, box(), {.distances_m = {41}, .edge = KEdgeCorrection::isotropic}), Error);
  EXPECT_THROW(
      k_function(points, ObservationWindow(test::rectangle(0, 0, 9, 9)), {.edge = KEdgeCorrection::translation}),
      Error);
  EXPECT_THROW(ObservationWindow(MultiPolygon{}), Error);
  EXPECT_THROW(ObservationWindow(Box{0, 0, 0, 5}), Error);
  EXPECT_THROW(k_envelope(points, box(), {}, {.simulations = 18}), Error);
  EXPECT_THROW(k_envelope(points, box(), {}, {.simulations = 99, .level = 0.01}), Error);
  EXPECT_NO_THROW(k_envelope(points, box(), {}, {.simulations = 39}));
}

}  // namespace
}  // namespace tocsin
