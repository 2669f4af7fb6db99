#include <cmath>
#include <map>
#include <numeric>

#include <gtest/gtest.h>

#include <tocsin/vector/area_raster.hpp>
#include <tocsin/vector/crosswalk.hpp>

#include "boxes.hpp"

namespace tocsin {
namespace {

using test::areas_of;
using test::box_km;

/// Two districts of 20 km:  +---+---+
///                          | A | B |
///                          +---+---+
Areas two() {
  return areas_of({{"A", "A", box_km(0, 0, 20, 20)}, {"B", "B", box_km(20, 0, 40, 20)}});
}
Areas one() {
  return areas_of({{"C", "C", box_km(0, 0, 40, 20)}});
}
/// A loses its southern quarter to B.
Areas shifted() {
  return areas_of(
      {{"A", "A", box_km(0, 5, 20, 20)},
       {"B", "B", {Polygon{{{0, 0}, {0, 5000}, {20000, 5000}, {20000, 20000}, {40000, 20000}, {40000, 0}, {0, 0}}}}}});
}
Areas crossed() {
  return areas_of(
      {{"N", "N", box_km(0, 13, 40, 20)}, {"S", "S", box_km(0, 0, 29, 13)}, {"T", "T", box_km(29, 0, 40, 13)}});
}

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

/// The simple way: cells of 1 km, each of which lies in one unit of each edition.
std::map<std::pair<std::size_t, std::size_t>, double> cells_in_common(const Areas& from, const Areas& to) {
  std::map<std::pair<std::size_t, std::size_t>, double> count;
  const AreaLocator old_units(from), new_units(to);
  for (int x = 0; x < 40; ++x)
    for (int y = 0; y < 20; ++y)
      count[{static_cast<std::size_t>(old_units.locate(x * 1000 + 500, y * 1000 + 500)),
             static_cast<std::size_t>(new_units.locate(x * 1000 + 500, y * 1000 + 500))}] += 1;
  return count;
}

TEST(Crosswalk, AgreesWithCountingCells) {
  for (const auto& [from, to] : {std::pair(two(), one()), std::pair(one(), two()), std::pair(two(), shifted()),
                                 std::pair(shifted(), crossed()), std::pair(crossed(), two())}) {
    const auto parts = Crosswalk(from, to).parts();
    const auto cells = cells_in_common(from, to);
    std::size_t pieces = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      double whole = 0;
      for (const CrosswalkPart& part : parts[i]) {
        EXPECT_NEAR(part.km2, cells.at({i, part.to}), 1e-9);
        EXPECT_NEAR(part.of_from, part.km2 / area_km2(from.shapes[i]), 1e-12);
        EXPECT_NEAR(part.of_to, part.km2 / area_km2(to.shapes[part.to]), 1e-12);
        whole += part.of_from;
        ++pieces;
      }
      EXPECT_NEAR(whole, 1, 1e-12);
    }
    EXPECT_EQ(pieces, cells.size());
  }
}

TEST(Crosswalk, ASplitAMergerAndAShiftKeepCountsAndRates) {
  for (const auto& [from, to] :
       {std::pair(two(), one()), std::pair(one(), two()), std::pair(two(), shifted()), std::pair(two(), crossed())}) {
    const auto parts = Crosswalk(from, to).parts();
    std::vector<double> counts{12, 30};
    counts.resize(from.size());
    EXPECT_NEAR(sum(carry_counts(parts, counts, to.size())), sum(counts), 1e-9) << "nobody is lost or made";
    for (const double rate : carry_rates(parts, std::vector<double>(from.size(), 7.0), to.size()))
      EXPECT_NEAR(rate, 7, 1e-12) << "a constant rate stays constant";
  }
  EXPECT_EQ(carry_counts(Crosswalk(two(), one()).parts(), {12, 30}, 1), (std::vector<double>{42}));
  const auto shift = carry_counts(Crosswalk(two(), shifted()).parts(), {12, 30}, 2);
  EXPECT_NEAR(shift[0], 9, 1e-9);
  EXPECT_NEAR(shift[1], 33, 1e-9);
}

TEST(Crosswalk, EqualEditionsAreTheIdentityToTheBit) {
  const std::vector<double> values{0.1, 12.3};
  EXPECT_EQ(carry_counts(Crosswalk(shifted(), shifted()).parts(), values, 2), values);
  EXPECT_EQ(carry_rates(Crosswalk(shifted(), shifted()).parts(), values, 2), values);
}

TEST(Crosswalk, WhatWasNotObservedIsNotMadeUp) {
  const auto merger = Crosswalk(two(), one()).parts();
  EXPECT_TRUE(std::isnan(carry_counts(merger, {12, not_observed}, 1)[0])) << "half a count would read as a fall";
  EXPECT_NEAR(carry_rates(merger, {7, not_observed}, 1)[0], 7, 1e-12) << "half of the ground was observed";
  const Areas wider = areas_of({{"C", "C", box_km(0, 0, 100, 20)}});
  EXPECT_TRUE(std::isnan(carry_counts(Crosswalk(two(), wider).parts(), {12, 30}, 1)[0])) << "most of it is new ground";
  EXPECT_TRUE(std::isnan(carry_rates(Crosswalk(two(), wider).parts(), {7, 7}, 1)[0]));
}

TEST(Crosswalk, DifferencesOfDrawingAreNoChange) {
  const Areas redrawn =
      areas_of({{"A", "A", box_km(0.01, 0, 20.01, 20.01)}, {"B", "B", box_km(20.01, -0.01, 40.01, 20)}});
  const auto parts = Crosswalk(two(), redrawn).parts();
  ASSERT_EQ(parts[0].size(), 1U);
  ASSERT_EQ(parts[1].size(), 1U);
  const auto counts = carry_counts(parts, {12, 30}, 2);
  EXPECT_DOUBLE_EQ(counts[0], 12);
  EXPECT_DOUBLE_EQ(counts[1], 30);
}

TEST(Crosswalk, ANeighbourThatOnlyTouchesGivesWhatLiesInside) {
  // The border is drawn 2 km into the neighbour N (40 to 60 km), and half of D lies beyond it.
  const Areas before = areas_of({{"A", "A", box_km(0, 0, 20, 20)},
                                 {"B", "B", box_km(20, 0, 40, 20)},
                                 {"N", "N", box_km(40, 0, 60, 20)},
                                 {"D", "D", box_km(0, -10, 40, 0)},
                                 {"F", "F", box_km(100, 0, 120, 20)}});
  const Areas now =
      areas_of({{"A", "A", box_km(0, 0, 20, 20)}, {"B", "B", box_km(20, 0, 42, 20)}, {"D", "D", box_km(0, -5, 40, 0)}});
  const auto parts = Crosswalk(before, now).parts();
  EXPECT_NEAR(parts[2].at(0).of_from, 0.1, 1e-12) << "2 of the neighbour's 20 km";
  EXPECT_NEAR(parts[3].at(0).of_from, 0.5, 1e-12);
  EXPECT_TRUE(parts[4].empty());
  const auto counts = carry_counts(parts, {12, 30, 200, 8, 5}, 3);
  EXPECT_NEAR(counts[0], 12, 1e-9);
  EXPECT_NEAR(counts[1], 30 + 20, 1e-9) << "not all 200 of the neighbour";
  EXPECT_NEAR(counts[2], 4, 1e-9);
  for (const double rate : carry_rates(parts, {7, 7, 7, 7, 7}, 3)) EXPECT_NEAR(rate, 7, 1e-12);
}

TEST(Crosswalk, ABorderDrawnByAnotherHandLosesNobody) {
  // The new border runs 0.5 km inside the old one: 2.5 % of the unit.
  const Areas drawn = areas_of({{"A", "A", box_km(0, 0, 20, 20)}, {"B", "B", box_km(20, 0, 39.5, 20)}});
  const auto counts = carry_counts(Crosswalk(two(), drawn).parts(), {12, 30}, 2);
  EXPECT_NEAR(counts[0], 12, 1e-9);
  EXPECT_NEAR(counts[1], 30, 1e-9);
}

TEST(Crosswalk, PeopleOfAUnitInPartAreSharesOfAllItsPeople) {
  // The neighbour of 20 km has one of ten people in the 10 km that lie inside.
  const Areas neighbour = areas_of({{"N", "N", box_km(20, 0, 40, 20)}});
  const Areas now = areas_of({{"A", "A", box_km(0, 0, 30, 20)}});
  Raster<float> persons(Grid{{}, 0, 20000, 10000, 4, 2}, 1.0F);
  for (const std::int64_t row : {0, 1}) persons.at({3, row}) = 9.0F;
  Crosswalk part(neighbour, now);
  part.add_population(persons);
  EXPECT_NEAR(part.parts()[0][0].of_from, 0.1, 1e-9);
  EXPECT_TRUE(part.parts()[0][0].by_people);
  for (const std::int64_t row : {0, 1}) persons.at({3, row}) = static_cast<float>(not_observed);
  Crosswalk unknown(neighbour, now);
  unknown.add_population(persons);
  EXPECT_NEAR(unknown.parts()[0][0].of_from, 0.5, 1e-9) << "who lives in the rest is not known: by area";
  EXPECT_FALSE(unknown.parts()[0][0].by_people);
}

TEST(Crosswalk, GoesByPeopleWhereTheyAreKnown) {
  // Nine of ten people of the county live in its western half.
  Raster<float> persons(Grid{{}, 0, 20000, 10000, 4, 2}, 1.0F);
  for (const std::int64_t row : {0, 1})
    for (const std::int64_t column : {0, 1}) persons.at({column, row}) = 9.0F;
  Crosswalk split(one(), two());
  split.add_population(persons);
  const auto by_people = carry_counts(split.parts(), {100}, 2);
  EXPECT_NEAR(by_people[0], 90, 1e-9);
  EXPECT_NEAR(by_people[1], 10, 1e-9);
  EXPECT_TRUE(split.parts()[0][0].by_people);
  Crosswalk merger(two(), one());
  merger.add_population(persons);
  EXPECT_NEAR(carry_rates(merger.parts(), {10, 20}, 1)[0], 11, 1e-9);

  persons.at({3, 0}) = static_cast<float>(not_observed);
  Crosswalk unknown(one(), two());
  unknown.add_population(persons);
  EXPECT_NEAR(carry_counts(unknown.parts(), {100}, 2)[0], 50, 1e-9) << "a quarter of the people are not known: by area";
  EXPECT_FALSE(unknown.parts()[0][0].by_people);
}

TEST(Crosswalk, RowsOfPeopleComeInAnyBands) {
  Raster<float> persons(Grid{{}, 0, 20000, 5000, 8, 4}, 1.0F);
  for (std::size_t i = 0; i < persons.values().size(); ++i) persons.values()[i] = static_cast<float>(i % 7);
  Crosswalk whole(two(), crossed()), banded(two(), crossed());
  whole.add_population(persons);
  for (const std::int64_t first : {0, 1, 2, 3}) {
    Raster<float> band(persons.grid().rows(first, 1));
    for (std::int64_t column = 0; column < 8; ++column) band.at({column, 0}) = persons.at({column, first});
    banded.add_population(band);
  }
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t p = 0; p < whole.parts()[i].size(); ++p)
      EXPECT_NEAR(whole.parts()[i][p].of_from, banded.parts()[i][p].of_from, 1e-12);
}

}  // namespace
}  // namespace tocsin
