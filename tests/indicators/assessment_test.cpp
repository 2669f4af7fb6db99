#include <cmath>
#include <cstring>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>

#include "small_world.hpp"

namespace tocsin {
namespace {

using test::indicator;
using test::two_district_scenario;
using test::two_district_sources;

MemoryResultSink run(const Scenario& scenario, Sources& sources) {
  MemoryResultSink sink;
  run_assessment(scenario, sources, sink);
  return sink;
}

/// Value of a band at a point in kilometres.
float at(const MemoryResultSink& sink, std::size_t period, const std::string& band, double x_km, double y_km) {
  for (const Band& candidate : sink.periods()[period].bands)
    if (candidate.name == band)
      return candidate.values.at(*candidate.values.grid().cell_of_point(x_km * 1000, y_km * 1000));
  ADD_FAILURE() << "no band " << band;
  return 0;
}

const std::string density = indicator("d", "incidents", R"({ kind = "density", bandwidth = "5 km" })",
                                      R"({ kind = "goalposts", low = 0, high = 0.05 })");

Events three_events() {
  Events events;
  events.add(5e3, 5e3, make_day(2021, 6, 10));
  events.add(5e3, 5e3, make_day(2021, 7, 10));
  events.add(35e3, 5e3, make_day(2021, 8, 10));
  return events;
}

TEST(Assessment, CountsByAreaAndPeriod) {
  auto sources = two_district_sources(three_events());
  const auto sink = run(two_district_scenario(indicator("n", "incidents", R"({ kind = "count" })",
                                                        R"({ kind = "goalposts", low = 0, high = 4 })")),
                        sources);
  ASSERT_TRUE(sink.finished());
  ASSERT_EQ(sink.periods().size(), 3U);
  const double expected[3][2] = {{25, 0}, {25, 0}, {0, 25}};
  for (std::size_t period = 0; period < 3; ++period)
    for (std::size_t area = 0; area < 2; ++area)
      EXPECT_NEAR(sink.periods()[period].areas[area].score, expected[period][area], 1e-6) << period << " " << area;
  EXPECT_EQ(sink.periods()[2].areas[1].rank, 1);
  EXPECT_EQ(sink.periods()[2].areas[0].rank, 2);
  EXPECT_NEAR(sink.periods()[2].areas[0].change, -25, 1e-6);
  EXPECT_EQ(sink.report().rows.at("incidents").used, 3);
}

TEST(Assessment, RatesArePerPopulationAndYear) {
  auto sources = two_district_sources(three_events());
  const auto sink = run(two_district_scenario(indicator("r", "incidents", R"({ kind = "rate", per = 1000 })",
                                                        R"({ kind = "none" })", "role = \"exposure\"") +
                                              density),
                        sources);
  EXPECT_NEAR(at(sink, 0, "exposure_r", 5, 5), 1 * 1000 / (1000 * 30 / 365.25), 1e-4);
  EXPECT_NEAR(at(sink, 2, "exposure_r", 35, 5), 1 * 1000 / (3000 * 31 / 365.25), 1e-4);
}

TEST(Assessment, ARateWithoutAPopulationIsNotObserved) {
  auto sources = two_district_sources(three_events());
  Areas areas = test::two_districts();
  areas.numbers["people"] = {not_observed, 0};
  sources.areas[areas_source_name] = std::make_unique<MemoryAreaSource>(areas);
  const auto sink = run(two_district_scenario(indicator("r", "incidents", R"({ kind = "rate" })")), sources);
  for (const AreaScore& area : sink.periods()[0].areas) EXPECT_TRUE(std::isnan(area.score));
}

TEST(Assessment, WhatWasNotYetReportedDoesNotCount) {
  Events events = three_events();
  events.reported[1] = make_day(2021, 9, 20);
  auto sources = two_district_sources(events);
  const auto sink = run(two_district_scenario(indicator("n", "incidents", R"({ kind = "count" })",
                                                        R"({ kind = "goalposts", low = 0, high = 4 })")),
                        sources);
  EXPECT_EQ(sink.periods()[1].areas[0].score, 0);
  EXPECT_EQ(sink.report().rows.at("incidents").outside.at("not yet reported"), 1);
}

TEST(Assessment, AnUnreachableAreaIsNotObservedRatherThanCalm) {
  auto sources = two_district_sources(three_events());
  sources.tables["table"] = std::make_unique<MemoryTableSource>(
      Table{{"pcode", "from", "to"},
            {{"W", "2021-07-05", "2021-08-31"}, {"W", "2021-13-01", ""}, {"X", "2021-07-01", ""}},
            {2, 3, 4}});
  const auto sink =
      run(two_district_scenario(density + indicator("closed", "table", R"({ kind = "access", masks = ["p"] })",
                                                    R"({ kind = "none" })", "weight = 0.5")),
          sources);
  EXPECT_FALSE(std::isnan(sink.periods()[0].areas[0].score));
  for (const std::size_t period : {1U, 2U}) {
    EXPECT_TRUE(std::isnan(sink.periods()[period].areas[0].score)) << "a third of the weight is too little for a score";
    EXPECT_NEAR(sink.periods()[period].areas[0].coverage, 1.0 / 3, 1e-6);
    EXPECT_EQ(sink.periods()[period].areas[0].rank, 0);
    EXPECT_FALSE(std::isnan(sink.periods()[period].areas[1].score));
  }
  const RowAccount& account = sink.report().rows.at("table");
  EXPECT_EQ(account.read, 3);
  EXPECT_EQ(account.used, 1);
  EXPECT_EQ(account.quarantined, 1);
  EXPECT_EQ(account.outside.at("no such area"), 1);
}

TEST(Assessment, WhatASourceDoesNotCoverIsNotObserved) {
  auto sources = two_district_sources(three_events());
  sources.events["series"] = std::make_unique<MemoryEventSource>(three_events());
  const auto sink =
      run(two_district_scenario(indicator("n", "series", R"({ kind = "count" })"),
                                "sources.series = { path = \"memory\", format = \"incidents\", observed_from = "
                                "2021-06-15, observed_to = 2021-07-31 }\n"),
          sources);
  EXPECT_TRUE(std::isnan(sink.periods()[0].areas[0].score)) << "half a month was covered";
  EXPECT_FALSE(std::isnan(sink.periods()[1].areas[0].score));
  EXPECT_TRUE(std::isnan(sink.periods()[2].areas[0].score));
}

TEST(Assessment, FlowsAreObservedOnlyWhileSomebodyCounts) {
  auto sources = two_district_sources({});
  sources.tables["table"] =
      std::make_unique<MemoryTableSource>(Table{{"origin", "destination", "date", "persons"},
                                                {{"a", "W", "2021-06-15", " 1200 "}, {"a", "W", "2021-07-15", "0"}},
                                                {2, 3}});
  const auto sink = run(two_district_scenario(indicator("f", "table", R"({ kind = "flow", grace = "10 days" })",
                                                        R"({ kind = "goalposts", low = 0, high = 1200 })")),
                        sources);
  EXPECT_NEAR(sink.periods()[0].areas[0].score, 100, 1e-5);
  EXPECT_TRUE(std::isnan(sink.periods()[0].areas[1].score)) << "no row for the district: nobody counted there";
  EXPECT_TRUE(std::isnan(sink.periods()[2].areas[0].score)) << "counting ended in July";
}

TEST(Assessment, QuietMonthsWithARowOfZeroAreQuiet) {
  auto sources = two_district_sources({});
  sources.tables["table"] =
      std::make_unique<MemoryTableSource>(Table{{"origin", "destination", "date", "persons"},
                                                {{"a", "W", "2021-06-15", "5"}, {"a", "W", "2021-07-15", "0"}},
                                                {2, 3}});
  const auto sink = run(two_district_scenario(indicator("f", "table", R"({ kind = "flow" })",
                                                        R"({ kind = "goalposts", low = 0, high = 10 })")),
                        sources);
  EXPECT_EQ(sink.periods()[1].areas[0].score, 0);
}

TEST(Assessment, ProximityAndPresenceDecayWithDistance) {
  auto sources = two_district_sources({});
  sources.features["layer"] = std::make_unique<MemoryFeatureSource>(Features{{Point(10.5e3, 10.5e3), {}, {}}});
  const auto sink = run(
      two_district_scenario(
          indicator("lin", "layer", R"({ kind = "proximity", max = "10 km" })", R"({ kind = "none" })",
                    "role = \"exposure\"") +
          indicator("exp", "layer", R"({ kind = "proximity", decay = "exponential", half = "2 km", max = "10 km" })",
                    R"({ kind = "none" })", "role = \"exposure\"") +
          indicator("log", "layer", R"({ kind = "proximity", decay = "logistic", half = "5 km", max = "10 km" })",
                    R"({ kind = "none" })", "role = \"exposure\"") +
          indicator("km", "layer", R"({ kind = "proximity", decay = "none", max = "10 km" })", R"({ kind = "none" })",
                    "role = \"exposure\"") +
          indicator("in", "layer", R"({ kind = "presence", radius = "4 km" })")),
      sources);
  EXPECT_NEAR(at(sink, 0, "exposure_lin", 12.5, 10.5), 0.8, 1e-6);
  EXPECT_NEAR(at(sink, 0, "exposure_exp", 12.5, 10.5), 0.5, 1e-6);
  EXPECT_NEAR(at(sink, 0, "exposure_log", 15.5, 10.5), 0.5, 1e-6);
  EXPECT_NEAR(at(sink, 0, "exposure_km", 12.5, 10.5), 2, 1e-6);
  EXPECT_EQ(at(sink, 0, "exposure_lin", 30.5, 10.5), 0);
  EXPECT_EQ(at(sink, 0, "score", 14.5, 10.5), 100);
  EXPECT_EQ(at(sink, 0, "score", 15.5, 10.5), 0);
}

TEST(Assessment, FeaturesCountWhileTheyExist) {
  auto sources = two_district_sources({});
  sources.features["layer"] = std::make_unique<MemoryFeatureSource>(
      Features{{Point(10.5e3, 10.5e3), make_day(2021, 7, 10), make_day(2021, 7, 20)}});
  Scenario scenario =
      two_district_scenario(indicator("in", "layer", R"({ kind = "presence", radius = "4 km" })"),
                            "sources.dated = { path = \"memory.geojson\", from = \"a\", to = \"b\" }\n");
  scenario = two_district_scenario(indicator("in", "dated", R"({ kind = "presence", radius = "4 km" })"),
                                   "sources.dated = { path = \"memory.geojson\", from = \"a\", to = \"b\" }\n");
  sources.features["dated"] = std::move(sources.features["layer"]);
  const auto sink = run(scenario, sources);
  EXPECT_EQ(at(sink, 0, "score", 10.5, 10.5), 0);
  EXPECT_EQ(at(sink, 1, "score", 10.5, 10.5), 100);
  EXPECT_EQ(at(sink, 2, "score", 10.5, 10.5), 0);
}

TEST(Assessment, CalendarsRampAndSeasonsPassTheNewYear) {
  auto sources = two_district_sources({});
  sources.tables["table"] = std::make_unique<MemoryTableSource>(
      Table{{"date", "name", "pcode"}, {{"2021-08-10", "poll", ""}, {"2021-06-30", "local poll", "E"}}, {2, 3}});
  const auto sink = run(
      two_district_scenario(indicator("poll", "table", R"({ kind = "calendar", lead = "20 days", lag = "10 days" })",
                                      R"({ kind = "none" })", "role = \"exposure\"") +
                            indicator("rain", "", R"({ kind = "calendar", season = "12-01..06-15" })")),
      sources);
  EXPECT_NEAR(at(sink, 1, "exposure_poll", 5, 5), 1 - 10.0 / 20, 1e-6) << "ten days before the poll";
  EXPECT_EQ(at(sink, 2, "exposure_poll", 5, 5), 1);
  EXPECT_EQ(at(sink, 0, "exposure_poll", 5, 5), 0);
  EXPECT_EQ(at(sink, 0, "exposure_poll", 35, 5), 1);
  EXPECT_NEAR(at(sink, 0, "score", 5, 5), 50, 1e-5) << "15 of June's 30 days";
}

TEST(Assessment, DiversityCountsEffectiveActors) {
  Events events;
  for (int i = 0; i < 4; ++i) events.add(10.5e3, 10.5e3, make_day(2021, 6, 10));
  events.actor = {{"armed group A", "armed group B"}, {0, 0, 0, 1}};
  auto sources = two_district_sources(events);
  const auto sink = run(
      two_district_scenario(indicator("n", "incidents", R"({ kind = "diversity", radius = "5 km", index = "number" })",
                                      R"({ kind = "none" })", "role = \"exposure\"") +
                            indicator("e", "incidents", R"({ kind = "diversity", radius = "5 km" })",
                                      R"({ kind = "none" })", "role = \"exposure\"") +
                            density),
      sources);
  EXPECT_EQ(at(sink, 0, "exposure_n", 10.5, 10.5), 2);
  const double entropy = -(0.75 * std::log(0.75) + 0.25 * std::log(0.25));
  EXPECT_NEAR(at(sink, 0, "exposure_e", 10.5, 10.5), std::exp(entropy), 1e-5);
  EXPECT_EQ(at(sink, 0, "exposure_e", 30.5, 10.5), 0);
}

TEST(Assessment, AttributesOfAreasArePaintedByCode) {
  auto sources = two_district_sources({});
  Areas layer = test::two_districts();
  layer.codes = {"W", "other"};
  layer.numbers = {{"gap", {0.25, 0.75}}};
  sources.areas["layer"] = std::make_unique<MemoryAreaSource>(layer);
  const auto sink =
      run(two_district_scenario(indicator("v", "layer", R"({ kind = "value", field = "gap" })")), sources);
  EXPECT_NEAR(sink.periods()[0].areas[0].score, 25, 1e-5);
  EXPECT_TRUE(std::isnan(sink.periods()[0].areas[1].score)) << "no such code: not observed";
}

TEST(Assessment, AnAreasScoreIsTheMeanOfItsCellsAndContributionsAddUp) {
  auto sources = two_district_sources(three_events());
  sources.features["layer"] = std::make_unique<MemoryFeatureSource>(Features{{Point(3e3, 18e3), {}, {}}});
  for (const char* between : {"arithmetic", "power: 3", "geometric: 0.05", "max"}) {
    const std::string near =
        "[[indicator]]\nid = \"near\"\npillar = \"q\"\nsource = \"layer\"\nmeasure = { kind = \"proximity\", max = "
        "\"30 km\" }\nnormalise = { kind = \"none\" }\n";
    const auto sink =
        run(two_district_scenario(density + near + "[index]\nwithin = \"power: 2\"\nbetween = \"" + between + "\"\n"),
            sources);
    for (const PeriodResult& result : sink.periods()) {
      const Raster<float>& score = result.bands[0].values;
      for (std::size_t a = 0; a < 2; ++a) {
        double sum = 0;
        for (std::int64_t row = 0; row < 20; ++row)
          for (std::int64_t column = 0; column < 20; ++column)
            sum += static_cast<double>(score.at({column + 20 * static_cast<std::int64_t>(a), row}));
        EXPECT_NEAR(result.areas[a].score, sum / 400, 1e-9) << between;
        double parts = 0;
        for (const double part : result.areas[a].contributions) parts += part;
        EXPECT_NEAR(parts, result.areas[a].score, 1e-5) << between << ": scores are kept as float";
      }
    }
  }
}

TEST(Assessment, ReportingLowersCoverageAndNeverTheScore) {
  auto sources = two_district_sources(three_events());
  sources.tables["table"] =
      std::make_unique<MemoryTableSource>(Table{{"date", "name", "pcode"}, {{"2021-06-15", "no staff", "W"}}, {2}});
  const std::string staff =
      indicator("staff", "table", R"({ kind = "calendar", lead = "60 days", lag = "60 days", shape = "window" })",
                R"({ kind = "none" })", "role = \"reporting\"");
  const auto with = run(two_district_scenario(density + staff + "[index]\nminimum_coverage = 0\n"), sources);
  const auto without = run(two_district_scenario(density + "[index]\nminimum_coverage = 0\n"), sources);
  EXPECT_EQ(with.periods()[0].areas[0].score, without.periods()[0].areas[0].score);
  EXPECT_EQ(with.periods()[0].areas[0].coverage, 0);
  EXPECT_EQ(with.periods()[0].areas[1].coverage, 1);
}

TEST(Assessment, TheSameBytesForAnyNumberOfThreads) {
  Events events;
  for (int i = 0; i < 500; ++i) {
    events.add(1e3 * (i * 37 % 400) / 10.0, 1e3 * (i * 91 % 200) / 10.0,
               make_day(2021, 6, 1) + std::chrono::days{i % 92});
    if (i % 3 == 0) events.precision.back() = {PlaceKind::disc, 0, 4000};
  }
  const std::string more =
      indicator("rank", "incidents", R"({ kind = "density", bandwidth = "8 km", half_life = "20 days" })",
                R"({ kind = "percentile", reference = "all" })");
  std::vector<MemoryResultSink> results;
  for (const int threads : {1, 2, 3, 8}) {
    const ThreadLimit limit(threads);
    auto sources = two_district_sources(events);
    results.push_back(run(two_district_scenario(density + more), sources));
  }
  for (std::size_t i = 1; i < results.size(); ++i)
    for (std::size_t period = 0; period < 3; ++period)
      for (std::size_t band = 0; band < results[0].periods()[period].bands.size(); ++band) {
        const auto a = results[0].periods()[period].bands[band].values.values();
        const auto b = results[i].periods()[period].bands[band].values.values();
        EXPECT_EQ(std::memcmp(a.data(), b.data(), a.size_bytes()), 0) << i << " " << period << " " << band;
      }
}

TEST(Assessment, AReferenceMayLieOutsideTheRun) {
  Events events = three_events();
  for (int i = 0; i < 3; ++i) events.add(5e3, 5e3, make_day(2021, 2, 10));
  auto sources = two_district_sources(events);
  const auto sink =
      run(two_district_scenario(indicator("n", "incidents", R"({ kind = "count" })",
                                          R"({ kind = "minmax", reference = "2021-02-01..2021-03-31" })")),
          sources);
  EXPECT_NEAR(sink.periods()[0].areas[0].score, 100.0 / 3, 1e-4) << "one event, against none to three in the reference";
  EXPECT_EQ(sink.report().rows.at("incidents").used, 6);
}

TEST(Assessment, ASourceThatWasNotGivenIsNamed) {
  auto sources = two_district_sources({});
  sources.events.clear();
  MemoryResultSink sink;
  try {
    run_assessment(two_district_scenario(density), sources, sink);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "source 'incidents' was not given as events");
  }
  EXPECT_FALSE(sink.finished());
}

TEST(Assessment, ACellTooSmallForTheMemoryIsRefusedWithTheSmallestThatFits) {
  auto sources = two_district_sources({});
  Scenario scenario = two_district_scenario(density);
  scenario.cell = metres(1);
  scenario.memory_bytes = 0.1e9;
  MemoryResultSink sink;
  try {
    run_assessment(scenario, sources, sink);
    FAIL();
  } catch (const Error& error) {
    const std::string said = error.what();
    EXPECT_NE(said.find("raise `memory`"), std::string::npos) << said;
    const auto quote = said.find("a cell of \"");
    scenario.cell = parse_length(said.substr(quote + 11, said.find('"', quote + 11) - quote - 11));
  }
  EXPECT_NO_THROW(run_assessment(scenario, sources, sink)) << "the cell that the message names must fit";
}

TEST(Assessment, NoEventLeftIsSaid) {
  auto sources = two_district_sources({});
  const auto sink = run(two_district_scenario(density), sources);
  bool said = false;
  for (const std::string& warning : sink.report().warnings)
    said = said || warning.find("no event is left") != std::string::npos;
  EXPECT_TRUE(said);
}

class StopAtOnce final : public Progress {
 public:
  [[nodiscard]] bool cancelled() const override { return true; }
};

TEST(Assessment, StopsWhenAsked) {
  auto sources = two_district_sources(three_events());
  MemoryResultSink sink;
  StopAtOnce progress;
  EXPECT_THROW(run_assessment(two_district_scenario(density), sources, sink, progress), Error);
  EXPECT_FALSE(sink.finished());
}

}  // namespace
}  // namespace tocsin
