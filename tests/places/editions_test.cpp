// The main job over boundaries that changed: a district W of 20 km becomes a smaller W and a new S in July 2021.
#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/indicators/assessment.hpp>
#include <tocsin/indicators/source_loading.hpp>
#include <tocsin/ports/memory_sources.hpp>

#include "boxes.hpp"

namespace tocsin {
namespace {

using test::areas_of;
using test::box_km;

Areas before() {
  return areas_of({{"W", "West", box_km(0, 0, 20, 20)}, {"E", "East", box_km(20, 0, 40, 20)}});
}
/// W keeps its northern quarter.
Areas after() {
  return areas_of({{"W", "West", box_km(0, 15, 20, 20)},
                   {"S", "South", box_km(0, 0, 20, 15)},
                   {"E", "East", box_km(20, 0, 40, 20)}});
}

std::string scenario_text(const std::string& indicators, const std::string& more = {}) {
  return R"(
[scenario]
name = "a split"
area = "memory"
cell = "1 km"
from = 2021-06-01
to = 2021-08-31
[areas]
code = "code"
name = "name"
[[areas.editions]]
id = "old"
path = "memory"
to = 2021-06-30
[[areas.editions]]
id = "new"
path = "memory"
from = 2021-07-01
[sources.incidents]
path = "memory"
format = "incidents"
)" + more +
         indicators;
}

std::string indicator(const std::string& source, const std::string& measure) {
  return "[[indicator]]\nid = \"i\"\npillar = \"p\"\nsource = \"" + source + "\"\nmeasure = " + measure +
         "\nnormalise = { kind = \"goalposts\", low = 0, high = 100 }\n";
}

Events coded(std::vector<std::pair<std::string, Day>> records) {
  Events events;
  CategoricalBuilder codes;
  for (const auto& [code, day] : records) {
    events.add(not_observed, not_observed, day);
    events.precision.back() = {PlaceKind::admin, 2, 0};
    codes.add(code);
  }
  events.area_code = std::move(codes).build();
  return events;
}

MemoryResultSink run(const std::string& text, Table table = {}, Events events = {}, Areas layer = {}) {
  const Scenario scenario = parse_scenario(text, "memory");
  Sources sources;
  sources.areas[area_source_name] =
      std::make_unique<MemoryAreaSource>(areas_of({{"all", "all", box_km(0, 0, 40, 20)}}));
  sources.areas[areas_source_name] =
      std::make_unique<MemoryAreaSource>(scenario.areas.id == "new" ? after() : before());
  sources.areas["areas.editions.old"] = std::make_unique<MemoryAreaSource>(before());
  sources.areas["areas.editions.new"] = std::make_unique<MemoryAreaSource>(after());
  sources.events["incidents"] = std::make_unique<MemoryEventSource>(std::move(events));
  for (std::size_t i = 0; i < table.rows.size(); ++i) table.row_numbers.push_back(static_cast<std::int64_t>(i) + 2);
  sources.areas["layer"] = std::make_unique<MemoryAreaSource>(std::move(layer));
  sources.tables["table"] = std::make_unique<MemoryTableSource>(std::move(table));
  MemoryResultSink sink;
  run_assessment(scenario, sources, sink);
  return sink;
}

double score(const MemoryResultSink& sink, std::size_t period, const std::string& code) {
  const auto& codes = sink.header().areas.codes;
  const auto area = static_cast<std::size_t>(std::find(codes.begin(), codes.end(), code) - codes.begin());
  return sink.periods()[period].areas[area].score;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

const std::string table_source = "[sources.table]\npath = \"memory.csv\"\n";

/// 60 persons a month arrive in the old West throughout.
Table arrivals() {
  return {{"origin", "destination", "date", "persons"},
          {{"x", "W", "2021-06-20", "60"},
           {"x", "W", "2021-07-20", "15"},
           {"x", "S", "2021-07-20", "45"},
           {"x", "W", "2021-08-20", "15"},
           {"x", "S", "2021-08-20", "45"}},
          {}};
}

TEST(Editions, ReportingUnitsAreThoseValidAtTheEnd) {
  const auto sink = run(scenario_text(indicator("table", "{ kind = \"flow\" }"), table_source), arrivals());
  EXPECT_EQ(sink.header().areas.codes, (std::vector<std::string>{"W", "S", "E"}));
}

TEST(Editions, ASplitIsNoFallAndNoRise) {
  const auto sink = run(scenario_text(indicator("table", "{ kind = \"flow\" }"), table_source), arrivals());
  for (std::size_t month = 0; month < 3; ++month) {
    EXPECT_NEAR(score(sink, month, "W"), 15, 1e-4) << month;
    EXPECT_NEAR(score(sink, month, "S"), 45, 1e-4) << month;
    EXPECT_TRUE(std::isnan(score(sink, month, "E"))) << "nobody counts there";
  }
  ASSERT_EQ(sink.report().joins.size(), 1U);
  EXPECT_EQ(sink.report().joins[0].count(JoinKind::carried), 1);
  EXPECT_EQ(sink.report().joins[0].keys.at(2).suggestion,
            "as of edition old: 25.0 % of its ground to W, 75.0 % of its ground to S");
}

TEST(Editions, AMergerIsNoFallAndNoRise) {
  std::string text = scenario_text(indicator("table", "{ kind = \"flow\" }"), table_source);
  text.replace(text.find("[areas]\n"), 8, "[areas]\nreport = \"old\"\n");
  const auto sink = run(text, arrivals());
  EXPECT_EQ(sink.header().areas.codes, (std::vector<std::string>{"W", "E"}));
  for (std::size_t month = 0; month < 3; ++month) EXPECT_NEAR(score(sink, month, "W"), 60, 1e-4) << month;
}

TEST(Editions, ARateStaysARate) {
  Table rates = arrivals();
  for (auto& row : rates.rows) row[3] = "40";
  const auto sink =
      run(scenario_text(indicator("table", "{ kind = \"flow\" }"), table_source + "carry = \"mean\"\n"), rates);
  for (std::size_t month = 0; month < 3; ++month)
    for (const char* area : {"W", "S"}) EXPECT_NEAR(score(sink, month, area), 40, 1e-4) << month << area;
}

TEST(Editions, AnEventLiesInTheUnitThatItsCodeMeantOnItsDay) {
  const Day june = std::chrono::year{2021} / 6 / 15, july = std::chrono::year{2021} / 7 / 15;
  std::vector<std::pair<std::string, Day>> records;
  for (int i = 0; i < 40; ++i) records.emplace_back("W", june);
  for (int i = 0; i < 40; ++i) records.emplace_back("W", july);
  const auto sink = run(scenario_text(indicator("incidents", "{ kind = \"count\" }")), {}, coded(records));
  EXPECT_NEAR(score(sink, 0, "W"), 10, 1e-4) << "a quarter of the old West";
  EXPECT_NEAR(score(sink, 0, "S"), 30, 1e-4);
  EXPECT_NEAR(score(sink, 1, "W"), 40, 1e-4) << "the new West, whole";
  EXPECT_NEAR(score(sink, 1, "S"), 0, 1e-4);
  EXPECT_EQ(sink.report().joins.at(0).rows(JoinKind::carried), 40);
  EXPECT_EQ(sink.report().joins.at(0).rows(JoinKind::matched), 40);
}

TEST(Editions, AClosedUnitClosesWhatHalfOfItWas) {
  const Day june = std::chrono::year{2021} / 6 / 15;
  const std::string access =
      "[[indicator]]\nid = \"closed\"\npillar = \"q\"\nsource = \"table\"\nmeasure = { kind = \"access\", masks = [] "
      "}\n"
      "normalise = { kind = \"none\" }\n";
  const auto sink = run(scenario_text(access, table_source),
                        {{"pcode", "from", "to"}, {{"W", "2021-06-01", "2021-08-31"}}, {}}, coded({{"E", june}}));
  for (std::size_t month = 0; month < 3; ++month) {
    EXPECT_NEAR(score(sink, month, "W"), 100, 1e-4);
    EXPECT_NEAR(score(sink, month, "S"), 100, 1e-4) << "the gap began when S was part of W";
    EXPECT_NEAR(score(sink, month, "E"), 0, 1e-4);
  }
}

void expect_problem(const std::string& text, const std::string& telling) {
  try {
    run(text, arrivals());
    ADD_FAILURE() << "no error that says " << telling;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::scenario);
    EXPECT_NE(std::string(error.what()).find(telling), std::string::npos) << error.what();
  }
}

TEST(Editions, MistakesAreTold) {
  const std::string good = scenario_text(indicator("table", "{ kind = \"flow\" }"), table_source);
  expect_problem(replaced(good, "from = 2021-07-01\n[s", "from = 2021-06-15\n[s"), "valid on the same days");
  expect_problem(replaced(good, "[areas]\n", "[areas]\nreport = \"nwe\"\n"), "did you mean 'new'");
  expect_problem(replaced(good, "id = \"new\"", "id = \"old\""), "names 'old' twice");
  expect_problem(replaced(good, "from = 2021-07-01\n[s", "from = 2021-09-01\n[s"), "none is valid on 2021-08-31");
  expect_problem(replaced(good, "[areas]\n", "[areas]\npath = \"x\"\n"), "belongs to each of [[areas.editions]]");
  expect_problem(good + "[placement]\nadmin2 = { path = \"x\", code = \"c\" }\n",
                 "place events by the boundaries of their day");
  expect_problem(replaced(good, "csv\"\n", "csv\"\nedition = \"nwe\"\n"), "did you mean 'new'");
  expect_problem(replaced(good, "[areas]\n", "[areas]\ncrosswalk = \"population\"\n"), "needs [[areas.editions]], and");
}

/// The same arrivals, but somebody coded the months before the split by today's boundaries as well.
Table recoded() {
  return {{"origin", "destination", "date", "persons"},
          {{"x", "W", "2021-06-05", "8"},
           {"x", "S", "2021-06-10", "22"},
           {"x", "W", "2021-06-20", "7"},
           {"x", "S", "2021-06-25", "23"},
           {"x", "W", "2021-07-20", "15"},
           {"x", "S", "2021-07-20", "45"},
           {"x", "W", "2021-08-20", "15"},
           {"x", "S", "2021-08-20", "45"}},
          {}};
}

TEST(Editions, MovementsRecodedByTodaysBoundariesAreNoRise) {
  const std::string flow = indicator("table", "{ kind = \"flow\" }");
  const auto unsaid = run(scenario_text(flow, table_source), recoded());
  for (const char* area : {"W", "S"})
    EXPECT_TRUE(std::isnan(score(unsaid, 0, area))) << "W meant more in June, beside S: told twice";
  EXPECT_NEAR(score(unsaid, 1, "W"), 15, 1e-4);
  EXPECT_NEAR(score(unsaid, 1, "S"), 45, 1e-4);
  const auto said = run(scenario_text(flow, table_source + "edition = \"new\"\n"), recoded());
  for (std::size_t month = 0; month < 3; ++month) {
    EXPECT_NEAR(score(said, month, "W"), 15, 1e-4) << month;
    EXPECT_NEAR(score(said, month, "S"), 45, 1e-4) << month;
  }
}

TEST(Editions, AWindowIsObservedThroughoutOrNotAtAll) {
  const auto sink =
      run(scenario_text(indicator("table", "{ kind = \"flow\", window = \"90 days\" }"), table_source), arrivals());
  EXPECT_TRUE(std::isnan(score(sink, 0, "W"))) << "nobody counted in April";
  EXPECT_TRUE(std::isnan(score(sink, 1, "W"))) << "nor on 3 May";
  EXPECT_NEAR(score(sink, 2, "W"), 45, 1e-4) << "June as part of the old West, then as it is";
}

TEST(Editions, ALayerMaySayWhichEditionItIsOf) {
  Areas people = before();
  people.numbers["people"] = {80, 40};
  const std::string value = indicator("layer", "{ kind = \"value\", field = \"people\" }");
  const std::string layer = "[sources.layer]\npath = \"memory.geojson\"\ncode = \"code\"\n";
  const auto today = run(scenario_text(value, layer), {}, {}, people);
  EXPECT_NEAR(score(today, 0, "W"), 80, 1e-4) << "W is taken for the W of today";
  EXPECT_TRUE(std::isnan(score(today, 0, "S")));
  const auto old = run(scenario_text(value, layer + "edition = \"old\"\n"), {}, {}, people);
  EXPECT_NEAR(score(old, 0, "W"), 20, 1e-4);
  EXPECT_NEAR(score(old, 0, "S"), 60, 1e-4);
  EXPECT_NEAR(score(old, 0, "E"), 40, 1e-4);
}

TEST(Editions, EventsMayAllBeCodedByOneEdition) {
  const Day july = std::chrono::year{2021} / 7 / 15;
  const std::string count = indicator("incidents", "{ kind = \"count\" }");
  std::vector<std::pair<std::string, Day>> records(40, {"W", july});
  const auto sink =
      run(replaced(scenario_text(count), "format = \"incidents\"\n", "format = \"incidents\"\nedition = \"old\"\n"), {},
          coded(records));
  EXPECT_NEAR(score(sink, 1, "W"), 10, 1e-4) << "a quarter of the old West";
  EXPECT_NEAR(score(sink, 1, "S"), 30, 1e-4);
}

TEST(Editions, EachIndicatorJoinsByItsOwnColumns) {
  // Two rows that are the same in every cell: of movements they are doubled, of gaps they are not.
  const Table rows{{"origin", "destination", "date", "persons"},
                   {{"x", "E", "2021-06-20", "60"}, {"x", "E", "2021-06-20", "60"}},
                   {}};
  const std::string gaps =
      "[[indicator]]\nid = \"gaps\"\npillar = \"q\"\nsource = \"table\"\nmeasure = { kind = \"access\", masks = [], "
      "code = \"destination\", from = \"date\", to = \"date\" }\nnormalise = { kind = \"none\" }\n";
  const auto sink = run(scenario_text(gaps + indicator("table", "{ kind = \"flow\" }"), table_source), rows);
  const auto& area = sink.periods()[0].areas[2];
  ASSERT_EQ(area.pillars.size(), 2U);
  EXPECT_EQ(std::count_if(area.pillars.begin(), area.pillars.end(), [](double v) { return std::isnan(v); }), 1)
      << "arrivals are not known where rows are doubled";
}

TEST(Editions, AnAmbiguousNameIsNoOlderUnitForEventsEither) {
  const Areas now = areas_of({{"N1", "Wau", box_km(0, 0, 20, 20)}, {"N2", "Wau", box_km(20, 0, 40, 20)}});
  const Areas old = areas_of({{"O1", "Wau", box_km(0, 0, 40, 20)}});
  Events events;
  CategoricalBuilder names;
  events.add(not_observed, not_observed, std::chrono::year{2021} / 7 / 15);
  events.precision.back() = {PlaceKind::admin, 2, 0};
  names.add("Wau");
  events.admin2 = std::move(names).build();
  PlacementOptions options;
  options.admin[2] = &now;
  options.editions[2] = {{&now, std::chrono::year{2021} / 7 / 1, {}}, {&old, {}, std::chrono::year{2021} / 6 / 30}};
  const PlacedEvents placed = find_places(events, Grid{{}, 0, 20000, 1000, 40, 20}, options);
  EXPECT_EQ(placed.how.front(), PlacedAs::excluded);
  ASSERT_EQ(placed.joined.size(), 1U);
  EXPECT_EQ(placed.joined.front().kind, JoinKind::unmatched);
  EXPECT_EQ(placed.joined.front().suggestion, "Wau (N1) or Wau (N2)");
}

TEST(Aliases, StandForCodesThatExist) {
  const std::string good = scenario_text(indicator("table", "{ kind = \"flow\" }"), table_source);
  expect_problem(good + "[areas.aliases]\nWset = \"w\"\n", "memory:");
  expect_problem(good + "[areas.aliases]\nWset = \"w\"\n", "did you mean 'W'");
  expect_problem(good + "[areas.aliases]\nE = \"W\"\n", "is itself the code of an area");
  expect_problem(good + "[areas.aliases]\n\"Wau County\" = \"W\"\n\"wau county\" = \"S\"\n", "keep one");
  expect_problem(good + "[areas.aliases]\n\" \" = \"W\"\n", "an alias is empty");
  Table renamed = arrivals();
  for (auto& row : renamed.rows)
    if (row[1] == "S") row[1] = "Suoth";
  const auto unconfirmed = run(good, renamed);
  EXPECT_TRUE(std::isnan(score(unconfirmed, 1, "S")));
  EXPECT_EQ(unconfirmed.report().joins.at(0).count(JoinKind::near), 1);
  EXPECT_EQ(unconfirmed.report().rows.at("table").outside.at("no such area"), 2);
  const auto confirmed = run(good + "[areas.aliases]\nSuoth = \"S\"\n", renamed);
  EXPECT_NEAR(score(confirmed, 1, "S"), 45, 1e-4);
  const auto own = run(replaced(good, table_source, table_source + "aliases = { Suoth = \"S\" }\n"), renamed);
  EXPECT_NEAR(score(own, 1, "S"), 45, 1e-4);
  const auto others =
      run(replaced(good, "format = \"incidents\"\n", "format = \"incidents\"\naliases = { Suoth = \"S\" }\n"), renamed);
  EXPECT_TRUE(std::isnan(score(others, 1, "S"))) << "another source's alias";
}

}  // namespace
}  // namespace tocsin
