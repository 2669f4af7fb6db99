#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
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

/// Records of units: county and state as written, known to the level.
struct Named {
  std::string code, state, county;
  std::uint8_t level = 2;  // 0: a point in the county
};

Events named(const std::vector<Named>& all) {
  Events events;
  CategoricalBuilder codes, states, counties;
  for (const Named& one : all) {
    events.add(0, 0, make_day(2021, 8, 10));
    if (one.level > 0) {
      events.x.back() = events.y.back() = std::nan("");
      events.precision.back() = {PlaceKind::admin, one.level, 0};
    }
    codes.add(one.code);
    states.add(one.state);
    counties.add(one.county);
  }
  events.area_code = std::move(codes).build();
  events.admin1 = std::move(states).build();
  events.admin2 = std::move(counties).build();
  return events;
}

bool pair_up(const Named& one, const Named& other) {
  return !pairs_of(named({one}), named({other})).empty();
}

TEST(Duplicates, CodesGoWithCodesAndNamesWithNames) {
  EXPECT_TRUE(pair_up({"SS0101", "", ""}, {"SS0101", "", ""}));
  EXPECT_TRUE(pair_up({"SS0101", "", "Wau"}, {"", "", "Wau"})) << "a code on one side only";
  EXPECT_FALSE(pair_up({"SS0101", "", "Wau"}, {"SS0102", "", "Wau"})) << "codes differ";
  EXPECT_TRUE(pair_up({"", "", "Wau"}, {"", "", "Wau County"}));
  EXPECT_TRUE(pair_up({"SS0101", "", "", 0}, {"SS0101", "", ""})) << "a point coded by its county";
  EXPECT_TRUE(pair_up({"SS010101", "", "Wau", 0}, {"SS0101", "", "Wau"})) << "a point coded by a smaller unit";
  EXPECT_TRUE(pair_up({"SS0101", "", "Wau"}, {"SS010101", "", "Wau", 0}));
}

TEST(Duplicates, UnitsOfOneNameAreNotOneUnit) {
  EXPECT_FALSE(pair_up({"", "Wau", "", 1}, {"", "", "Wau", 2})) << "a state and a county";
  EXPECT_FALSE(pair_up({"", "Wau state", "Wau county", 1}, {"", "Wau state", "Wau county", 2}));
  EXPECT_FALSE(pair_up({"", "North", "Central"}, {"", "South", "Central"})) << "of two provinces";
  EXPECT_TRUE(pair_up({"", "", "Central"}, {"", "South", "Central"})) << "one does not say which";
  EXPECT_FALSE(pair_up({"", "North", "Central", 0}, {"", "South", "Central"})) << "a point in another province";
}

TEST(Duplicates, ActorsAgreeByWholeWordsAndOpponentsDoNot) {
  EXPECT_TRUE(same_actor("armed group a", "armed group a east"));
  EXPECT_TRUE(same_actor("group a", "armed group a"));
  EXPECT_FALSE(same_actor("spla", "spla io"));
  EXPECT_FALSE(same_actor("movement b in opposition", "movement b"));
  EXPECT_FALSE(same_actor("movement b faction of c", "movement b"));
  EXPECT_FALSE(same_actor("dissidents movement b", "movement b"));
  EXPECT_FALSE(same_actor("army", "armyworm control")) << "a word, not letters";
  EXPECT_TRUE(same_actor("movement b in opposition", "movement b in opposition"));
}

TEST(Duplicates, WhatNoProjectionReachesIsNotNear) {
  Told beyond;
  beyond.x = beyond.y = 1e9;  // as tocsin::data::beyond_reach_m
  EXPECT_TRUE(pairs_of(events_of({beyond}), events_of({beyond})).empty());
}

TEST(Duplicates, WhatCannotBeUsedIsNotCompared) {
  const Events a = events_of({Told{}, Told{}}), b = events_of({Told{}});
  const std::array<std::uint8_t, 2> usable{0, 1};
  const std::array sources{EventsOfSource{"a", &a, usable}, EventsOfSource{"b", &b, {}}};
  const auto pairs = find_duplicates(sources, {});
  ASSERT_EQ(pairs.size(), 1U);
  EXPECT_EQ(pairs[0].first_event, 1U);
}

TEST(Duplicates, AreThoseOfBruteForceForEverySpanRadiusAndUnit) {
  // Days, months and years; points, towns and counties: each two records alone give the pairs of all.
  std::mt19937 random(11);
  std::uniform_real_distribution<double> place(-60000, 60000);
  std::uniform_int_distribution<int> day(0, 400), kind(0, 9), county(0, 4);
  const std::array<int, 4> lengths{0, 6, 29, 364};
  const auto made = [&] {
    Events events;
    CategoricalBuilder codes, counties;
    for (int i = 0; i < 100; ++i) {
      events.add(place(random), place(random), make_day(2021, 1, 1) + std::chrono::days{day(random)});
      events.last_day.back() += std::chrono::days{lengths[static_cast<std::size_t>(kind(random) % 4)]};
      const int what = kind(random), where = county(random);
      if (what < 3) events.precision.back() = {PlaceKind::admin, static_cast<std::uint8_t>(1 + what % 2), 0};
      if (what > 7) events.precision.back() = {PlaceKind::disc, 0, what == 8 ? 700.0F : 40000.0F};
      codes.add(what % 2 == 0 ? "c" + std::to_string(where) : "");
      counties.add("county " + std::to_string(where / 2));
    }
    events.area_code = std::move(codes).build();
    events.admin2 = std::move(counties).build();
    return events;
  };
  const Events a = made(), b = made();
  const auto alone = [](const Events& events, std::size_t kept) {
    Events one = events;
    std::vector<std::uint8_t> gone(events.size(), 1);
    gone[kept] = 0;
    one.erase(gone);
    return one;
  };
  std::vector<Events> each_of_a, each_of_b;
  for (std::size_t i = 0; i < a.size(); ++i) each_of_a.push_back(alone(a, i));
  for (std::size_t j = 0; j < b.size(); ++j) each_of_b.push_back(alone(b, j));
  for (const double least : {0.0, 0.6, 0.9}) {
    const DuplicateOptions options{5000, 2, least};
    std::set<std::pair<std::size_t, std::size_t>> expected, found;
    for (std::size_t i = 0; i < a.size(); ++i)
      for (std::size_t j = 0; j < b.size(); ++j)
        if (!pairs_of(each_of_a[i], each_of_b[j], options).empty()) expected.insert({i, j});
    const auto pairs = pairs_of(a, b, options);
    for (const DuplicatePair& pair : pairs) found.insert({pair.first_event, pair.second_event});
    EXPECT_EQ(found.size(), pairs.size()) << "each pair once";
    EXPECT_EQ(found, expected) << least;
    EXPECT_GT(found.size(), 0U);
    const std::array sources{EventsOfSource{"a", &a, {}}, EventsOfSource{"b", &b, {}}};
    const auto counts = count_duplicates(sources, options);
    ASSERT_EQ(counts.size(), 1U);
    EXPECT_EQ(counts[0].pairs, std::int64_t(pairs.size()));
  }
}

TEST(Duplicates, TooManyAreRefusedWithWhatToDo) {
  const Events many = events_of(std::vector<Told>(100));
  const std::array sources{EventsOfSource{"a", &many, {}}, EventsOfSource{"b", &many, {}}};
  DuplicateOptions options;
  options.most_pairs = 10000;
  EXPECT_EQ(find_duplicates(sources, options).size(), 10000U);
  const auto refused = [&](const std::string& telling) {
    try {
      (void)find_duplicates(sources, options);
      ADD_FAILURE() << "not refused";
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(telling), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find("'a' and 'b'"), std::string::npos) << error.what();
    }
  };
  options.most_pairs = 9999;
  refused("more than 9999 pairs");
  options.most_comparisons = 9999;
  refused("more than the 9999 that are compared");
  ASSERT_EQ(count_duplicates(sources, options).size(), 1U);
  EXPECT_FALSE(count_duplicates(sources, options)[0].pairs.has_value());
}

TEST(Duplicates, ARecordOfAYearDoesNotWidenTheSearch) {
  // One record of the whole year among those of one day each; each meets those of its own days alone.
  std::vector<Told> days;
  for (int i = 0; i < 365; ++i) {
    days.push_back({});
    days.back().day = make_day(2021, 1, 1) + std::chrono::days{i};
  }
  const Events a = events_of(days);
  Events b = events_of(days);
  b.first_day[0] = make_day(2021, 1, 1);
  b.last_day[0] = make_day(2021, 12, 31);
  const std::array sources{EventsOfSource{"a", &a, {}}, EventsOfSource{"b", &b, {}}};
  DuplicateOptions options{5000, 2, 0};
  options.most_comparisons = 365 * 5 + 365;
  EXPECT_EQ(find_duplicates(sources, options).size(), std::size_t(365 * 5 - 6 - 3 + 365));
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
