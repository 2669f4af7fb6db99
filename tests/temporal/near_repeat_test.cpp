// Knox's test over bands of distance and time.
#include <cmath>
#include <cstdlib>
#include <limits>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/core/random.hpp>
#include <tocsin/pattern/near_repeat.hpp>

#include "reports.hpp"

namespace tocsin {
namespace {

using test::at;

struct Incidents {
  std::vector<Point> places;
  std::vector<Day> days;
};

/// Twelve towns, each with some events on any days; then some that follow another within a week and a kilometre.
Incidents incidents(int scattered, int followers, std::uint32_t number = 0) {
  RandomStream random({5, 0, 0, number});
  Incidents all;
  for (int i = 0; i < scattered; ++i) {
    const std::uint32_t town = random.below(12);
    all.places.emplace_back(20000.0 * town + 3000 * random.uniform(), 3000 * random.uniform());
    all.days.push_back(at(static_cast<int>(random.below(720))));
  }
  for (int i = 0; i < followers; ++i) {
    const std::uint32_t first = random.below(static_cast<std::uint32_t>(scattered));
    all.places.emplace_back(all.places[first].x() + 500 * random.uniform(), all.places[first].y());
    all.days.push_back(all.days[first] + std::chrono::days{1 + random.below(6)});
  }
  return all;
}

TEST(NearRepeat, CountsPairsAsBruteForceDoes) {
  Incidents few = incidents(60, 10);
  few.places.push_back(few.places[3]);  // on the same place
  few.days.push_back(few.days[3]);
  few.places.emplace_back(few.places[3].x() + 1000, few.places[3].y());  // on the edge of a band
  few.days.push_back(few.days[3] + std::chrono::days{7});
  const NearRepeatOptions options;
  const NearRepeat found = near_repeat(few.places, few.days, options);
  const std::size_t n = few.places.size();
  ASSERT_EQ(found.bands.size(), options.distances_m.size() * options.days.size());
  const auto in_distance = [&](const NearRepeatBand& band, std::size_t i, std::size_t j) {
    const double apart = std::hypot(few.places[i].x() - few.places[j].x(), few.places[i].y() - few.places[j].y());
    return apart <= band.to_m && (band.to_m == 0 || apart > band.from_m);
  };
  const auto in_time = [&](const NearRepeatBand& band, std::size_t i, std::size_t j) {
    const int apart = std::abs(days_between(few.days[i], few.days[j]));
    return band.from_days <= apart && apart <= band.to_days;
  };
  for (const NearRepeatBand& band : found.bands) {
    std::int64_t both = 0;
    double space = 0, time = 0;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < i; ++j) {
        both += in_distance(band, i, j) && in_time(band, i, j) ? 1 : 0;
        space += in_distance(band, i, j) ? 1 : 0;
        time += in_time(band, i, j) ? 1 : 0;
      }
    EXPECT_EQ(band.pairs, both) << band.to_m << " " << band.to_days;
    EXPECT_DOUBLE_EQ(band.expected, space * time * 2 / static_cast<double>(n * (n - 1)));
  }
  EXPECT_EQ(found.bands[0].from_days, 0);
  EXPECT_EQ(found.bands[1].from_days, 8);
  EXPECT_GE(found.bands[0].pairs, 1);
}

TEST(NearRepeat, FindsWhatWasPlantedAndNothingElse) {
  const Incidents planted = incidents(150, 25);
  const NearRepeat found = near_repeat(planted.places, planted.days);
  EXPECT_EQ(found.p_any, 0.001);
  for (const NearRepeatBand& band : found.bands) {
    if (band.to_m == 1000 && band.to_days == 7) {
      EXPECT_GT(band.ratio, 3);
      EXPECT_EQ(band.p, 0.001);
    }
    if (band.from_days > 28 && band.from_m >= 2000) {
      EXPECT_GT(band.p, 0.001);
    }
  }
}

TEST(NearRepeat, TownsAloneAreNoFinding) {
  int alarms = 0;
  NearRepeatOptions options;
  options.permutations = 99;
  for (std::uint32_t number = 0; number < 100; ++number) {
    const Incidents towns = incidents(80, 0, number);
    alarms += near_repeat(towns.places, towns.days, options).p_any <= 0.05 ? 1 : 0;
  }
  EXPECT_LE(alarms, 12);  // 5 of 100, and three deviations
}

TEST(NearRepeat, TheSameForAnyNumberOfThreads) {
  const Incidents planted = incidents(100, 10);
  std::vector<double> first;
  for (const int threads : {1, 2, 5}) {
    const ThreadLimit limit(threads);
    std::vector<double> p;
    for (const NearRepeatBand& band : near_repeat(planted.places, planted.days).bands) p.push_back(band.p);
    if (first.empty()) first = p;
    EXPECT_EQ(p, first);
  }
}

TEST(NearRepeat, RefusesWhatCannotBe) {
  const Incidents few = incidents(5, 0);
  EXPECT_THROW(near_repeat(few.places, std::span(few.days).first(4)), Error);
  EXPECT_THROW(near_repeat(std::span(few.places).first(1), std::span(few.days).first(1)), Error);
  NearRepeatOptions options;
  options.days = {7, 7};
  EXPECT_THROW(near_repeat(few.places, few.days, options), Error);
  options = {};
  options.permutations = 18;
  EXPECT_THROW(near_repeat(few.places, few.days, options), Error);
  Incidents nowhere = few;
  nowhere.places[2].x(std::numeric_limits<double>::quiet_NaN());
  EXPECT_THROW(near_repeat(nowhere.places, nowhere.days), Error);
}

}  // namespace
}  // namespace tocsin
