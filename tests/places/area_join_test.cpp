#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/indicators/area_join.hpp>

#include "boxes.hpp"

namespace tocsin {
namespace {

constexpr Day day_of(int year, unsigned month, unsigned day) {
  return std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day);
}

constexpr Day as_of = day_of(2026, 12, 31);
const TableJoinRequest series{"rain", 0, 1, 2, {}, TableJoinRequest::Rows::series};

Table table(std::vector<std::vector<std::string>> rows) {
  Table result{{"pcode", "date", "mm"}, std::move(rows), {}};
  for (std::size_t i = 0; i < result.rows.size(); ++i) result.row_numbers.push_back(static_cast<std::int64_t>(i) + 2);
  return result;
}

/// Tambura, Nagero and Ezo, all reporting units.
std::vector<AreaEdition> one_edition() {
  AreaEdition edition;
  edition.areas = test::areas_of({{"SS1009", "Tambura", {}}, {"SS1007", "Nagero", {}}, {"SS1001", "Ezo", {}}});
  edition.parts = {{{0}}, {{1}}, {{2}}};
  return {edition};
}

/// Until 2020 one unit "X" over both; since 2021 "X" is the smaller part, and "Y" the larger. "E" stays.
std::vector<AreaEdition> two_editions() {
  AreaEdition now, before;
  now.areas = test::areas_of({{"X", "X", {}}, {"Y", "Y", {}}, {"E", "E", {}}});
  now.parts = {{{0}}, {{1}}, {{2}}};
  now.from = day_of(2021, 1, 1);
  before.id = "old";
  before.areas = test::areas_of({{"X", "X", {}}, {"E", "E", {}}});
  before.parts = {{{0, 0.25, 1}, {1, 0.75, 1}}, {{2, 1, 1}}};
  before.to = day_of(2020, 12, 31);
  return {now, before};
}

struct Joined {
  std::vector<AreaEdition> editions;
  TableJoin join;
  SourceJoin report;
};

void expect_sums(const Joined& joined, const Table& rows, Carry carry, const std::vector<double>& expected) {
  CarriedSums sums(joined.join, carry);
  for (std::size_t i = 0; i < rows.rows.size(); ++i)
    sums.add(i, *parse_day(rows.rows[i][1]), std::stod(rows.rows[i][2]));
  const std::vector<double> found = sums.sums(expected.size());
  for (std::size_t area = 0; area < expected.size(); ++area) {
    if (std::isnan(expected[area]))
      EXPECT_TRUE(std::isnan(found[area])) << "area " << area << " has " << found[area];
    else
      EXPECT_NEAR(found[area], expected[area], 1e-9) << "area " << area;
  }
}

Joined joined(std::vector<AreaEdition> editions, const Table& rows, DoubledRows rule = DoubledRows::unseen,
              const UnitAliases& aliases = {}, const TableJoinRequest& request = series) {
  Joined result{std::move(editions), {}, {"rain", "column 'pcode'", false, {}}};
  result.join = TableJoiner(result.editions, aliases).join(rows, request, rule, as_of, result.report);
  return result;
}

const JoinedKey* find(const SourceJoin& report, JoinKind kind, const std::string& key) {
  for (const JoinedKey& each : report.keys)
    if (each.kind == kind && each.key == key) return &each;
  return nullptr;
}

TEST(TableJoin, TellsWhatMatchedWhatNearlyDidWhatNotAndWhatIsAbsent) {
  const Table rows =
      table({{"SS1007", "2026-01-01", "1"}, {"Tumbura", "2026-01-01", "2"}, {"SS10", "2026-01-01", "3"}});
  const Joined result = joined(one_edition(), rows);
  EXPECT_EQ(find(result.report, JoinKind::matched, "SS1007")->rows, 1);
  EXPECT_EQ(find(result.report, JoinKind::near, "Tumbura")->suggestion, "Tambura (SS1009)");
  ASSERT_NE(find(result.report, JoinKind::unmatched, "SS10"), nullptr);
  EXPECT_EQ(find(result.report, JoinKind::absent, "SS1009")->suggestion, "Tambura");
  ASSERT_NE(find(result.report, JoinKind::absent, "SS1001"), nullptr);
  expect_sums(result, rows, Carry::share, {not_observed, 1, not_observed});
  EXPECT_EQ(result.join.outside(1), "no such area") << "nearly is not yes";
  EXPECT_EQ(result.report.warnings().size(), 3U);
  EXPECT_FALSE(result.report.plain());

  const Joined confirmed = joined(one_edition(), rows, DoubledRows::unseen, {{"Tumbura", "SS1009"}});
  expect_sums(confirmed, rows, Carry::share, {2, 1, not_observed});
  EXPECT_EQ(find(confirmed.report, JoinKind::near, "Tumbura"), nullptr);
}

TEST(TableJoin, DoubledRowsAreNotObservedUnlessSomebodySaysWhatToDo) {
  const Table rows = table({{"SS1007", "2026-01-01", "10"},
                            {"SS1007", "2026-01-01", "30"},
                            {"SS1007", "2026-01-11", "5"},
                            {"SS1001", "2026-01-01", "7"}});
  const Joined unseen = joined(one_edition(), rows);
  EXPECT_EQ(find(unseen.report, JoinKind::doubled, "SS1007")->rows, 2);
  EXPECT_EQ(unseen.join.outside(0), "doubled");
  EXPECT_EQ(unseen.join.outside(2), "");
  expect_sums(unseen, rows, Carry::share, {not_observed, not_observed, 7});
  expect_sums(joined(one_edition(), rows, DoubledRows::mean), rows, Carry::share, {not_observed, 25, 7});
  expect_sums(joined(one_edition(), rows, DoubledRows::sum), rows, Carry::share, {not_observed, 45, 7});
  const Joined first = joined(one_edition(), rows, DoubledRows::first);
  expect_sums(first, rows, Carry::share, {not_observed, 15, 7});
  EXPECT_EQ(first.join.outside(1), "doubled");
  EXPECT_EQ(find(first.report, JoinKind::doubled, "SS1007")->suggestion, "the first is used");
}

TEST(TableJoin, ACodeAndANameOfOneAreaAreDoubledToo) {
  const Table rows = table({{"SS1007", "2026-01-01", "10"}, {"Nagero county", "2026-01-01", "10"}});
  const Joined result = joined(one_edition(), rows);
  ASSERT_NE(find(result.report, JoinKind::doubled, "Nagero county"), nullptr);
  ASSERT_NE(find(result.report, JoinKind::doubled, "SS1007"), nullptr);
}

TEST(TableJoin, MovementsAreDoubledOnlyWhenTheSameInEveryCell) {
  const Table rows =
      table({{"SS1007", "2026-01-01", "10"}, {"SS1007", "2026-01-01", "12"}, {"SS1007", "2026-01-01", "10"}});
  TableJoinRequest movements = series;
  movements.rows = TableJoinRequest::Rows::movements;
  const Joined result = joined(one_edition(), rows, DoubledRows::unseen, {}, movements);
  EXPECT_EQ(find(result.report, JoinKind::doubled, "SS1007")->rows, 2);
  EXPECT_FALSE(result.join.doubled(1));
}

TEST(TableJoin, TheDateDecidesWhatACodeMeans) {
  const Table rows = table({{"X", "2020-06-01", "100"}, {"X", "2021-06-01", "30"}, {"Y", "2021-06-01", "70"}});
  const Joined result = joined(two_editions(), rows);
  const JoinedKey* carried = find(result.report, JoinKind::carried, "X");
  ASSERT_NE(carried, nullptr);
  EXPECT_EQ(carried->rows, 1);
  EXPECT_EQ(carried->suggestion, "as of edition old: 25.0 % of its ground to X, 75.0 % of its ground to Y");
  EXPECT_EQ(find(result.report, JoinKind::matched, "X")->rows, 1);
  const Table before = table({rows.rows[0]});
  expect_sums(joined(two_editions(), before), before, Carry::share, {25, 75, not_observed});
  expect_sums(joined(two_editions(), before), before, Carry::mean, {100, 100, not_observed});
  expect_sums(result, rows, Carry::share, {55, 145, not_observed});
}

TEST(TableJoin, ACodeThatItsEditionDoesNotKnowIsLookedForInTheOthers) {
  const Table rows = table({{"Y", "2020-06-01", "70"}});
  const Joined result = joined(two_editions(), rows);
  EXPECT_EQ(find(result.report, JoinKind::matched, "Y")->rows, 1) << "somebody coded the past by today's boundaries";
  expect_sums(result, rows, Carry::share, {not_observed, 70, not_observed});
}

TEST(TableJoin, GroundThatTwoEditionsTellOfOnOneDateDoesNotCountTwice) {
  const Table rows = table({{"X", "2020-06-01", "100"}, {"Y", "2020-06-01", "70"}, {"E", "2020-06-01", "5"}});
  const Joined result = joined(two_editions(), rows);
  ASSERT_NE(find(result.report, JoinKind::doubled, "Y"), nullptr);
  expect_sums(result, rows, Carry::share, {not_observed, not_observed, 5});
}

/// Two counties "Wau" today, of which the older edition knew one.
std::vector<AreaEdition> shared_name() {
  AreaEdition now, before;
  now.areas = test::areas_of({{"N1", "Wau", {}}, {"N2", "Wau", {}}});
  now.parts = {{{0}}, {{1}}};
  now.from = day_of(2021, 1, 1);
  before.id = "old";
  before.areas = test::areas_of({{"O1", "Wau", {}}});
  before.parts = {{{0, 1, 1}}};
  before.to = day_of(2020, 12, 31);
  return {now, before};
}

TEST(TableJoin, ANameThatIsAmbiguousOnItsDateIsNoOlderUnit) {
  const Table rows = table({{"Wau", "2021-06-01", "100"}, {"Wau", "2020-06-01", "7"}});
  const Joined result = joined(shared_name(), rows);
  const JoinedKey* unmatched = find(result.report, JoinKind::unmatched, "Wau");
  ASSERT_NE(unmatched, nullptr);
  EXPECT_EQ(unmatched->rows, 1);
  EXPECT_EQ(unmatched->suggestion, "Wau (N1) or Wau (N2)");
  EXPECT_EQ(result.join.outside(0), "no such area");
  EXPECT_EQ(result.join.unit(1), (UnitOfEdition{1, 0})) << "in its own time there was one";
}

TEST(TableJoin, ASourceMaySayWhichEditionsCodesItUses) {
  const Table rows = table({{"X", "2020-06-01", "30"}, {"Y", "2020-06-01", "70"}, {"X", "2021-06-01", "1"}});
  const std::vector<AreaEdition> editions = two_editions();
  SourceJoin report;
  const TableJoin now = TableJoiner(editions, {}, 0).join(rows, series, DoubledRows::unseen, as_of, report);
  EXPECT_EQ(now.unit(0), (UnitOfEdition{0, 0})) << "X as it is today";
  EXPECT_FALSE(now.doubled(0));
  const TableJoin before = TableJoiner(editions, {}, 1).join(rows, series, DoubledRows::unseen, as_of, report);
  EXPECT_EQ(before.unit(2), (UnitOfEdition{1, 0})) << "X as it was";
  EXPECT_EQ(before.outside(1), "no such area") << "Y is of no such edition";
  SourceJoin layer;
  const Areas old_layer = test::areas_of({{"X", "X", {}}});
  EXPECT_EQ(TableJoiner(editions, {}, 1).join(old_layer, layer).front(), (UnitOfEdition{1, 0}));
  EXPECT_EQ(TableJoiner(editions, {}).join(old_layer, layer).front(), (UnitOfEdition{0, 0}));
}

TEST(TableJoin, MovementsOfTwoEditionsOnOneDateDoNotCountTwice) {
  TableJoinRequest movements = series;
  movements.rows = TableJoinRequest::Rows::movements;
  const Table rows = table({{"X", "2020-06-01", "100"}, {"Y", "2020-06-01", "70"}, {"Y", "2020-06-02", "70"}});
  const Joined result = joined(two_editions(), rows, DoubledRows::unseen, {}, movements);
  EXPECT_TRUE(result.join.doubled(0));
  EXPECT_TRUE(result.join.doubled(1));
  EXPECT_FALSE(result.join.doubled(2));
  for (const std::string& warning : result.report.warnings())
    EXPECT_EQ(warning.find("`doubled`"), std::string::npos) << "which would change nothing: " << warning;
}

TEST(TableJoin, AdviceIsGivenWhereItHasAnEffect) {
  const Table rows = table({{"SS1007", "2026-01-01", "10"}, {"SS1007", "2026-01-01", "30"}});
  const auto advised = [](const Joined& result) {
    for (const std::string& warning : result.report.warnings())
      if (warning.find("`doubled` in [sources.rain]") != std::string::npos) return true;
    return false;
  };
  EXPECT_TRUE(advised(joined(one_edition(), rows)));
  EXPECT_FALSE(advised(joined(one_edition(), rows, DoubledRows::mean))) << "it was said already";
}

TEST(AreaSpans, AnAreaIsClosedWhileHalfOfItIs) {
  AreaSpans spans;
  const std::vector<AreaPart> third{{0, 1, 0.4}}, whole{{1, 1, 1}};
  spans.add(third, {1, 0}, day_of(2021, 1, 1), day_of(2021, 1, 31));
  spans.add(third, {1, 1}, day_of(2021, 1, 15), Day::max());
  spans.add(whole, {0, 1}, day_of(2021, 3, 1), Day::max());
  const auto days = spans.most();
  ASSERT_EQ(days.size(), 2U);
  EXPECT_EQ(days[0].area, 1U);
  EXPECT_EQ(days[0].last, Day::max());
  EXPECT_EQ(days[1].first, day_of(2021, 1, 15));
  EXPECT_EQ(days[1].last, day_of(2021, 1, 31));
}

}  // namespace
}  // namespace tocsin
