// Hotspots in the main job, on worlds small enough to know what must come out.
#include <algorithm>
#include <cmath>
#include <regex>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/core/random.hpp>

#include "small_world.hpp"

namespace tocsin::test {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;

Day date(unsigned m, unsigned d) {
  return std::chrono::sys_days{year{2021} / month{m} / day{d}};
}

const std::string count_indicator = indicator("incidents", "incidents", "{ kind = \"density\", bandwidth = \"3 km\" }",
                                              "{ kind = \"goalposts\", low = 0, high = 1 }");

std::string hotspots(const std::string& more) {
  return "[hotspots]\nof = \"incidents\"\nneighbours = \"band: 3 km\"\ncell = \"1 km\"\n" + more + "\n";
}

/// Events strewn evenly over both districts every month, and from July on a cluster about (10, 10) km.
Events world(int cluster) {
  Events events;
  RandomStream random({.seed = 3});
  for (unsigned m = 6; m <= 8; ++m) {
    for (int i = 0; i < 60; ++i) events.add(40'000 * random.uniform(), 20'000 * random.uniform(), date(m, 10));
    for (int i = 0; m >= 7 && i < cluster; ++i)
      events.add(8'000 + 4'000 * random.uniform(), 8'000 + 4'000 * random.uniform(), date(m, 12));
  }
  return events;
}

MemoryResultSink run(Events events, const std::string& section) {
  MemoryResultSink sink;
  Sources sources = two_district_sources(std::move(events));
  run_assessment(two_district_scenario(count_indicator + section), sources, sink);
  return sink;
}

std::vector<Hotspot> hot(const PeriodResult& period) {
  std::vector<Hotspot> result;
  for (const Hotspot& hotspot : period.hotspots->hotspots)
    if (hotspot.kind == "hot") result.push_back(hotspot);
  return result;
}

TEST(ScenarioHotspots, ClusterAppearsStandsAndIsNamed) {
  const MemoryResultSink sink = run(world(25), hotspots(""));
  ASSERT_EQ(sink.periods().size(), 3U);
  EXPECT_TRUE(hot(sink.periods()[0]).empty());
  const auto july = hot(sink.periods()[1]), august = hot(sink.periods()[2]);
  ASSERT_EQ(july.size(), 1U);
  ASSERT_EQ(august.size(), 1U);
  EXPECT_EQ(july[0].fate, "appeared");
  EXPECT_EQ(august[0].id, july[0].id);
  EXPECT_EQ(august[0].since, "2021-07");
  EXPECT_EQ(august[0].name, "West");
  EXPECT_EQ(august[0].stood, 1);  // every report is exact
  EXPECT_GE(august[0].events, 25);
  EXPECT_LE(august[0].q, 0.05);
  const Box box = bounds_of(august[0].shape);
  EXPECT_TRUE(box.contains(10'000, 10'000));
  EXPECT_LT(box.width(), 12'000);
}

TEST(ScenarioHotspots, ItIsToldByTheNearestPlaceThatStood) {
  Sources sources = two_district_sources(world(25));
  Features places(4);
  for (std::size_t i = 0; i < places.size(); ++i) {
    places[i].geometry = Point(12'000 + 3'000 * static_cast<double>(i), 10'000);
    places[i].name = "Town " + std::to_string(i);
  }
  places[0].to = date(7, 15);  // given up: stands in July, not in August
  places[1].name = "";         // nobody can be told of it
  sources.features["layer"] = std::make_unique<MemoryFeatureSource>(places);
  MemoryResultSink sink;
  run_assessment(two_district_scenario(count_indicator + hotspots("places = \"layer\"")), sources, sink);
  const auto july = hot(sink.periods()[1]), august = hot(sink.periods()[2]);
  ASSERT_EQ(july.size(), 1U);
  ASSERT_EQ(august.size(), 1U);
  EXPECT_EQ(july[0].place, "Town 0");
  EXPECT_EQ(august[0].place, "Town 2");
  EXPECT_NEAR(august[0].place_km, 8, 1.5);  // the 25 events of the cluster lie evenly about (10, 10) km
}

/// The same reports, known to the district alone: there is a cluster in none of the maps that they allow.
TEST(ScenarioHotspots, ReportsKnownToADistrictMakeNoHotspot) {
  Events events = world(25);
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (std::abs(events.x[i] - 10'000) > 2'001 || std::abs(events.y[i] - 10'000) > 2'001) continue;
    events.precision[i] = {PlaceKind::admin, 2, 0};
  }
  const MemoryResultSink sink = run(std::move(events), hotspots("placements = 10"));
  for (const PeriodResult& period : sink.periods()) EXPECT_TRUE(hot(period).empty()) << period.period.label;
}

/// One placement is one map drawn at random: no event is lost.
TEST(ScenarioHotspots, OnePlacementStillHoldsEveryEvent) {
  Events events = world(20);
  for (std::size_t i = 0; i < events.size(); i += 2) events.precision[i] = {PlaceKind::disc, 0, 500};
  const auto sum = [](const MemoryResultSink& sink) {
    double total = 0;
    for (const float value : sink.periods()[2].hotspots->bands[0].values.values())
      if (!std::isnan(value)) total += static_cast<double>(value);
    return total;
  };
  const double many = sum(run(events, hotspots("placements = 20\nrasters = true")));
  // Places near the border may be drawn outside: a few of eighty events.
  EXPECT_NEAR(sum(run(events, hotspots("placements = 1\nrasters = true"))), many, 3);
  EXPECT_GT(many, 70);
}

/// Known within 4 km: no more significant than before, and not in every placement.
TEST(ScenarioHotspots, UncertaintyOnlyLowersSignificance) {
  Events events = world(20);
  const auto exact = hot(run(events, hotspots("")).periods()[2]);
  for (std::size_t i = 0; i < events.size(); ++i)
    if (std::abs(events.x[i] - 10'000) <= 2'001 && std::abs(events.y[i] - 10'000) <= 2'001)
      events.precision[i] = {PlaceKind::disc, 0, 4'000};
  const auto vague = hot(run(events, hotspots("placements = 20")).periods()[2]);
  ASSERT_EQ(exact.size(), 1U);
  double places = 0;
  for (const Hotspot& hotspot : vague) {
    EXPECT_GE(hotspot.q, exact[0].q);
    places += static_cast<double>(hotspot.places);
  }
  EXPECT_LT(places, static_cast<double>(exact[0].places));
}

/// Maps of chance, half of whose events were reported only to within 5 km, somewhere near. At a rate of 5 % ten of 200
/// would show a hotspot; three standard deviations above that are 19.
TEST(ScenarioHotspots, OnMapsOfChanceWithVagueReportsAnythingIsFoundAtMostAsOftenAsStated) {
  int found = 0;
  for (std::uint64_t map = 0; map < 200; ++map) {
    Events events;
    RandomStream random({.seed = map, .purpose = 96});
    for (int i = 0; i < 60; ++i) {
      const bool vague = i % 2 == 0;
      const double spread = vague ? 6'000 : 0;
      const double x = 40'000 * random.uniform() + spread * (random.uniform() - 0.5);
      const double y = 20'000 * random.uniform() + spread * (random.uniform() - 0.5);
      events.add(std::clamp(x, 1.0, 39'999.0), std::clamp(y, 1.0, 19'999.0), date(8, 10));
      if (vague) events.precision.back() = {PlaceKind::disc, 0, 5'000};
    }
    const MemoryResultSink sink = run(std::move(events), hotspots("placements = 10\nleast_events = 0"));
    found += sink.periods()[2].hotspots->hotspots.empty() ? 0 : 1;
  }
  EXPECT_LE(found, 19);
}

TEST(ScenarioHotspots, ThreadsAndBandsChangeNothing) {
  Events events = world(25);
  events.precision[70] = events.precision[71] = {PlaceKind::disc, 0, 3'000};
  const std::string section = hotspots("placements = 5\nrasters = true");
  const MemoryResultSink one = run(events, section);
  for (const int threads : {2, 3, 8}) {
    const ThreadLimit limit(threads);
    const MemoryResultSink many = run(events, section);
    for (std::size_t p = 0; p < 3; ++p) {
      const HotspotPeriod &a = *one.periods()[p].hotspots, &b = *many.periods()[p].hotspots;
      ASSERT_EQ(a.bands.size(), 5U);
      for (std::size_t band = 0; band < a.bands.size(); ++band)
        for (std::size_t i = 0; i < a.bands[band].values.values().size(); ++i) {
          const float x = a.bands[band].values.values()[i], y = b.bands[band].values.values()[i];
          ASSERT_TRUE(x == y || (std::isnan(x) && std::isnan(y)));
        }
      ASSERT_EQ(a.hotspots.size(), b.hotspots.size());
      for (std::size_t h = 0; h < a.hotspots.size(); ++h) EXPECT_EQ(a.hotspots[h].p, b.hotspots[h].p);
    }
  }
}

TEST(ScenarioHotspots, OfScoresAndOfAreas) {
  const MemoryResultSink scores =
      run(world(25), "[hotspots]\nof = \"score\"\nneighbours = \"band: 3 km\"\npermutations = 999\n");
  EXPECT_FALSE(hot(scores.periods()[2]).empty());
  // Two areas are too few for any statistic: nothing is found, nothing is thrown.
  const MemoryResultSink areas = run(world(25), "[hotspots]\non = \"areas\"\nof = \"incidents\"\n");
  for (const PeriodResult& period : areas.periods()) EXPECT_TRUE(period.hotspots->hotspots.empty());
}

/// Blocks at the border hold cells beyond it. What happens there has no people to stand beside in the area of interest:
///   +---+---+
///   |   | x |   x: thirty events beyond the border of an area that is an L
///   |   +---+
///   +-------+
TEST(ScenarioHotspots, EventsBeyondTheAreaMakeNoHotspotAtItsBorder) {
  Events events;
  RandomStream random({.seed = 9});
  for (int i = 0; i < 40; ++i) events.add(10'000 * random.uniform(), 20'000 * random.uniform(), date(8, 10));
  for (int i = 0; i < 30; ++i)
    events.add(10'100 + 1'800 * random.uniform(), 10'100 + 1'800 * random.uniform(), date(8, 12));
  Sources sources = two_district_sources(std::move(events));
  const MultiPolygon ell{
      Polygon{{{0, 0}, {0, 20'000}, {10'000, 20'000}, {10'000, 10'000}, {20'000, 10'000}, {20'000, 0}, {0, 0}}}};
  sources.areas[area_source_name] = std::make_unique<MemoryAreaSource>(Areas{{ell}, {"L"}, {"L"}, {}});
  MemoryResultSink sink;
  run_assessment(two_district_scenario(count_indicator +
                                       "[hotspots]\nof = \"incidents\"\ncell = \"4 km\"\nneighbours = \"queen\"\n"),
                 sources, sink);
  EXPECT_TRUE(hot(sink.periods()[2]).empty());
}

/// What places cannot have is known when they are read, and said with the line of the scenario.
TEST(ScenarioHotspots, NeighboursThatThePlacesCannotHaveNameTheirLine) {
  for (const auto& [rule, telling] :
       {std::pair{"neighbours = \"band: 800 m\"\ncell = \"2 km\"", "reaches no other cell of 2000 m"},
        std::pair{"neighbours = \"knn: 5\"\non = \"areas\"", "5 nearest neighbours were asked for"}}) {
    const std::string section = std::string("[hotspots]\nof = \"incidents\"\n") + rule + "\n";
    try {
      run(world(5), section);
      ADD_FAILURE() << rule << " was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::scenario);
      EXPECT_NE(std::string(error.what()).find(telling), std::string::npos) << error.what();
      EXPECT_TRUE(std::regex_match(error.what(), std::regex(".*:[0-9]+:[0-9]+: `neighbours` of \\[hotspots\\]: .*")))
          << error.what();
    }
  }
}

std::string problem(const std::string& section) {
  try {
    two_district_scenario(count_indicator + section);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(ScenarioHotspots, MistakesAreToldWithTheirPlace) {
  EXPECT_EQ(problem(hotspots("")), "");
  EXPECT_NE(problem("[hotspots]\nof = \"incident\"\n").find("did you mean 'incidents'?"), std::string::npos);
  EXPECT_NE(problem("[hotspots]\nneighbours = \"band: 10\"\n").find("neighbours"), std::string::npos);
  EXPECT_NE(problem("[hotspots]\nneighbours = \"knn: 4\"\n").find("on = \"cells\""), std::string::npos);
  EXPECT_NE(problem("[hotspots]\nneighbours = \"gal: x.gal\"\n").find("file"), std::string::npos);
  EXPECT_NE(problem("[hotspots]\npermutations = 0\n").find("permutations"), std::string::npos);
  EXPECT_NE(problem("[hotspots]\nfalse_discovery_rate = 5\n").find("between 0 and 1"), std::string::npos);
  EXPECT_NE(problem("[hotspots]\nof = \"score\"\nrates = \"eb\"\n").find("counts events"), std::string::npos);
  EXPECT_NE(problem("[hotspots]\ncell = \"500 m\"\n").find("smaller"), std::string::npos);
  EXPECT_NE(problem("[hotspots]\nstatistic = \"gi-star\"\nexposure = \"area\"\n").find("remove it"), std::string::npos);
  EXPECT_NE(problem("[hotspots]\nweights = \"row\"\n").find("exact"), std::string::npos);
  EXPECT_NE(problem("[hotspots]\nof = \"score\"\nwindow = \"30 days\"\n").find("counts events"), std::string::npos);
  EXPECT_NE(problem("[hotspots]\non = \"areas\"\ncell = \"2 km\"\n").find("on = \"areas\""), std::string::npos);
  EXPECT_NE(problem("[hotspots]\nplaces = \"layr\"\n").find("did you mean 'layer'?"), std::string::npos);
  EXPECT_NE(problem("[hotspots]\nstatistc = \"gi\"\n").find("statistic"), std::string::npos);
}

}  // namespace
}  // namespace tocsin::test
