// The traps of the public data in the folder that TOCSIN_REAL_DATA names (its sub-folder data).
#include <cmath>
#include <cstdlib>

#include <gtest/gtest.h>

#include <tocsin/data/vector_source.hpp>
#include <tocsin/indicators/assessment.hpp>
#include <tocsin/vector/unit_names.hpp>

#include "open_sources.hpp"

namespace tocsin {
namespace {

class RealPlaces : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("TOCSIN_REAL_DATA");
    if (folder == nullptr) GTEST_SKIP() << "skipped: TOCSIN_REAL_DATA names no folder with the public data";
    data_ = std::string(folder) + "/data/";
  }

  [[nodiscard]] MemoryResultSink run(const std::string& rain, const std::string& measures) const {
    const std::string text = R"(
[scenario]
name = "South Sudan, rain"
area = { path = "south_sudan.gpkg", layer = "adm2" }
crs = "EPSG:32635"
cell = "20 km"
from = 2026-01-01
to = 2026-03-31
as_of = 2026-09-30
[areas]
path = "south_sudan.gpkg"
layer = "adm2"
code = "adm2_pcode"
name = "adm2_name"
[sources.ged]
path = "ged_south_sudan.csv"
format = "ucdp-ged"
[sources.rain]
path = "ssd_rainfall_dekad_2026.csv"
carry = "mean"
)" + rain + measures;
    const Scenario scenario = parse_scenario(text, data_ + "scenario.toml");
    Sources sources = open_sources(scenario);
    MemoryResultSink sink;
    run_assessment(scenario, sources, sink);
    return sink;
  }

  static double score(const MemoryResultSink& sink, const std::string& code, std::size_t period = 1) {
    const auto& codes = sink.header().areas.codes;
    const auto area = static_cast<std::size_t>(std::find(codes.begin(), codes.end(), code) - codes.begin());
    return sink.periods()[period].areas[area].score;
  }

  static std::vector<std::string> keys(const SourceJoin& join, JoinKind kind) {
    std::vector<std::string> found;
    for (const JoinedKey& key : join.keys)
      if (key.kind == kind) found.push_back(key.key);
    return found;
  }

  std::string data_;
};

/// Rain of a month by that of the month before.
const std::string trend = R"(
[[indicator]]
id = "rain"
pillar = "rain"
source = "rain"
measure = { kind = "trend", from = "table", field = "rfh", code = "PCODE", shrink = 0.1 }
normalise = { kind = "goalposts", low = 0, high = 100 }
)";

TEST_F(RealPlaces, RainDoublesNageroAndLacksTamburaAndSaysSo) {
  const auto sink = run("where = \"adm_level = 2\"\n", trend);
  const SourceJoin& join = sink.report().joins.at(0);
  EXPECT_EQ(join.source, "rain");
  EXPECT_EQ(keys(join, JoinKind::doubled), (std::vector<std::string>{"SS1007"}));
  EXPECT_EQ(join.rows(JoinKind::doubled), 44) << "22 dekads, twice";
  EXPECT_EQ(keys(join, JoinKind::absent), (std::vector<std::string>{"SS0807", "SS1009"}));
  EXPECT_EQ(join.count(JoinKind::matched), 77);
  EXPECT_EQ(join.rows(JoinKind::matched), 1716);
  EXPECT_EQ(join.count(JoinKind::unmatched) + join.count(JoinKind::near), 0);
  for (const char* unknown : {"SS1007", "SS1009", "SS0807"}) EXPECT_TRUE(std::isnan(score(sink, unknown))) << unknown;
  EXPECT_FALSE(std::isnan(score(sink, "SS1001")));
  const RowAccount& rows = sink.report().rows.at("rain");
  EXPECT_EQ(rows.outside.at("doubled"), 44);
  EXPECT_EQ(sink.report().warnings.size(), 2U) << "one for the doubled, one for the absent";
}

TEST_F(RealPlaces, TheMeanOfTheDoubledIsTakenOnlyWhenAskedFor) {
  const auto sink = run("where = \"adm_level = 2\"\ndoubled = \"mean\"\n", trend);
  EXPECT_FALSE(std::isnan(score(sink, "SS1007")));
  EXPECT_TRUE(std::isnan(score(sink, "SS1009"))) << "Tambura stays unknown";
  EXPECT_EQ(sink.report().joins.at(0).rows(JoinKind::doubled), 44) << "and is told all the same";
}

TEST_F(RealPlaces, RowsOfStatesMatchNoCounty) {
  const auto sink = run("", trend);
  const SourceJoin& join = sink.report().joins.at(0);
  EXPECT_EQ(join.count(JoinKind::unmatched), 10);
  EXPECT_EQ(join.rows(JoinKind::unmatched), 220);
  EXPECT_EQ(sink.report().rows.at("rain").outside.at("no such area"), 220);
}

TEST_F(RealPlaces, TumburaIsNearTambura) {
  SourceSpec spec;
  spec.name = "areas";
  spec.path = data_ + "south_sudan.gpkg";
  spec.layer = "adm2";
  spec.code_field = "adm2_pcode";
  spec.name_field = "adm2_name";
  const Areas counties = data::open_areas(spec)->read("EPSG:32635").areas;
  const UnitNames names(counties);
  EXPECT_EQ(names.by_either("Tumbura"), -1);
  EXPECT_EQ(names.suggestion("Tumbura"), "Tambura (SS1009)");
  const std::int64_t county = names.by_either("Tambura county");
  ASSERT_GE(county, 0);
  EXPECT_EQ(names.code(static_cast<std::size_t>(county)), "SS1009");
  EXPECT_EQ(UnitNames(counties, {{"Tumbura", "SS1009"}}).by_either("Tumbura"), county);
}

TEST_F(RealPlaces, EventsKnownToTamburaCountyAreJoinedByName) {
  const auto sink = run("", R"(
[[indicator]]
id = "clashes"
pillar = "conflict"
source = "ged"
measure = { kind = "count" }
normalise = { kind = "goalposts", low = 0, high = 10 }
)");
  const SourceJoin& join = sink.report().joins.at(0);
  EXPECT_EQ(join.source, "ged");
  EXPECT_TRUE(join.records);
  const auto matched = keys(join, JoinKind::matched);
  EXPECT_NE(std::find(matched.begin(), matched.end(), "Tambura county"), matched.end());
  for (const std::string& warning : sink.report().warnings)
    EXPECT_EQ(warning.find("Tambura county"), std::string::npos) << "what a record says stays out of messages";
}

}  // namespace
}  // namespace tocsin
