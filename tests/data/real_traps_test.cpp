// What published data get wrong, or mean otherwise than one thinks: each trap read as a person would, against figures
// that other software measured (pandas 1.5, shapely 1.8). TOCSIN_REAL_DATA names the folder that holds data/.
#include <map>
#include <set>
#include <tuple>

#include <data/real_data.hpp>
#include <gtest/gtest.h>

#include <tocsin/data/event_source.hpp>
#include <tocsin/data/table_source.hpp>
#include <tocsin/data/vector_source.hpp>
#include <tocsin/vector/area_raster.hpp>

namespace tocsin::data {
namespace {

class RealTraps : public test::RealDataTest {
 protected:
  [[nodiscard]] Table table(const std::string& file) const { return open_table(spec(file))->read(); }
};

std::size_t column(const Table& table, const std::string& name) {
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i] == name) return i;
  ADD_FAILURE() << "no column " << name;
  return 0;
}

double sum_of(const Table& table, const std::string& name) {
  double sum = 0;
  const std::size_t at = column(table, name);
  for (const auto& row : table.rows)
    if (!row[at].empty()) sum += std::stod(row[at]);
  return sum;
}

TEST_F(RealTraps, FiveEventsOfSouthSudanLieOverItsBorder) {
  SourceSpec counties = spec("south_sudan.gpkg", "adm2");
  counties.code_field = "adm2_pcode";
  counties.name_field = "adm2_name";
  const Areas areas = open_areas(counties)->read("EPSG:32635").areas;
  SourceSpec source = spec("ged_south_sudan.csv");
  source.where = "country = 'South Sudan'";
  const Events events = open_events(source)->read({"EPSG:32635", {}, {"id"}, {}}).events;
  ASSERT_EQ(events.size(), 941U);
  const AreaLocator locator(areas);
  std::set<std::string> outside;
  std::map<std::string, int> inside;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto area = locator.locate(events.x[i], events.y[i]);
    if (area < 0)
      outside.insert(events.texts.at("id").text(i));
    else
      ++inside[areas.names[static_cast<std::size_t>(area)]];
  }
  EXPECT_EQ(outside, (std::set<std::string>{"244661", "255120", "260407", "260424", "272182"}));
  EXPECT_EQ(inside["Tambura"], 11);
  EXPECT_EQ(inside["Yambio"], 14);
  EXPECT_EQ(inside["Juba"], 84);
  EXPECT_EQ(inside["Rubkona"], 56);
  EXPECT_EQ(inside["Ezo"], 2);
  EXPECT_EQ(inside["Nagero"], 3);
}

TEST_F(RealTraps, AnActorAndYearIsNoKey) {
  const Table actors = table("svac_actor_year.csv");
  ASSERT_EQ(actors.rows.size(), 9282U);
  std::set<std::tuple<std::string, std::string, std::string>> keys;
  const auto year = column(actors, "year"), conflict = column(actors, "conflictid_new"),
             actor = column(actors, "actorid_new");
  for (const auto& row : actors.rows) keys.insert({row[year], row[conflict], row[actor]});
  EXPECT_EQ(actors.rows.size() - keys.size(), 22U);
  // Not known is not none: 325 have no code of the State Department, and a list of forms is no number.
  const auto state = column(actors, "state_prev"), form = column(actors, "form");
  std::size_t unknown = 0, lists = 0;
  for (const auto& row : actors.rows) {
    unknown += row[state].empty() ? 1 : 0;
    lists += row[form].find(',') != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(unknown, 325U);
  EXPECT_GT(lists, 0U);
}

TEST_F(RealTraps, OneCountryIsSpeltLikeNoOther) {
  const FeatureBatch all = open_features(spec("health_facilities_osm.gpkg"))->read("EPSG:4326", "");
  const FeatureBatch odd =
      open_features(spec("health_facilities_osm.gpkg"))->read("EPSG:4326", "country = 'congo-brazzaville'");
  EXPECT_EQ(all.features.size(), 2937U);
  EXPECT_GT(odd.features.size(), 0U);
  const FeatureBatch proper =
      open_features(spec("health_facilities_osm.gpkg"))->read("EPSG:4326", "country = 'South Sudan'");
  EXPECT_EQ(proper.features.size(), 172U);
}

TEST_F(RealTraps, TablesHaveTheMeasuredSums) {
  const Table places = table("places.csv");
  EXPECT_EQ(places.rows.size(), 305U);
  EXPECT_EQ(sum_of(places, "population"), 13862580);
  const Table rain = table("ssd_rainfall_dekad_2026.csv");
  EXPECT_NEAR(sum_of(rain, "rfh"), 46590.1582, 5e-4);  // the figure has four decimals
  const Table prices = table("ssd_market_prices_2026.csv");
  EXPECT_EQ(prices.rows.size(), 4212U);
  const auto market = column(prices, "market");
  std::set<std::string> markets;
  for (const auto& row : prices.rows) markets.insert(row[market]);
  EXPECT_EQ(markets.size(), 32U);
  EXPECT_TRUE(markets.contains("Yambio"));
  EXPECT_FALSE(markets.contains("Tambura"));
  const Table strips = table("airstrips.csv");
  const auto elevation = column(strips, "elevation_ft");
  std::size_t empty = 0;
  for (const auto& row : strips.rows) empty += row[elevation].empty() ? 1 : 0;
  EXPECT_EQ(empty, 75U);
  EXPECT_EQ(table("rsvac_actor_year_forms.csv").rows.size(), 1411U);
}

}  // namespace
}  // namespace tocsin::data
