#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include <tocsin/vector/duplicates.hpp>

namespace tocsin {
namespace {

struct Told {
  double x = 0, y = 0;
  Day day = make_day(2021, 8, 10);
  std::string actor = "armed group A";
  double persons = 3;
  std::string category = "rape";
};

Events events_of(const std::vector<Told>& all) {
  Events events;
  CategoricalBuilder actor, category;
  for (const Told& told : all) {
    events.add(told.x, told.y, told.day);
    events.persons.back() = told.persons;
    actor.add(told.actor);
    category.add(told.category);
  }
  events.actor = std::move(actor).build();
  events.category = std::move(category).build();
  return events;
}

std::vector<DuplicatePair> pairs_of(const Events& a, const Events& b, const DuplicateOptions& options = {}) {
  const std::array sources{EventsOfSource{"a", &a}, EventsOfSource{"b", &b}};
  return find_duplicates(sources, options);
}

TEST(Duplicates, TheSameRecordTwiceScoresOne) {
  const auto pairs = pairs_of(events_of({Told{}}), events_of({Told{}}));
  ASSERT_EQ(pairs.size(), 1U);
  EXPECT_DOUBLE_EQ(pairs[0].score, 1);
  EXPECT_EQ(pairs[0].distance_m, 0);
  EXPECT_EQ(pairs[0].days_apart, 0);
}

TEST(Duplicates, TheScoreIsTheMeanOfWhatCanBeCompared) {
  Told other;
  other.x = 2500;                        // half of 5 km: 0.5
  other.day += std::chrono::days{1};     // one day of two: 1 - 1/3
  other.actor = "Armed Group A (east)";  // holds the other name: 1
  other.persons = 4;                     // 3/4
  other.category = "other words";        // left out
  const auto pairs = pairs_of(events_of({Told{}}), events_of({other}));
  ASSERT_EQ(pairs.size(), 1U);
  EXPECT_NEAR(pairs[0].score, (0.5 + 2.0 / 3 + 1 + 0.75) / 4, 1e-12);
  EXPECT_EQ(pairs[0].days_apart, 1);
}

TEST(Duplicates, BeyondATolerancePairsAreNone) {
  Told far, late;
  far.x = 5001;
  late.day += std::chrono::days{3};
  EXPECT_TRUE(pairs_of(events_of({Told{}}), events_of({far, late})).empty());
  // What one record does not know exactly may lie nearer.
  Events vague = events_of({far});
  vague.precision[0] = {PlaceKind::disc, 0, 25000};
  EXPECT_EQ(pairs_of(events_of({Told{}}), vague).size(), 1U);
}

TEST(Duplicates, UnitsPairByTheirNames) {
  Events point = events_of({Told{}}), unit = events_of({Told{}});
  unit.x[0] = unit.y[0] = std::nan("");
  unit.precision[0] = {PlaceKind::admin, 2, 0};
  for (Events* events : {&point, &unit}) {
    CategoricalBuilder admin2;
    admin2.add("Tambura");
    events->admin2 = std::move(admin2).build();
  }
  const auto pairs = pairs_of(point, unit);
  ASSERT_EQ(pairs.size(), 1U);
  EXPECT_TRUE(pairs[0].same_unit);
  unit.precision[0] = {PlaceKind::unplaced, 0, 0};
  EXPECT_TRUE(pairs_of(point, unit).empty());
}

TEST(Duplicates, AreThoseOfBruteForceInAnyOrder) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> place(0, 20000);
  std::uniform_int_distribution<int> day(0, 20);
  std::vector<Told> told[2];
  for (auto& source : told)
    for (int i = 0; i < 60; ++i) {
      Told one;
      one.x = place(random);
      one.y = place(random);
      one.day += std::chrono::days{day(random)};
      source.push_back(one);
    }
  const DuplicateOptions options{5000, 2, 0};
  const Events a = events_of(told[0]), b = events_of(told[1]);
  std::size_t expected = 0;
  for (const Told& one : told[0])
    for (const Told& other : told[1])
      expected +=
          std::hypot(one.x - other.x, one.y - other.y) <= 5000 && std::abs(days_between(one.day, other.day)) <= 2;
  const auto pairs = pairs_of(a, b, options);
  EXPECT_EQ(pairs.size(), expected);
  std::reverse(told[1].begin(), told[1].end());
  const auto turned = pairs_of(a, events_of(told[1]), options);
  ASSERT_EQ(turned.size(), expected);
  for (std::size_t i = 0; i < expected; ++i) EXPECT_EQ(turned[i].score, pairs[i].score);
}

TEST(Duplicates, OfOneEventOneRecordIsKept) {
  // Three sources tell of one event; the second tells of another nearby.
  Told near;
  near.x = 100;
  const Events a = events_of({Told{}}), b = events_of({near, Told{}}), c = events_of({Told{}});
  const std::array sources{EventsOfSource{"a", &a}, EventsOfSource{"b", &b}, EventsOfSource{"c", &c}};
  const auto pairs = find_duplicates(sources, {});
  // The second source's other record is alike as well, but the likelier of the two alone is the event that the first
  // tells; the third source's record goes with its own pair. Each record goes by one pair.
  std::set<std::pair<std::size_t, std::size_t>> gone;
  for (const std::size_t i : deciding_pairs(pairs)) {
    EXPECT_DOUBLE_EQ(pairs[i].score, 1);
    EXPECT_TRUE(gone.insert({pairs[i].second_source, pairs[i].second_event}).second);
  }
  EXPECT_EQ(gone, (std::set<std::pair<std::size_t, std::size_t>>{{1, 1}, {2, 0}}));
}

TEST(Duplicates, APairThatDidNotDecideIsNotTheReason) {
  // b's first record is a's first, so its second can only be a's second, though it is more like a's first.
  DuplicatePair best, lure, own;
  best = {0, 1, 0, 0, 1.0, 0, 0, false};
  lure = {0, 1, 0, 1, 0.9, 0, 0, false};
  own = {0, 1, 1, 1, 0.8, 0, 0, false};
  EXPECT_EQ(deciding_pairs(std::array{best, lure, own}), (std::vector<std::size_t>{0, 2}));
}

}  // namespace
}  // namespace tocsin
