// Of records that two sources tell, which one counts.
#include <gtest/gtest.h>

#include "small_world.hpp"

namespace tocsin {
namespace {

using test::indicator;

struct Told {
  double x_km = 10, y_km = 10;
  Day day = make_day(2021, 6, 15), reported = make_day(2021, 6, 16);
  std::string category = "rape";
};

Events events_of(const std::vector<Told>& all) {
  Events events;
  CategoricalBuilder categories;
  for (const Told& told : all) {
    events.add(told.x_km * 1000, told.y_km * 1000, told.day);
    events.reported.back() = told.reported;
    events.has_reported.back() = 1;
    events.persons.back() = 2;
    categories.add(told.category);
  }
  events.category = std::move(categories).build();
  return events;
}

struct Outcome {
  RowAccount incidents, partner;
  std::size_t pairs = 0;
  std::vector<std::string> warnings;
};

/// "incidents" is preferred.
Outcome run(const std::vector<Told>& incidents, const std::vector<Told>& partner,
            const std::string& as_of = "2021-12-31", const std::string& where = "",
            const std::string& duplicates = "deduplicate = \"prefer: incidents, partner\"") {
  const std::string filter = where.empty() ? "" : "where = \"" + where + "\"";
  const std::string count = "{ kind = \"count\" }", none = "{ kind = \"none\" }";
  std::string text = R"(
scenario = { name = "two districts", area = "memory", cell = "1 km", from = 2021-06-01, to = 2021-06-30, as_of = )" +
                     as_of + R"( }
areas = { path = "memory", code = "code" }
sources.incidents = { path = "memory", format = "incidents" }
sources.partner = { path = "memory", format = "incidents" }
)" + indicator("a", "incidents", count, none, filter) +
                     indicator("b", "partner", count, none);
  if (!duplicates.empty()) text += "[duplicates]\n" + duplicates + "\n";
  const Scenario scenario = parse_scenario(text, "memory");
  Sources sources = test::two_district_sources({});
  const auto is_rape = [](const Events& events, std::size_t i) { return events.category.text(i) == "rape"; };
  sources.events["incidents"] = std::make_unique<MemoryEventSource>(
      events_of(incidents), std::map<std::string, MemoryEventSource::Predicate>{{where, is_rape}});
  sources.events["partner"] = std::make_unique<MemoryEventSource>(events_of(partner));
  MemoryResultSink sink;
  run_assessment(scenario, sources, sink);
  return {sink.report().rows.at("incidents"), sink.report().rows.at("partner"),
          sink.report().duplicates ? sink.report().duplicates->size() : 0, sink.report().warnings};
}

TEST(DuplicateSearch, ThePreferredRecordStaysTheOtherGoes) {
  const Outcome both = run({Told{}}, {Told{}});
  EXPECT_EQ(both.incidents.used, 1);
  EXPECT_EQ(both.partner.used, 0);
  EXPECT_EQ(both.partner.outside.at("told by another source"), 1);
}

TEST(DuplicateSearch, ARecordThatIsNotYetReportedTakesNoneWithIt) {
  Told late;
  late.reported = make_day(2021, 9, 1);
  const Outcome before = run({late}, {Told{}}, "2021-07-31");
  EXPECT_EQ(before.incidents.outside.at("not yet reported"), 1);
  EXPECT_EQ(before.partner.used, 1) << "else the event is told by nobody";
  EXPECT_EQ(before.pairs, 0U);
  const Outcome after = run({late}, {Told{}}, "2021-12-31");
  EXPECT_EQ(after.incidents.used, 1);
  EXPECT_EQ(after.partner.used, 0);
}

TEST(DuplicateSearch, NorDoesOneOutsideTheArea) {
  Told beyond, edge;
  beyond.x_km = -4;  // the grid ends 2 km beyond the area
  edge.x_km = 0.5;
  const Outcome outside = run({beyond}, {edge});
  EXPECT_EQ(outside.incidents.outside.at("area"), 1);
  EXPECT_EQ(outside.partner.used, 1);
  Told beside;
  beside.x_km = -0.5;  // on the grid's margin, where it counts for no area
  const Outcome margin = run({beside}, {edge});
  EXPECT_EQ(margin.partner.used, 1);
  EXPECT_EQ(margin.pairs, 1U) << "listed, but it does not decide";
}

TEST(DuplicateSearch, NorDoesOneThatNoIndicatorWantsOrThatLiesBeforeTheRun) {
  Told other, early, day_after;
  other.category = "looting";
  EXPECT_EQ(run({other}, {Told{}}, "2021-12-31", "category = 'rape'").partner.used, 1);
  EXPECT_EQ(run({Told{}}, {Told{}}, "2021-12-31", "category = 'rape'").partner.used, 0);
  early.day = make_day(2021, 5, 31);
  day_after.day = make_day(2021, 6, 1);
  EXPECT_EQ(run({early}, {day_after}).partner.used, 1);
}

TEST(DuplicateSearch, UnaskedAWarningCounts) {
  const Outcome unasked = run({Told{}, Told{}}, {Told{}}, "2021-12-31", "", "");
  EXPECT_EQ(unasked.partner.used, 1);
  const auto tells = [](const std::string& text) { return text.find("2 pairs of records alike") != std::string::npos; };
  EXPECT_EQ(std::count_if(unasked.warnings.begin(), unasked.warnings.end(), tells), 1);
}

TEST(EventPlaces, AUnitOfAnotherLevelIsNoAreaOfTheSameCode) {
  // The state "W" holds both districts, of which one has the code "W".
  Events events;
  CategoricalBuilder codes;
  for (int i = 0; i < 40; ++i) {
    events.add(not_observed, not_observed, make_day(2021, 6, 15));
    events.precision.back() = {PlaceKind::admin, 1, 0};
    codes.add("W");
  }
  events.area_code = std::move(codes).build();
  Sources sources = test::two_district_sources(std::move(events));
  sources.areas["placement.admin1"] =
      std::make_unique<MemoryAreaSource>(Areas{{test::square_km(0, 0, 40)}, {"W"}, {"a state"}, {}});
  const Scenario scenario = test::two_district_scenario(
      indicator("i", "incidents", "{ kind = \"count\" }", "{ kind = \"goalposts\", low = 0, high = 100 }"),
      "placement = { admin1 = { path = \"memory\", code = \"code\" } }\n");
  MemoryResultSink sink;
  run_assessment(scenario, sources, sink);
  const auto& areas = sink.periods()[0].areas;
  EXPECT_NEAR(areas[0].score, areas[1].score, 1e-4) << "both districts are the same part of the state";
  EXPECT_GT(areas[0].score, 0);
}

TEST(EventPlaces, EachEventWithoutAPlaceHasItsReason) {
  Events events;
  CategoricalBuilder names;
  const auto add = [&](PlacePrecision precision, const char* name) {
    events.add(not_observed, not_observed, make_day(2021, 6, 15));
    events.precision.back() = precision;
    names.add(name);
  };
  add({PlaceKind::unplaced, 0, 0}, "");
  add({PlaceKind::admin, 2, 0}, "Nowhere");
  add({PlaceKind::admin, 1, 0}, "");
  add({PlaceKind::point, 0, 0}, "");
  events.admin2 = std::move(names).build();
  Sources sources = test::two_district_sources(std::move(events));
  MemoryResultSink sink;
  run_assessment(test::two_district_scenario(indicator("i", "incidents", "{ kind = \"count\" }")), sources, sink);
  const auto& outside = sink.report().rows.at("incidents").outside;
  for (const char* reason : {"country only", "unit not found", "no units of its level", "no coordinates"})
    EXPECT_EQ(outside.count(reason) == 1 ? outside.at(reason) : 0, 1) << reason;
}

}  // namespace
}  // namespace tocsin
