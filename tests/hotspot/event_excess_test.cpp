#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/core/random.hpp>
#include <tocsin/hotspot/event_excess.hpp>
#include <tocsin/hotspot/hotspots.hpp>
#include <tocsin/neighbours/build_neighbours.hpp>

namespace tocsin {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Neighbours queen(std::int64_t side) {
  const double edge = 1000.0 * static_cast<double>(side);
  return build_neighbours(Grid::covering({0, 0, edge, edge}, kilometres(1)), parse_neighbour_rule("queen"));
}

/// Sum of the binomial probabilities, term by term.
double binomial_tail(int from, int to, int n, double share) {
  double sum = 0;
  for (int k = from; k <= to; ++k)
    sum += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) + k * std::log(share) +
                    (n - k) * std::log1p(-share));
  return sum;
}

/// Events dealt to places in proportion to their exposure.
std::vector<double> deal(std::span<const double> exposure, int events, std::uint64_t seed) {
  std::vector<double> ends, counts(exposure.size(), 0.0);
  double sum = 0;
  for (const double value : exposure) ends.push_back(sum += value);
  RandomStream random({.seed = seed, .purpose = 98});
  for (int e = 0; e < events; ++e) {
    const auto at = std::upper_bound(ends.begin(), ends.end(), random.uniform() * sum) - ends.begin();
    counts[static_cast<std::size_t>(at)] += 1;
  }
  return counts;
}

std::vector<double> uneven_people(std::size_t places) {
  std::vector<double> people(places);
  RandomStream random({.seed = 6});
  for (double& number : people) number = std::pow(10.0, 1 + 4 * random.uniform());
  return people;
}

TEST(EventExcess, IsNeverCertain) {
  std::vector<double> events(16, 1.0);
  events[5] = 1e6;
  const std::vector<double> people(16, 1000.0);
  const EventExcess excess = event_excess(events, people, queen(4));
  EXPECT_EQ(excess.p_greater[5], least_p);
  EXPECT_EQ(excess.p_less[15], least_p);  // far from all of them
  EXPECT_EQ(excess.local.p[5], least_p);
  Progress progress;
  HotspotOptions options;
  options.statistic = HotspotStatistic::excess;
  const HotspotTable table = find_hotspots(events, queen(4), options, progress, people);
  EXPECT_GT(table.q[5], 0);
}

TEST(EventExcess, IsTheBinomialTailOfThePlaceAndItsNeighbours) {
  const Neighbours neighbours = queen(4);
  const std::vector<double> people = uneven_people(16), events = deal(people, 40, 2);
  const EventExcess excess = event_excess(events, people, neighbours);
  double all = 0;
  for (const double number : people) all += number;
  for (std::size_t i = 0; i < 16; ++i) {
    double count = events[i], here = people[i];
    for (const std::uint32_t j : neighbours.indices(i)) count += events[j], here += people[j];
    const double share = here / all;
    EXPECT_EQ(excess.local.statistic[i], count);
    EXPECT_NEAR(excess.local.expectation[i], 40 * share, 1e-12);
    // The sum of logarithms loses some 1e-13 of each term.
    EXPECT_NEAR(excess.p_greater[i], binomial_tail(static_cast<int>(count), 40, 40, share), 1e-11);
    EXPECT_NEAR(excess.p_less[i], binomial_tail(0, static_cast<int>(count), 40, share), 1e-11);
  }
}

TEST(EventExcess, GoesOnSmoothlyBetweenWholeNumbers) {
  const Neighbours alone({0, 0, 0, 0}, {});
  double last = 1;
  for (double count = 0; count <= 10; count += 0.125) {
    const EventExcess excess =
        event_excess(std::vector<double>{count, 10 - count, 0}, std::vector<double>{1, 2, 3}, alone);
    EXPECT_LE(excess.p_greater[0], last);
    last = excess.p_greater[0];
  }
  EXPECT_NEAR(last, std::pow(1 / 6.0, 10), 1e-20);
}

TEST(EventExcess, OneTownWithAllEventsIsFound) {
  const Neighbours neighbours = queen(20);
  std::vector<double> events(400, 0.0), ground(400, 1.0);
  events[210] = 30;
  for (std::size_t i = 0; i < 400; i += 20) events[i] = 1;
  Progress progress;
  HotspotOptions options;
  options.statistic = HotspotStatistic::excess;
  const HotspotTable table = find_hotspots(events, neighbours, options, progress, ground);
  EXPECT_EQ(table.standing[210], Standing::high);
  // To a permutation of places it is one high value.
  options.statistic = HotspotStatistic::gi_star;
  EXPECT_NE(find_hotspots(events, neighbours, options, progress).standing[210], Standing::high);
}

/// Maps of chance over very uneven populations: the share on which anything is found is at most the level. 5 % of
/// 1,000 is 50; three standard deviations of a binomial number above that are 71.
TEST(EventExcess, OnMapsOfChanceAnythingIsFoundAtMostAsOftenAsStated) {
  const Neighbours neighbours = queen(12);
  const std::vector<double> people = uneven_people(144);
  HotspotOptions options;
  options.statistic = HotspotStatistic::excess;
  Progress progress;
  for (const int events : {15, 60, 400}) {
    int found = 0;
    for (std::uint64_t map = 0; map < 1000; ++map) {
      const HotspotTable table = find_hotspots(deal(people, events, map), neighbours, options, progress, people);
      found += std::any_of(table.standing.begin(), table.standing.end(),
                           [](Standing standing) { return standing == Standing::high || standing == Standing::low; });
    }
    EXPECT_LE(found, 71) << events;
  }
}

/// Twenty events in a block of nine places, beside sixty that fall anywhere: found on at least 95 of 100 maps.
TEST(EventExcess, FindsAPlantedCluster) {
  const Neighbours neighbours = queen(12);
  const std::vector<double> people(144, 100.0);
  HotspotOptions options;
  options.statistic = HotspotStatistic::excess;
  Progress progress;
  int found = 0;
  for (std::uint64_t map = 0; map < 100; ++map) {
    std::vector<double> events = deal(people, 60, map);
    RandomStream random({.seed = map, .purpose = 97});
    for (int e = 0; e < 20; ++e) {
      const std::uint32_t row = 5 + random.below(3), column = 5 + random.below(3);
      events[row * 12 + column] += 1;
    }
    found += find_hotspots(events, neighbours, options, progress, people).standing[6 * 12 + 6] == Standing::high;
  }
  EXPECT_GE(found, 95);
}

TEST(EventExcess, WhatIsNotObservedCountsNowhere) {
  const Neighbours neighbours = queen(3);
  std::vector<double> events{1, 2, 0, 3, nan, 1, 0, 0, 1}, people(9, 10.0);
  people[8] = 0;  // nobody lives there, but something happened
  people[7] = 0;  // nobody, nothing
  people[6] = nan;
  const EventExcess excess = event_excess(events, people, neighbours);
  EXPECT_EQ(excess.local.undefined[4], Undefined::unobserved);
  EXPECT_EQ(excess.local.undefined[7], Undefined::unobserved);
  EXPECT_EQ(excess.local.undefined[6], Undefined::unobserved);
  EXPECT_EQ(excess.local.undefined[8], Undefined::no);
  EXPECT_EQ(excess.local.statistic[8], 2);  // itself and place 5
  EXPECT_NEAR(excess.local.expectation[8], 8 * 10 / 50.0, 1e-12);
  EXPECT_THROW(event_excess(std::vector<double>(9, -1.0), people, neighbours), Error);
  EXPECT_THROW(event_excess(events, std::vector<double>(8, 1.0), neighbours), Error);
  const EventExcess quiet = event_excess(std::vector<double>(9, 0.0), std::vector<double>(9, 1.0), neighbours);
  EXPECT_EQ(quiet.local.undefined[0], Undefined::no_variance);
}

TEST(EventExcess, ThreadsChangeNothing) {
  const Neighbours neighbours = queen(100);
  const std::vector<double> people = uneven_people(10'000), events = deal(people, 3'000, 1);
  const EventExcess one = event_excess(events, people, neighbours);
  for (const int threads : {1, 2, 3, 8}) {
    const ThreadLimit limit(threads);
    EXPECT_EQ(event_excess(events, people, neighbours).p_greater, one.p_greater);
  }
}

}  // namespace
}  // namespace tocsin
