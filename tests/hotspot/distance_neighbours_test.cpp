#include <cmath>
#include <tuple>

#include <gtest/gtest.h>
#include <hotspot/neighbour_cases.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/neighbours/distance_neighbours.hpp>

namespace tocsin {
namespace {

using test::Link;
using test::links_of;

double distance(const Point& a, const Point& b) {
  const double dx = a.x() - b.x(), dy = a.y() - b.y();
  return std::sqrt(dx * dx + dy * dy);
}

/// Random points, a lattice full of ties, piles of coincident points, and all of it in one line.
std::vector<std::vector<Point>> cases() {
  test::Uniform random(5);
  std::vector<std::vector<Point>> all{test::random_points(150, random), {}, {}, {}};
  for (int i = 0; i < 144; ++i) all[1].emplace_back(10 * (i % 12), 10 * (i / 12));
  for (int i = 0; i < 120; ++i) all[2].emplace_back(std::floor(random.between(0, 4)), std::floor(random.between(0, 3)));
  for (int i = 0; i < 100; ++i) all[3].emplace_back(7, std::floor(random.between(0, 60)));
  return all;
}

std::vector<Link> brute_nearest(const std::vector<Point>& points, std::size_t k) {
  std::vector<Link> links;
  for (std::uint32_t i = 0; i < points.size(); ++i) {
    std::vector<std::pair<double, std::uint32_t>> others;
    for (std::uint32_t j = 0; j < points.size(); ++j)
      if (j != i) others.emplace_back(distance(points[i], points[j]), j);
    std::sort(others.begin(), others.end());
    for (std::size_t n = 0; n < k; ++n) links.emplace_back(i, others[n].second);
  }
  std::sort(links.begin(), links.end());
  return links;
}

TEST(NearestNeighbours, AsBruteForceAlsoWithTiesAndPiles) {
  for (const auto& points : cases())
    for (const std::size_t k : {1, 2, 4, 9, 40})
      EXPECT_EQ(links_of(nearest_neighbours(points, k)), brute_nearest(points, k)) << k;
}

TEST(NearestNeighbours, NeedMorePlacesThanTheyCount) {
  const std::vector<Point> points{{0, 0}, {1, 0}, {2, 0}, {NAN, 0}};
  EXPECT_EQ(nearest_neighbours(points, 2).links(), 6U);  // the one that is nowhere is nobody's
  EXPECT_EQ(islands(nearest_neighbours(points, 2)), std::vector<std::uint32_t>{3});
  EXPECT_THROW(nearest_neighbours(points, 3), Error);
  EXPECT_THROW(nearest_neighbours(points, 0), Error);
  EXPECT_THROW(nearest_neighbours({}, 1), Error);
  EXPECT_THROW(nearest_neighbours(std::vector<Point>{{0, 0}, {1, INFINITY}}, 1), Error);
}

TEST(NearestNeighbours, APileOfManyIsSearchedLikeOthers) {
  // 200,000 events in one town, and a village: brute force, or a search through all ties, would take minutes.
  std::vector<Point> points(200'000, Point(3, 4));
  points.emplace_back(5, 5);
  const Neighbours found = nearest_neighbours(points, 3);
  const auto last = found.indices(199'999), village = found.indices(200'000), first = found.indices(0);
  EXPECT_EQ(std::vector(last.begin(), last.end()), (std::vector<std::uint32_t>{0, 1, 2}));
  EXPECT_EQ(std::vector(village.begin(), village.end()), (std::vector<std::uint32_t>{0, 1, 2}));
  EXPECT_EQ(std::vector(first.begin(), first.end()), (std::vector<std::uint32_t>{1, 2, 3}));
}

TEST(BandNeighbours, AsBruteForceRimIncludedCoincidentToo) {
  for (const auto& points : cases())
    for (const double band : {0.5, 1.0, std::sqrt(2), 10.0, 30.0, 5000.0})
      EXPECT_EQ(
          links_of(band_neighbours(points, band)),
          test::links_where(points.size(), [&](auto i, auto j) { return distance(points[i], points[j]) <= band; }))
          << band;
}

TEST(BandNeighbours, RefuseABandThatIsNone) {
  for (const double band : {0.0, -1.0, double{NAN}, double{INFINITY}})
    EXPECT_THROW(band_neighbours(std::vector<Point>{{0, 0}}, band), Error);
  EXPECT_EQ(band_neighbours({}, 1).size(), 0U);
}

TEST(SmallestBand, LeavesNoIslandsAndNothingSmallerDoes) {
  test::Uniform random(9);
  for (int trial = 0; trial < 20; ++trial) {
    std::vector<Point> points = test::random_points(60, random);
    points.emplace_back(NAN, NAN);
    const double band = smallest_band_without_islands(points);
    EXPECT_EQ(islands(band_neighbours(points, band)), std::vector<std::uint32_t>{60});  // nowhere
    EXPECT_GE(islands(band_neighbours(points, std::nextafter(band, 0))).size(), 2U);
  }
  EXPECT_TRUE(std::isnan(smallest_band_without_islands(std::vector<Point>{{0, 0}})));
  EXPECT_EQ(smallest_band_without_islands(std::vector<Point>{{0, 0}, {0, 0}}), 0);
}

TEST(InverseDistance, WeighsTheLinksAndKeepsCoincidentPlacesFinite) {
  const std::vector<Point> points{{0, 0}, {0, 0}, {0, 4}, {0.5, 0}};
  const Neighbours all = band_neighbours(points, 100);
  const Neighbours weights = inverse_distance_weights(all, points, {.power = 2, .least_distance_m = 1});
  EXPECT_EQ(weights.weight(0, 0), 1);  // coincident
  EXPECT_DOUBLE_EQ(weights.weight(0, 1), 1.0 / 16);
  EXPECT_EQ(weights.weight(0, 2), 1);  // half a metre
  EXPECT_DOUBLE_EQ(inverse_distance_weights(all, points, {.least_distance_m = 0.25}).weight(0, 2), 2);
  EXPECT_EQ(links_of(weights), links_of(all));
  EXPECT_EQ(inverse_distance_weights(with_self(all), points).weight(0, 0), 1);
  EXPECT_THROW(inverse_distance_weights(all, std::vector<Point>{{0, 0}}), Error);
  EXPECT_THROW(inverse_distance_weights(all, points, {.power = 0}), Error);
  EXPECT_THROW(inverse_distance_weights(all, points, {.least_distance_m = 0}), Error);
  EXPECT_THROW(inverse_distance_weights(Neighbours({0, 1, 1}, {1}), std::vector<Point>{{0, 0}, {NAN, 0}}), Error);
}

double by_hand(Kernel kernel, double z) {
  switch (kernel) {
    case Kernel::uniform:
      return z <= 1 ? 1 : 0;
    case Kernel::triangular:
      return std::max(0.0, 1 - z);
    case Kernel::epanechnikov:
      return std::max(0.0, 1 - z * z);
    case Kernel::quartic:
      return std::pow(std::max(0.0, 1 - z * z), 2);
    case Kernel::triweight:
      return std::pow(std::max(0.0, 1 - z * z), 3);
    default:
      return z <= 3 ? std::exp(-z * z / 2) : 0;
  }
}

TEST(KernelWeights, AsBruteForceFixedAndAdaptive) {
  constexpr double rounding = 1e-15;
  for (const auto& points : {cases()[0], cases()[1]})
    for (const Kernel kernel : {Kernel::uniform, Kernel::triangular, Kernel::epanechnikov, Kernel::quartic,
                                Kernel::triweight, Kernel::gaussian})
      for (const std::size_t nearest : {0, 5}) {
        const KernelWeightsOptions options{
            .kernel = kernel, .bandwidth_m = nearest > 0 ? 0.0 : 30.0, .nearest = nearest};
        const Neighbours weights = kernel_weights(points, options);
        for (std::uint32_t i = 0; i < points.size(); ++i) {
          std::vector<double> sorted;
          for (const Point& point : points) sorted.push_back(distance(points[i], point));
          std::sort(sorted.begin(), sorted.end());
          const double bandwidth = nearest > 0 ? sorted[nearest] : 30;
          std::size_t link = 0;
          for (std::uint32_t j = 0; j < points.size(); ++j) {
            const double expected = i == j ? 0 : by_hand(kernel, distance(points[i], points[j]) / bandwidth);
            if (expected == 0) continue;
            ASSERT_LT(link, weights.count(i));
            ASSERT_EQ(weights.indices(i)[link], j);
            ASSERT_NEAR(weights.weight(i, link++), expected, rounding);
          }
          ASSERT_EQ(link, weights.count(i));
        }
      }
}

TEST(KernelWeights, WherePlacesCoincideTheyAloneCount) {
  const std::vector<Point> points{{0, 0}, {0, 0}, {0, 0}, {9, 0}};
  const Neighbours weights = kernel_weights(points, {.nearest = 2});
  EXPECT_EQ(weights.count(0), 2U);
  EXPECT_EQ(weights.weight(0, 1), 1);
  EXPECT_EQ(weights.count(3), 0U);  // all others stand on the rim
}

TEST(KernelWeights, RefuseOptionsThatContradict) {
  const std::vector<Point> points{{0, 0}, {1, 0}, {2, 0}};
  EXPECT_THROW(kernel_weights(points, {}), Error);
  EXPECT_THROW(kernel_weights(points, {.bandwidth_m = 1, .nearest = 2}), Error);
  EXPECT_THROW(kernel_weights(points, {.bandwidth_m = -1}), Error);
  EXPECT_THROW(kernel_weights(points, {.nearest = 1}), Error);
  EXPECT_THROW(kernel_weights(points, {.nearest = 3}), Error);
  EXPECT_THROW(kernel_weights(points, {.bandwidth_m = 1, .gaussian_reach = 0}), Error);
}

TEST(DistanceNeighbours, OrderOfPointsAndThreadsDoNotMatter) {
  test::Uniform random(21);
  const std::vector<Point> points = test::random_points(3000, random);
  test::expect_same_on_any_threads([&] {
    return std::tuple(nearest_neighbours(points, 6), band_neighbours(points, 40),
                      kernel_weights(points, {.nearest = 7}));
  });
  const std::vector<std::uint32_t> order = test::shuffled_order(points.size(), random);
  const std::vector<Point> moved = test::reordered(points, order);
  EXPECT_EQ(test::links_in_old_order(nearest_neighbours(moved, 6), order), links_of(nearest_neighbours(points, 6)));
  EXPECT_EQ(test::links_in_old_order(band_neighbours(moved, 40), order), links_of(band_neighbours(points, 40)));
  EXPECT_EQ(smallest_band_without_islands(moved), smallest_band_without_islands(points));
}

TEST(SymmetricUnion, HoldsBothDirectionsAtTheLargerWeight) {
  EXPECT_EQ(symmetric_union(Neighbours({0, 1, 1, 1}, {2})), Neighbours({0, 1, 1, 2}, {2, 0}));
  EXPECT_EQ(symmetric_union(Neighbours({0, 2, 3, 3}, {0, 1, 0}, {5, 2, 3})),
            Neighbours({0, 2, 3, 3}, {0, 1, 0}, {5, 3, 3}));
}

}  // namespace
}  // namespace tocsin
