#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/data/values/written_place.hpp>

namespace tocsin::data {
namespace {

constexpr double tolerance = 1e-6;  // degrees: a tenth of a metre, the last digit written below

TEST(WrittenPlace, ReadsCoordinates) {
  const auto north = [](const char* text) { return read_coordinate(text, Axis::latitude).value_or(NAN); };
  const auto east = [](const char* text) { return read_coordinate(text, Axis::longitude).value_or(NAN); };
  EXPECT_NEAR(north("5.6572"), 5.6572, tolerance);
  EXPECT_NEAR(north("5,6572"), 5.6572, tolerance);
  EXPECT_NEAR(north("5.6572 N"), 5.6572, tolerance);
  EXPECT_NEAR(north("S 5.6572\xC2\xB0"), -5.6572, tolerance);
  EXPECT_NEAR(north("5\xC2\xB0"
                    "39'26.2\"N"),
              5.6572778, tolerance);
  EXPECT_NEAR(north("5\xC2\xB0 39\xE2\x80\xB2 26.2\xE2\x80\xB3 N"), 5.6572778, tolerance);
  EXPECT_NEAR(north("5\xC2\xB0"
                    "39,4367'N"),
              5.6572783, tolerance);
  EXPECT_NEAR(north("5 39 26.2 N"), 5.6572778, tolerance);
  EXPECT_NEAR(east("27d35'18\"E"), 27.5883333, tolerance);
  EXPECT_NEAR(east("27:35:18W"), -27.5883333, tolerance);
  EXPECT_NEAR(north("5d39m26s"), 5.6572222, tolerance);
  EXPECT_NEAR(north("5:39:26S"), -5.6572222, tolerance);
  EXPECT_NEAR(north("5 39 26 s"), -5.6572222, tolerance);
  EXPECT_NEAR(north("N 5\xC2\xB0"
                    "39'26s"),
              5.6572222, tolerance);
  EXPECT_NEAR(east("27\xC2\xB0"
                   "35'18s"),
              27.5883333, tolerance);
  EXPECT_TRUE(
      std::isnan(north("5\xC2\xB0"
                       "39'26s")));  // seconds, or south?
  EXPECT_TRUE(std::isnan(north("-2.5 S")));
  EXPECT_TRUE(std::isnan(east("W -27.5")));
  EXPECT_TRUE(std::isnan(north("N 2.5 S")));
  EXPECT_TRUE(std::isnan(north("27.5 E")));
  EXPECT_TRUE(std::isnan(east("27.5 O")));
  EXPECT_TRUE(std::isnan(north("5.657.446")));
  EXPECT_TRUE(std::isnan(north("5 61 00 N")));
  EXPECT_TRUE(std::isnan(north("near the market")));
  EXPECT_TRUE(std::isnan(north("")));
}

void expect_place(const char* text, double latitude, double longitude, double within = tolerance) {
  const auto place = read_place(text);
  ASSERT_TRUE(place) << text;
  EXPECT_NEAR(place->latitude, latitude, within) << text;
  EXPECT_NEAR(place->longitude, longitude, within) << text;
}

TEST(WrittenPlace, ReadsPairs) {
  expect_place("5.6572, 27.5884", 5.6572, 27.5884);
  expect_place("5.6572,27.5884", 5.6572, 27.5884);
  expect_place("5.6572 27.5884", 5.6572, 27.5884);
  expect_place("5,6572; 27,5884", 5.6572, 27.5884);
  expect_place("5,6572, 27,5884", 5.6572, 27.5884);
  expect_place(
      "5\xC2\xB0"
      "39'26.2\"N 27\xC2\xB0"
      "35'18\"E",
      5.6572778, 27.5883333);
  expect_place("5 39 26.2 N, 27 35 18 E", 5.6572778, 27.5883333);
  EXPECT_FALSE(read_place("5.6572"));
  EXPECT_FALSE(read_place("5,6572"));
  EXPECT_FALSE(read_place("27.5 E, 5.6 N"));  // the order that its letters say is not the order that it has
}

TEST(WrittenPlace, ReadsUtmAndMgrs) {
  // gdaltransform EPSG:4326 EPSG:32635 (GDAL 3.6.2, PROJ 9.1.1): 5.6572 N 27.5884 E is 565158.545 E 625343.924 N of
  // zone 35.
  constexpr double metre = 2e-5;
  expect_place("35N 565158.545 625343.924", 5.6572, 27.5884, metre);
  expect_place("35 N 565158.545 625343.924", 5.6572, 27.5884, metre);
  expect_place("565158.545mE 625343.924mN 35N", 5.6572, 27.5884, metre);
  const auto band = read_utm("35P", "565158.545", "1000000");
  ASSERT_TRUE(band);
  EXPECT_GT(band->latitude, 9);
  EXPECT_FALSE(read_utm("35S", "565155", "4000000"));  // band S or the southern hemisphere?
  EXPECT_LT(read_utm("35S", "565155", "9400000")->latitude, -5);
  EXPECT_NEAR(read_utm("35N", "565,158", "625,343")->latitude, 5.6572, metre);
  EXPECT_NEAR(read_utm("35N", "565 158,545", "625 343,924")->longitude, 27.5884, metre);
  EXPECT_FALSE(read_utm("35N", "565.1585", "625343"));  // kilometres
  EXPECT_FALSE(read_utm("35N", "950000", "625343"));
  EXPECT_FALSE(read_utm("61N", "565155", "625367"));
  EXPECT_FALSE(read_utm("35N", "far", "625367"));
  EXPECT_EQ(read_place("35NNG 12345 67890")->precision.kind, PlaceKind::point);
  EXPECT_EQ(read_mgrs("35NNG1267")->precision.kind, PlaceKind::disc);
  EXPECT_FALSE(read_mgrs("35N"));
}

}  // namespace
}  // namespace tocsin::data
