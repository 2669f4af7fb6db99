// Reads published data and compares with figures measured independently (pandas 1.5, R 4.2.2, GDAL 3.6.2, shapely 1.8).
// The data are not part of the repository: TOCSIN_REAL_DATA names the folder that holds data/.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <ostream>
#include <set>

#include <data/real_data.hpp>
#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/event_source.hpp>
#include <tocsin/data/raster_source.hpp>
#include <tocsin/data/table_source.hpp>
#include <tocsin/data/vector_source.hpp>
#include <tocsin/vector/area_raster.hpp>

namespace tocsin::data {
namespace {

class RealData : public test::RealDataTest {
 protected:
  [[nodiscard]] EventBatch read_events(const std::string& file, const std::string& crs = "EPSG:4326") const {
    EventRequest request{crs, {"best", "high", "low"}, {"country"}, {}};
    return open_events(spec(file))->read(request);
  }
};

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

struct Expected {
  const char* file;
  std::size_t records;
  double best, high, low;
  const char *first, *last_start;
  std::array<double, 4> box;
  std::size_t points;
  std::array<std::size_t, 4> kinds;  ///< point, disc, admin, unplaced
  int outside_range, low_above_high;
};

void PrintTo(const Expected& expected, std::ostream* out) {
  *out << expected.file;
}

std::size_t warnings_with(const EventBatch& batch, const std::string& count, const std::string& phrase) {
  std::size_t found = 0;
  for (const auto& warning : batch.warnings)
    if (warning.find(" " + count + " ") != std::string::npos && warning.find(phrase) != std::string::npos) ++found;
  return found;
}

class Ged : public RealData, public testing::WithParamInterface<Expected> {};

TEST_P(Ged, HasTheMeasuredFigures) {
  const Expected& expected = GetParam();
  const EventBatch batch = read_events(expected.file);
  const Events& events = batch.events;
  ASSERT_EQ(events.size(), expected.records);
  EXPECT_EQ(batch.rows_read, static_cast<std::int64_t>(expected.records));
  EXPECT_TRUE(batch.quarantined.empty());
  EXPECT_EQ(sum(events.numbers.at("best")), expected.best);
  EXPECT_EQ(sum(events.numbers.at("high")), expected.high);
  EXPECT_EQ(sum(events.numbers.at("low")), expected.low);
  const auto [first, last] = std::minmax_element(events.first_day.begin(), events.first_day.end());
  EXPECT_EQ(to_string(*first), expected.first);
  EXPECT_EQ(to_string(*last), expected.last_start);
  const auto [west, east] = std::minmax_element(events.x.begin(), events.x.end());
  const auto [south, north] = std::minmax_element(events.y.begin(), events.y.end());
  // Coordinates are read, not computed: the published six digits come back.
  EXPECT_NEAR(*west, expected.box[0], 1e-9);
  EXPECT_NEAR(*south, expected.box[1], 1e-9);
  EXPECT_NEAR(*east, expected.box[2], 1e-9);
  EXPECT_NEAR(*north, expected.box[3], 1e-9);
  std::set<std::pair<double, double>> points;
  std::array<std::size_t, 4> kinds{};
  for (std::size_t i = 0; i < events.size(); ++i) {
    points.emplace(events.x[i], events.y[i]);
    ++kinds[static_cast<std::size_t>(events.precision[i].kind)];
    ASSERT_EQ(events.has_reported[i], 0);
    ASSERT_EQ(events.reported[i], events.last_day[i]);
  }
  EXPECT_EQ(points.size(), expected.points);
  EXPECT_EQ(kinds, expected.kinds);
  EXPECT_EQ(warnings_with(batch, std::to_string(expected.outside_range), "best outside"), expected.outside_range > 0);
  EXPECT_EQ(warnings_with(batch, std::to_string(expected.low_above_high), "low above high"),
            expected.low_above_high > 0);
}

INSTANTIATE_TEST_SUITE_P(Files, Ged,
                         testing::Values(Expected{"ged_car.csv",
                                                  1848,
                                                  14948,
                                                  17760,
                                                  13721,
                                                  "1991-08-08",
                                                  "2022-12-30",
                                                  {14.608811, 3.188974, 27.195648, 10.465361},
                                                  541,
                                                  {1214, 374, 149 + 54 + 28, 29},
                                                  20,
                                                  15},
                                         Expected{"ged_south_sudan.csv",
                                                  1271,
                                                  15495,
                                                  21767,
                                                  14024,
                                                  "2004-09-01",
                                                  "2022-12-08",
                                                  {22.0, 3.55, 34.390767, 12.0375},
                                                  401,
                                                  {529, 320, 266 + 110 + 37, 9},
                                                  19,
                                                  14},
                                         Expected{"ged_world_sample_231.csv",
                                                  1000,
                                                  9561,
                                                  22017,
                                                  6224,
                                                  "1989-01-07",
                                                  "2022-12-19",
                                                  {-117.00371, -29.965717, 136.8888, 54.58333},
                                                  819,
                                                  {475, 232, 140 + 105 + 35, 13},
                                                  13,
                                                  0},
                                         Expected{"ged_mexico_241.csv",
                                                  18957,
                                                  140695,
                                                  146984,
                                                  139626,
                                                  "1989-01-22",
                                                  "2023-12-31",
                                                  {-117.09944, 14.624001, -86.732202, 32.71472},
                                                  2153,
                                                  {13329, 968, 3612 + 890 + 133, 25},
                                                  89,
                                                  81},
                                         Expected{"ged_global_211_lite.csv",
                                                  176579,
                                                  1797771,
                                                  2818326,
                                                  1461366,
                                                  "1989-01-01",
                                                  "2020-12-31",
                                                  {-117.3, -37.813611, 155.817388, 68.97917},
                                                  32929,
                                                  {0, 176579, 0, 0},
                                                  0,
                                                  0}));

TEST_F(RealData, HxlTagsAreNeitherReadNorQuarantined) {
  const EventBatch batch = read_events("ged_south_sudan_hxl.csv");
  EXPECT_EQ(batch.rows_read, 941);
  EXPECT_EQ(batch.events.size(), 941U);
  EXPECT_TRUE(batch.quarantined.empty());
  EXPECT_EQ(batch.events.row.front(), 3);  // below the header and the tags
  EXPECT_EQ(std::count_if(batch.events.precision.begin(), batch.events.precision.end(),
                          [](const PlacePrecision& place) { return place.kind >= PlaceKind::admin; }),
            369);
}

TEST_F(RealData, CoordinatesComeFromTheColumnsNotFromTheWkt) {
  SourceSpec source = spec("ged_world_sample_231.csv");
  source.where = "id = 141599";
  const EventBatch batch = open_events(source)->read({"EPSG:4326", {}, {}, {}});
  ASSERT_EQ(batch.events.size(), 1U);
  EXPECT_EQ(batch.outside_where, 999);
  EXPECT_DOUBLE_EQ(batch.events.y[0], -3.705);
}

TEST_F(RealData, SummaryEventKeepsItsSpanAndPlaces) {
  SourceSpec source = spec("ged_south_sudan.csv");
  source.where = "adm_2 = 'Tambura county' AND date_start >= '2021'";
  const EventBatch batch =
      open_events(source)->read({"EPSG:32635", {"best"}, {}, {"id = 414094", "type_of_violence = 3"}});
  const auto summary = std::find(batch.matches[0].begin(), batch.matches[0].end(), 1) - batch.matches[0].begin();
  ASSERT_LT(static_cast<std::size_t>(summary), batch.events.size());
  const auto i = static_cast<std::size_t>(summary);
  EXPECT_EQ(to_string(batch.events.first_day[i]), "2021-06-01");
  EXPECT_EQ(to_string(batch.events.last_day[i]), "2021-08-31");
  EXPECT_EQ(batch.events.numbers.at("best")[i], 153);
  EXPECT_EQ(batch.events.admin2.text(i), "Tambura county");
}

TEST_F(RealData, EventsOfTheWholeWorldReachAUtmGrid) {
  const EventBatch batch = read_events("ged_global_211_lite.csv", "EPSG:32635");
  EXPECT_EQ(batch.events.size(), 176579U);
  for (std::size_t i = 0; i < batch.events.size(); ++i) {
    ASSERT_TRUE(std::isfinite(batch.events.x[i])) << batch.events.row[i];
    ASSERT_TRUE(std::isfinite(batch.events.y[i])) << batch.events.row[i];
  }
}

TEST_F(RealData, AreasOfSouthSudan) {
  SourceSpec source = spec("south_sudan.gpkg", "adm2");
  source.code_field = "adm2_pcode";
  source.name_field = "adm2_name";
  const AreaBatch batch = open_areas(source)->read("EPSG:32635");
  ASSERT_EQ(batch.areas.size(), 79U);
  EXPECT_TRUE(batch.warnings.empty());
  double total = 0;
  std::map<std::string, double> areas;
  for (std::size_t i = 0; i < 79; ++i) total += areas[batch.areas.codes[i]] = area_km2(batch.areas.shapes[i]);
  // GDAL 3.6.2 from Python, Segmentize(0.01) before Transform. The vertices alone give 645924.388 and 12446.751: a
  // straight edge of 100 km in degrees leaves the straight line between its projected ends by some 20 m.
  EXPECT_NEAR(total, 645919.7623855248, 1e-3);
  EXPECT_NEAR(areas.at("SS1009"), 12445.689573969685, 1e-3);
  EXPECT_NEAR(total / 645924.388, 1, 1e-5);
}

TEST_F(RealData, OtherLevelsAndCountries) {
  SourceSpec source = spec("south_sudan.gpkg", "adm1");
  const AreaBatch states = open_areas(source)->read("EPSG:32635");
  ASSERT_EQ(states.areas.size(), 10U);
  double total = 0;
  for (const auto& shape : states.areas.shapes) total += area_km2(shape);
  EXPECT_NEAR(total / 635411.518, 1, 1e-5);  // as above
  const AreaBatch prefectures = open_areas(spec("car.gpkg", "adm2"))->read("EPSG:32634");
  ASSERT_EQ(prefectures.areas.size(), 72U);
  total = 0;
  for (const auto& shape : prefectures.areas.shapes) total += area_km2(shape);
  EXPECT_NEAR(total / 621672.584, 1, 1e-5);
}

/// Mean density of counties, measured by shapely in degrees: cells weighted by the share of them inside. Ours is
/// weighted by area on the ground, and the grid's cells on a county's edge carry a mean over both sides: with cells of
/// 500 m both together stay below 0.1 % (with 250 m below 0.05 %).
TEST_F(RealData, PopulationDensityOfCounties) {
  SourceSpec source = spec("south_sudan.gpkg", "adm2");
  source.code_field = "adm2_pcode";
  source.name_field = "adm2_name";
  const Areas areas = open_areas(source)->read(crs_wkt("EPSG:32635")).areas;
  const std::map<std::string, std::array<double, 2>> expected{{"Tambura", {5.454537, 6.711671}},
                                                              {"Yambio", {20.665719, 22.090952}},
                                                              {"Juba", {31.640115, 38.340424}},
                                                              {"Ezo", {12.317750, 13.390283}},
                                                              {"Nagero", {2.219807, 2.987410}}};
  const std::array files{"population_density_worldpop2020_20km.tif", "population_density_gpw4_2020_15min.tif"};
  const Grid grid = Grid::covering(areas.bounds().expanded(5000), metres(500), crs_wkt("EPSG:32635"));
  const auto shares = coverage_fractions(areas, grid);
  for (std::size_t file = 0; file < files.size(); ++file) {
    SourceSpec raster = spec(files[file]);
    raster.resample = Resample::mean;
    const Raster<float> density = open_raster(raster)->read(grid).raster;
    for (std::size_t i = 0; i < areas.size(); ++i) {
      const auto entry = expected.find(areas.names[i]);
      if (entry == expected.end()) continue;
      double weight = 0, total = 0;
      for (const CellShare& cell : shares[i]) {
        weight += cell.share;
        total += cell.share * static_cast<double>(density.values()[cell.cell]);
      }
      EXPECT_NEAR(total / weight / entry->second[file], 1, 1e-3) << areas.names[i] << " in " << files[file];
    }
  }
}

TEST_F(RealData, SumsKeepTheirTotal) {
  SourceSpec raster = spec("population_density_worldpop2020_20km.tif");
  raster.resample = Resample::sum;
  // The whole raster and more, so that every value must arrive.
  const std::string crs = crs_wkt("EPSG:32635");
  const Grid grid = Grid::covering({-1300000, -200000, 2000000, 1900000}, kilometres(5), crs);
  const Raster<float> total = open_raster(raster)->read(grid).raster;
  double sum_of_cells = 0;
  for (const float value : total.values()) sum_of_cells += std::isnan(value) ? 0.0 : static_cast<double>(value);
  EXPECT_NEAR(sum_of_cells / 375818.74802, 1, 1e-6);  // float32 cells
}

TEST_F(RealData, FeaturesAndTables) {
  const auto count = [&](const SourceSpec& source) {
    return open_features(source)->read("EPSG:32635", "").features.size();
  };
  EXPECT_EQ(count(spec("health_facilities_kwtrp.gpkg")), 10295U);
  EXPECT_EQ(count(spec("health_facilities_osm.gpkg")), 2937U);
  EXPECT_EQ(count(spec("roads_main.gpkg")), 358U);
  EXPECT_EQ(count(spec("places.csv")), 305U);
  EXPECT_EQ(count(spec("airstrips.csv")), 331U);
  EXPECT_EQ(open_table(spec("ssd_rainfall_dekad_2026.csv"))->read().rows.size(), 1936U);
}

/// Tract 210 of this file really lies over 136 and 208, by 5 and 8 % of them.
TEST_F(RealData, InvalidTractsAreRepairedAndOverlapsRefused) {
  SourceSpec source = spec("stats/ny8_leukemia.gpkg");
  try {
    open_areas(source)->read("EPSG:32618");
    ADD_FAILURE() << "the overlap was not seen";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("'136' and '210' overlap"), std::string::npos) << error.what();
  }
  source.where = "AREAKEY <> '36067013200'";
  const AreaBatch batch = open_areas(source)->read("EPSG:32618");
  EXPECT_EQ(batch.areas.size(), 280U);
  ASSERT_EQ(batch.warnings.size(), 1U);
  EXPECT_NE(batch.warnings[0].find("repaired"), std::string::npos);
}

TEST_F(RealData, LayerWithoutACrsIsRefused) {
  EXPECT_THROW(open_areas(spec("stats/columbus_crime.gpkg"))->read("EPSG:32618"), Error);
}

}  // namespace
}  // namespace tocsin::data
