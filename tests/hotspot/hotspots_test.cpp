#include <algorithm>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/core/random.hpp>
#include <tocsin/hotspot/hotspots.hpp>
#include <tocsin/neighbours/build_neighbours.hpp>

namespace tocsin {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Grid square_grid(std::int64_t side) {
  return Grid::covering({0, 0, 1000.0 * static_cast<double>(side), 1000.0 * static_cast<double>(side)}, kilometres(1));
}

/// A map of chance: numbers of events that fall anywhere with the same probability.
std::vector<double> random_counts(std::size_t places, std::size_t events, std::uint64_t seed) {
  std::vector<double> counts(places, 0.0);
  RandomStream random({.seed = seed, .purpose = 99});
  for (std::size_t e = 0; e < events; ++e) counts[random.below(static_cast<std::uint32_t>(places))] += 1;
  return counts;
}

HotspotOptions with(HotspotStatistic statistic) {
  HotspotOptions options;
  options.statistic = statistic;
  return options;
}

HotspotOptions with(std::int64_t permutations, std::uint64_t seed = 1) {
  HotspotOptions options;
  options.permutation.permutations = permutations;
  options.permutation.seed = seed;
  return options;
}

HotspotOptions corrected(Correction correction) {
  HotspotOptions options;
  options.correction = correction;
  return options;
}

HotspotOptions at_level(double level) {
  HotspotOptions options;
  options.level = level;
  return options;
}

HotspotTable find(std::span<const double> values, const Neighbours& neighbours, HotspotOptions options = {},
                  std::span<const double> other = {}) {
  Progress progress;
  return find_hotspots(values, neighbours, options, progress, other);
}

std::size_t count(const HotspotTable& table, Standing standing) {
  return static_cast<std::size_t>(std::count(table.standing.begin(), table.standing.end(), standing));
}

std::string refusal(std::span<const double> values, const Neighbours& neighbours, HotspotOptions options = {}) {
  try {
    find(values, neighbours, options);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Hotspots, FindsAPlantedClusterAndNothingElse) {
  const Grid grid = square_grid(20);
  const Neighbours queen = build_neighbours(grid, parse_neighbour_rule("queen"));
  auto values = random_counts(grid.size(), 800, 5);
  for (std::int64_t row = 4; row < 8; ++row)
    for (std::int64_t column = 4; column < 8; ++column) values[grid.index({column, row})] += 8;
  const HotspotTable table = find(values, queen, with(9'999));
  std::size_t inside = 0;
  for (std::int64_t row = 4; row < 8; ++row)
    for (std::int64_t column = 4; column < 8; ++column)
      inside += table.standing[grid.index({column, row})] == Standing::high ? 1 : 0;
  EXPECT_GE(inside, 12U);  // its corners have fewer high neighbours than others
  for (const Cell cell : {Cell{5, 5}, Cell{6, 5}, Cell{5, 6}, Cell{6, 6}})
    EXPECT_EQ(table.standing[grid.index(cell)], Standing::high);
  // Cells beside the cluster share its neighbours; no others are found.
  for (std::size_t i = 0; i < grid.size(); ++i) {
    if (table.standing[i] != Standing::high) continue;
    const auto row = static_cast<std::int64_t>(i) / 20, column = static_cast<std::int64_t>(i) % 20;
    EXPECT_TRUE(row >= 3 && row <= 8 && column >= 3 && column <= 8) << row << " " << column;
  }
  EXPECT_EQ(table.classes[grid.index({5, 5})], "hot spot (99 %)");
}

/// On maps of chance the false discovery rate is the chance that anything is found at all. 5 % of 1,000 maps is 50;
/// three standard deviations of a binomial number above that are 71.
TEST(Hotspots, OnMapsOfChanceAnythingIsFoundAtMostAsOftenAsStated) {
  const Grid grid = square_grid(10);
  for (const char* rule : {"queen", "band: 2 km"}) {
    const Neighbours neighbours = build_neighbours(grid, parse_neighbour_rule(rule));
    int found = 0;
    for (std::uint64_t map = 0; map < 1000; ++map) {
      const auto values = random_counts(grid.size(), 200, map);
      const HotspotTable table = find(values, neighbours, with(9'999, map));
      found += count(table, Standing::high) + count(table, Standing::low) > 0 ? 1 : 0;
    }
    EXPECT_LE(found, 71) << rule;
  }
}

TEST(Hotspots, WhatWasNotObservedIsNobodysNeighbourAndHasItsOwnClass) {
  const Grid grid = square_grid(6);
  const Neighbours queen = build_neighbours(grid, parse_neighbour_rule("queen"));
  auto values = random_counts(grid.size(), 100, 3);
  values[0] = values[1] = values[6] = values[7] = nan;
  values[14] = nan;
  const HotspotTable table = find(values, queen, with(999));
  EXPECT_EQ(table.classes[14], "not observed");
  EXPECT_EQ(table.standing[14], Standing::undefined);
  EXPECT_TRUE(std::isnan(table.q[14]));
  EXPECT_EQ(table.neighbours[13], 8 - 3);  // without 6, 7 and 14
}

TEST(Hotspots, MoranTellsQuadrantsAndItsTailsGoWithThePlace) {
  const Grid grid = square_grid(12);
  const Neighbours queen = build_neighbours(grid, parse_neighbour_rule("queen"));
  std::vector<double> values(grid.size());
  RandomStream random({.seed = 8});
  for (double& value : values) value = random.uniform();
  for (std::int64_t row = 0; row < 4; ++row)
    for (std::int64_t column = 0; column < 4; ++column) {
      values[grid.index({column, row})] += 3;
      values[grid.index({11 - column, 11 - row})] -= 3;
    }
  values[grid.index({1, 1})] = -3;  // low among high
  const HotspotTable table = find(values, queen, with(HotspotStatistic::moran));
  EXPECT_EQ(table.classes[grid.index({2, 2})], "high-high");
  EXPECT_EQ(table.classes[grid.index({10, 10})], "low-low");
  EXPECT_EQ(table.classes[grid.index({1, 1})], "low-high");
  EXPECT_EQ(table.standing[grid.index({1, 1})], Standing::other);
  for (std::size_t i = 0; i < grid.size(); ++i)
    if (std::abs(table.local.z[i]) > 2.5) {
      EXPECT_EQ(table.p_greater[i]<table.p_less[i], table.local.z[i]> 0) << i;
    }
  // With a second variable that is the first, bivariate is Moran.
  const HotspotTable same = find(values, queen, with(HotspotStatistic::bivariate), values);
  EXPECT_EQ(same.p_greater, table.p_greater);
  EXPECT_EQ(same.classes, table.classes);
}

TEST(Hotspots, RelabellingAndThreadsChangeNothing) {
  const Grid grid = square_grid(9);
  const Neighbours queen = build_neighbours(grid, parse_neighbour_rule("queen"));
  const auto values = random_counts(grid.size(), 150, 12);
  const HotspotTable table = find(values, queen);
  for (const int threads : {1, 2, 3, 8}) {
    const ThreadLimit limit(threads);
    const HotspotTable again = find(values, queen);
    EXPECT_EQ(again.p_greater, table.p_greater);
    EXPECT_EQ(again.local.z, table.local.z);
    EXPECT_EQ(again.q, table.q);
  }
  // The map upside down.
  std::vector<double> turned(values.rbegin(), values.rend());
  const HotspotTable reversed = find(turned, queen);
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ(reversed.p_sim[values.size() - 1 - i], table.p_sim[i]);
}

TEST(Hotspots, CorrectionsOnlyRaise) {
  const Grid grid = square_grid(8);
  const Neighbours queen = build_neighbours(grid, parse_neighbour_rule("queen"));
  const auto values = random_counts(grid.size(), 150, 2);
  const HotspotTable none = find(values, queen, corrected(Correction::none));
  for (const char* word : {"bh", "by", "holm", "bonferroni"}) {
    const HotspotTable table = find(values, queen, corrected(parse_correction(word).value()));
    for (std::size_t i = 0; i < values.size(); ++i) EXPECT_GE(table.q[i], none.q[i]) << word;
  }
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ(none.q[i], std::min(1.0, 2 * none.p_sim[i]));
}

TEST(Hotspots, ClassesGoByTheLevelAskedFor) {
  const Grid grid = square_grid(10);
  const Neighbours queen = build_neighbours(grid, parse_neighbour_rule("queen"));
  const auto values = random_counts(grid.size(), 150, 2);
  HotspotOptions options = corrected(Correction::none);
  for (const double level : {0.005, 0.05, 0.3}) {
    options.level = level;
    const HotspotTable table = find(values, queen, options);
    for (std::size_t i = 0; i < table.size(); ++i) {
      const bool spot = table.classes[i].find("spot") != std::string_view::npos;
      EXPECT_EQ(spot, table.q[i] <= level) << table.classes[i] << " " << table.q[i];
      EXPECT_EQ(spot, table.standing[i] == Standing::high || table.standing[i] == Standing::low);
    }
  }
}

TEST(Hotspots, SaysWhatIsWrong) {
  const Grid grid = square_grid(3);
  const Neighbours queen = build_neighbours(grid, parse_neighbour_rule("queen"));
  EXPECT_NE(refusal(std::vector<double>(9, 4.0), queen).find("4 in all 9 places"), std::string::npos);
  std::vector<double> two(9, nan);
  two[0] = 1, two[1] = 2;
  EXPECT_NE(refusal(two, queen).find("only 2 of 9"), std::string::npos);
  const std::vector<double> values{1, 2, 3, 4, 5, 6, 7, 8, 9};
  EXPECT_NE(refusal(values, queen, with(0)).find("permutations"), std::string::npos);
  EXPECT_NE(refusal(values, queen, at_level(0)).find("level"), std::string::npos);
  EXPECT_NE(refusal(values, queen, with(HotspotStatistic::bivariate)).find("second"), std::string::npos);
  EXPECT_NE(refusal(values, queen, with(HotspotStatistic::join_count)), "");
  EXPECT_NE(refusal(std::vector<double>{1, 2}, queen).find("9 places"), std::string::npos);
}

}  // namespace
}  // namespace tocsin
