#include <set>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/indicators/catalogue.hpp>
#include <tocsin/indicators/scenario.hpp>
#include <tocsin/indicators/toml_reader.hpp>

namespace tocsin {
namespace {

const std::string head = R"(
scenario = { name = "x", area = "a.geojson", cell = "1 km", from = 2021-01-01, to = 2021-08-31 }
areas = { path = "a.geojson", code = "pcode", population = "people" }
sources.events = { path = "e.csv", format = "incidents" }
sources.table = { path = "t.csv" }
sources.features = { path = "f.geojson", code = "pcode" }
sources.raster = { path = "r.tif" }
)";

/// A source of the kind that the entry's measure reads.
std::string source_for(const CatalogueEntry& entry) {
  std::string kind;
  bool field = false;
  for (const auto& [key, value] : *entry.defaults.table())
    if (key == "measure")
      for (const auto& [name, setting] : *value.table()) {
        if (name == "kind") kind = *setting.text();
        field = field || name == "field";
      }
  if (kind == "flow" || kind == "access" || kind == "calendar") return "table";
  if (kind == "value") return field ? "features" : "raster";
  if (kind == "proximity") return "features";
  return "events";
}

TEST(Catalogue, HoldsEveryPillarWithUniqueIdsAndNothingLeftOut) {
  std::set<std::string> ids, pillars, phases;
  for (const CatalogueEntry& entry : catalogue()) {
    EXPECT_TRUE(ids.insert(entry.id).second) << entry.id;
    pillars.insert(entry.pillar);
    phases.insert(entry.phase);
    for (const std::string* text :
         {&entry.name, &entry.why, &entry.false_alarm, &entry.data, &entry.unit, &entry.source_note})
      EXPECT_FALSE(text->empty()) << entry.id;
  }
  EXPECT_GE(ids.size(), 60U);
  EXPECT_EQ(pillars.size(), 8U);
  EXPECT_EQ(phases, (std::set<std::string>{"structural", "build-up", "imminent", "ongoing"}));
}

TEST(Catalogue, EveryAvailableEntryIsAScenarioByItself) {
  std::size_t available = 0;
  for (const CatalogueEntry& entry : catalogue()) {
    if (!entry.available) continue;
    ++available;
    const std::string use =
        head + "[[indicator]]\nuse = \"" + entry.id + "\"\nsource = \"" + source_for(entry) + "\"\n";
    try {
      const Scenario scenario = parse_scenario(use, "use.toml");
      ASSERT_EQ(scenario.indicators.size(), 1U);
      EXPECT_EQ(scenario.indicators[0].pillar, entry.pillar);
    } catch (const Error& error) {
      ADD_FAILURE() << entry.id << ": " << error.what();
    }
  }
  EXPECT_GE(available, 55U);
}

TEST(Catalogue, EveryBlockCanBePasted) {
  for (const CatalogueEntry& entry : catalogue()) {
    std::string block = catalogue_block(entry);
    const auto at = block.find("\"SOURCE\"");
    ASSERT_NE(at, std::string::npos);
    block.replace(at, 8, "\"" + source_for(entry) + "\"");
    if (entry.available)
      EXPECT_NO_THROW(parse_scenario(head + block, "block.toml")) << block;
    else
      EXPECT_NO_THROW(parse_toml(block, "block.toml")) << block;
  }
}

TEST(Catalogue, AScenarioOverridesKeyByKey) {
  const Scenario scenario = parse_scenario(head + R"(
[[indicator]]
use = "crsv-density"
source = "events"
where = "category = 'rape'"
measure = { bandwidth = "10 km" }
normalise = { high = 0.5 }
weight = 3
)",
                                           "use.toml");
  const Indicator& indicator = scenario.indicators.at(0);
  EXPECT_EQ(indicator.id, "crsv-density");
  EXPECT_EQ(indicator.measure->reach(), kilometres(10));
  EXPECT_EQ(indicator.measure->lookback(), days(900)) << "the catalogue's half-life of 90 days stays";
  EXPECT_EQ(indicator.normalise.high, 0.5);
  EXPECT_EQ(indicator.normalise.low, 0);
  EXPECT_EQ(indicator.weight, 3);
  EXPECT_EQ(indicator.measure->needs().at(0).filter, "category = 'rape'");
}

TEST(Catalogue, WhatIsNotBuiltYetSaysSo) {
  try {
    parse_scenario(head + "[[indicator]]\nuse = \"survivors-per-incident\"\nsource = \"events\"\n", "use.toml");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("comes with a later version"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace tocsin
