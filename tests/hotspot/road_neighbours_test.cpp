// Areas by road, worked by hand and against all shortest ways at once.
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/core/random.hpp>
#include <tocsin/neighbours/road_neighbours.hpp>

namespace tocsin {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

LineString line(std::initializer_list<Point> points) {
  return LineString(points);
}

/// Metres between two points that lie on the network.
double way(const RoadNetwork& network, Point from, Point to, double within = 1e9) {
  const auto place = [&](const Point& p) {
    for (std::size_t e = 0; e < network.edges().size(); ++e) {
      const RoadNetwork::Edge& edge = network.edges()[e];
      const Point &a = network.nodes()[edge.from], &b = network.nodes()[edge.to];
      const double before = std::hypot(p.x() - a.x(), p.y() - a.y()), after = std::hypot(p.x() - b.x(), p.y() - b.y());
      if (std::abs(before + after - edge.length_m) < 1e-6) return RoadNetwork::Place{e, before};
    }
    ADD_FAILURE() << "no road at " << p.x() << ", " << p.y();
    return RoadNetwork::Place{};
  };
  return network.distances(place(from), std::vector{place(to)}, within).front();
}

/// Two roads that cross without a vertex; one that ends on one of them, and one 30 m short of it.
///
///             | B
///    A -------+--------+---------
///             |        | C      . 30 m
///                               | D
TEST(RoadNetwork, RoadsMeetWhereTheyCrossAndWhereTheyEnd) {
  const RoadNetwork network(std::vector<LineString>{line({{0, 0}, {4000, 0}}), line({{1000, 1000}, {1000, -1000}}),
                                                    line({{2000, 0}, {2000, -1000}}),
                                                    line({{3000, -30}, {3000, -1030}})});
  EXPECT_NEAR(way(network, {0, 0}, {1000, 1000}), 2000, 1e-9);
  EXPECT_NEAR(way(network, {1000, -1000}, {2000, -1000}), 3000, 1e-9);
  EXPECT_NEAR(way(network, {0, 0}, {3000, -1030}), 4030, 1e-9);
  EXPECT_NEAR(way(network, {2500, 0}, {2700, 0}), 200, 1e-9);  // on one edge, or not
  EXPECT_EQ(way(network, {0, 0}, {1000, 1000}, 1999), infinite);
  EXPECT_NEAR(way(network, {0, 0}, {1000, 1000}, 2000), 2000, 1e-9);
}

TEST(RoadNetwork, FartherEndsDoNotMeet) {
  const std::vector<LineString> lines{line({{0, 0}, {4000, 0}}), line({{3000, -60}, {3000, -1000}})};
  EXPECT_EQ(way(RoadNetwork(lines), {0, 0}, {3000, -1000}), infinite);
  EXPECT_NEAR(way(RoadNetwork(lines, {60}), {0, 0}, {3000, -1000}), 4000, 1e-9);
  // Roads side by side stay apart where neither ends, however near.
  const RoadNetwork beside(
      std::vector<LineString>{line({{0, 0}, {9000, 0}}), line({{-100, 20}, {4000, 20}, {9100, 20}})}, {10});
  EXPECT_EQ(way(beside, {0, 0}, {-100, 20}), infinite);
}

TEST(RoadNetwork, OneRoadDrawnTwiceOrInPartsIsOne) {
  const RoadNetwork network(
      std::vector<LineString>{line({{0, 0}, {3000, 0}}), line({{1000, 0}, {2000, 0}, {2000, 500}})}, {0});
  EXPECT_NEAR(way(network, {0, 0}, {2000, 500}), 2500, 1e-9);
  EXPECT_NEAR(way(network, {3000, 0}, {2000, 500}), 1500, 1e-9);
}

TEST(RoadNetwork, RefusesWhatIsNoRoad) {
  EXPECT_THROW(RoadNetwork(std::vector<LineString>{line({{0, 0}, {std::nan(""), 0}})}), Error);
  EXPECT_THROW(RoadNetwork(std::vector<LineString>{}, {-1}), Error);
  EXPECT_TRUE(RoadNetwork(std::vector<LineString>{line({{0, 0}}), line({}), line({{1, 1}, {1, 1}})}).edges().empty());
}

/// Streets of a town of which a third are missing, bent by chance; every pair against Floyd and Warshall.
TEST(RoadNetwork, AgreesWithAllShortestWays) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    RandomStream random({seed});
    constexpr std::size_t side = 6, nodes = side * side;
    std::vector<Point> at;
    for (std::size_t i = 0; i < nodes; ++i)
      at.emplace_back(1000.0 * static_cast<double>(i % side) + 300 * random.uniform(),
                      1000.0 * static_cast<double>(i / side) + 300 * random.uniform());
    std::vector<std::vector<double>> metres(nodes, std::vector<double>(nodes, infinite));
    std::vector<LineString> lines;
    const auto street = [&](std::size_t a, std::size_t b) {
      if (random.uniform() < 1.0 / 3) return;
      lines.push_back(line({at[a], at[b]}));
      metres[a][b] = metres[b][a] = std::hypot(at[a].x() - at[b].x(), at[a].y() - at[b].y());
    };
    for (std::size_t i = 0; i < nodes; ++i) {
      metres[i][i] = 0;
      if (i % side + 1 < side) street(i, i + 1);
      if (i + side < nodes) street(i, i + side);
    }
    for (std::size_t k = 0; k < nodes; ++k)
      for (std::size_t i = 0; i < nodes; ++i)
        for (std::size_t j = 0; j < nodes; ++j) metres[i][j] = std::min(metres[i][j], metres[i][k] + metres[k][j]);
    const RoadNetwork network(lines);
    ASSERT_EQ(network.edges().size(), lines.size());
    const auto node = [&](std::uint32_t of) {
      for (std::size_t i = 0; i < nodes; ++i)
        if (at[i].x() == network.nodes()[of].x() && at[i].y() == network.nodes()[of].y()) return i;
      return nodes;
    };
    std::vector<RoadNetwork::Place> places;
    for (std::size_t e = 0; e < network.edges().size(); ++e)
      places.push_back({e, random.uniform() * network.edges()[e].length_m});
    for (const RoadNetwork::Place& from : places) {
      const RoadNetwork::Edge& a = network.edges()[from.edge];
      const std::vector<double> found = network.distances(from, places, 4000);
      for (std::size_t k = 0; k < places.size(); ++k) {
        const RoadNetwork::Edge& b = network.edges()[places[k].edge];
        const double own = from.from_m, other = places[k].from_m;
        double brute = std::min(std::min(own + metres[node(a.from)][node(b.from)] + other,
                                         own + metres[node(a.from)][node(b.to)] + b.length_m - other),
                                std::min(a.length_m - own + metres[node(a.to)][node(b.from)] + other,
                                         a.length_m - own + metres[node(a.to)][node(b.to)] + b.length_m - other));
        if (places[k].edge == from.edge) brute = std::min(brute, std::abs(own - other));
        if (brute <= 4000)
          EXPECT_NEAR(found[k], brute, 1e-7) << "seed " << seed;
        else
          EXPECT_EQ(found[k], infinite) << "seed " << seed << ", " << brute;
      }
    }
  }
}

MultiPolygon square(double x, double y, double side) {
  return {Polygon{{{x, y}, {x, y + side}, {x + side, y + side}, {x + side, y}, {x, y}}}};
}

/// Four districts of 20 km. The road from A leads to B by the border post in the north; C has a track that leads
/// nowhere, D none.
///
///    +-------+-------+
///    |       +----o  |      A's middle is (10, 10), B's (30, 18), kilometres:
///    |  o----+       |      10 to the border, 8 along it, 10 to B's middle.
///    |   A   |   B   |
///    +-------+-------+
///    |  o-o  |       |
///    |   C   |   D   |
///    +-------+-------+
struct Districts {
  const Areas areas{
      {square(0, 20'000, 20'000), square(20'000, 20'000, 20'000), square(0, 0, 20'000), square(20'000, 0, 20'000)},
      {"A", "B", "C", "D"},
      {"A", "B", "C", "D"},
      {}};
  const RoadNetwork network{
      std::vector<LineString>{line({{5'000, 30'000}, {20'000, 30'000}, {20'000, 38'000}, {35'000, 38'000}}),
                              line({{5'000, 10'000}, {15'000, 10'000}})}};
};

TEST(RoadNeighbours, WorkedByHand) {
  const Districts of;
  const RoadNeighbours found = road_neighbours(of.areas, of.network, 28'000);
  ASSERT_EQ(found.lengths_m.size(), 4U);
  ASSERT_EQ(found.lengths_m.count(0), 1U);
  EXPECT_EQ(found.lengths_m.indices(0)[0], 1U);
  EXPECT_NEAR(found.lengths_m.weights(0)[0], 28'000, 1e-6);
  EXPECT_EQ(found.lengths_m.weights(0)[0], found.lengths_m.weights(1)[0]);
  EXPECT_EQ(found.lengths_m.count(2), 0U);
  EXPECT_TRUE(found.middle[2].has_value());   // a road, and nobody along it
  EXPECT_FALSE(found.middle[3].has_value());  // no road
  EXPECT_EQ(road_neighbours(of.areas, of.network, 27'999).lengths_m.links(), 0U);
  EXPECT_THROW(road_neighbours(of.areas, of.network, 0), Error);
}

/// A road along which nobody lives between two areas still leads from one to the other; one that only touches a corner
/// is in the area at that corner, if at all.
TEST(RoadNeighbours, WaysMayLeadOutside) {
  const Areas apart{{square(0, 0, 10'000), square(50'000, 0, 10'000)}, {"A", "B"}, {"A", "B"}, {}};
  const RoadNetwork network{std::vector<LineString>{line({{5'000, 5'000}, {55'000, 5'000}})}};
  const RoadNeighbours found = road_neighbours(apart, network, 60'000);
  ASSERT_EQ(found.lengths_m.links(), 2U);
  EXPECT_NEAR(found.lengths_m.weights(0)[0], 50'000, 1e-6);
}

TEST(RoadNeighbours, TheSameForAnyNumberOfThreads) {
  RandomStream random({3});
  Areas areas;
  for (int i = 0; i < 25; ++i) {
    areas.shapes.push_back(square(10'000.0 * (i % 5), 10'000.0 * (i / 5), 10'000));
    areas.codes.push_back(std::to_string(i));
    areas.names.push_back(areas.codes.back());
  }
  std::vector<LineString> lines;
  for (int i = 0; i < 60; ++i) {
    const Point from(50'000 * random.uniform(), 50'000 * random.uniform());
    lines.push_back(line({from, {50'000 * random.uniform(), 50'000 * random.uniform()}}));
  }
  const RoadNetwork network(lines);
  std::vector<Neighbours> found;
  for (const int threads : {1, 2, 5}) {
    const ThreadLimit limit(threads);
    found.push_back(road_neighbours(areas, network, 30'000).lengths_m);
    EXPECT_EQ(found.back(), found.front());
  }
  EXPECT_GT(found.front().links(), 100U);
}

TEST(RoadNeighbours, WithoutRoadsNothingIsKnown) {
  const RoadNeighbours found = road_neighbours(Districts().areas, RoadNetwork(), 1000);
  EXPECT_EQ(found.lengths_m.size(), 4U);
  EXPECT_EQ(found.lengths_m.links(), 0U);
  for (const auto& middle : found.middle) EXPECT_FALSE(middle.has_value());
}

}  // namespace
}  // namespace tocsin
