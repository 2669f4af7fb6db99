#include <cmath>

#include <data/temp_files.hpp>
#include <gtest/gtest.h>

#include <tocsin/data/crs.hpp>

namespace tocsin::data {
namespace {

using test::contains;
using test::thrown_by;

TEST(Crs, TakesProjectedMetres) {
  EXPECT_TRUE(contains(crs_wkt("EPSG:32635"), "UTM zone 35N"));
  EXPECT_TRUE(contains(crs_wkt("+proj=utm +zone=35 +datum=WGS84"), "PROJCRS"));
}

TEST(Crs, RefusesDegreesFeetAndNonsense) {
  for (const char* text : {"EPSG:4326", "EPSG:2263", "EPSG:4978", "EPSG:99999999", "nonsense", "", "/etc/hostname"}) {
    const auto thrown = thrown_by([&] { crs_wkt(text); });
    EXPECT_TRUE(thrown.happened) << text;
    EXPECT_EQ(thrown.code, ErrorCode::scenario) << text;
    EXPECT_FALSE(contains(thrown.message, "\n")) << thrown.message;
  }
  EXPECT_TRUE(contains(thrown_by([] { crs_wkt("EPSG:4326"); }).message, "degrees"));
}

TEST(Crs, AutoIsEqualAreaAndCentred) {
  const LonLatBox box{26.6, 4.2, 31.2, 6.2};
  const std::string wkt = crs_wkt("auto", box);
  EXPECT_TRUE(contains(wkt, "Lambert Azimuthal Equal Area")) << wkt;
  const Transformer there("EPSG:4326", wkt);
  std::vector<double> x{28.9, 28.9}, y{5.2, 5.3};
  there.transform(x, y);
  EXPECT_NEAR(x[0], 0, 1e-6);
  EXPECT_NEAR(y[0], 0, 1e-6);
  EXPECT_NEAR(y[1], 11058, 5);  // a tenth of a degree of latitude near the equator, WGS 84
  EXPECT_EQ(crs_wkt("auto", {26.601, 4.2, 31.2, 6.2}), wkt);  // a slightly different box
  EXPECT_EQ(thrown_by([] { crs_wkt("auto", {5, 6, 4, 7}); }).code, ErrorCode::input);
  EXPECT_EQ(thrown_by([] { crs_wkt("auto", {0, std::nan(""), 4, 7}); }).code, ErrorCode::input);
}

TEST(Crs, LongitudeIsXWhateverTheAuthoritySays) {
  // Known point: the central meridian of zone 35 has easting 500,000; the equator northing 0.
  const Transformer transformer("EPSG:4326", "EPSG:32635");
  std::vector<double> x{27, 28}, y{0, 0};
  transformer.transform(x, y);
  EXPECT_NEAR(x[0], 500000, 1e-6);
  EXPECT_NEAR(y[0], 0, 1e-6);
  EXPECT_GT(x[1], 611000);
}

TEST(Crs, PointsBeyondReachBecomeNan) {
  const Transformer transformer("EPSG:4326", "EPSG:3857");
  std::vector<double> x{10, 10}, y{90.5, 10};
  transformer.transform(x, y);
  EXPECT_TRUE(std::isnan(x[0]) && std::isnan(y[0]));
  EXPECT_FALSE(std::isnan(x[1]));
}

}  // namespace
}  // namespace tocsin::data
