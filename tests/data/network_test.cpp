#include <cpl_conv.h>
#include <gtest/gtest.h>

#include <tocsin/data/network.hpp>

namespace tocsin::data {
namespace {

std::string allowed() {
  return CPLGetConfigOption("CPL_VSIL_CURL_ALLOWED_FILENAME", "");
}

TEST(Network, FileBehindAPath) {
  EXPECT_EQ(network_file_of("counties.geojson"), "");
  EXPECT_EQ(network_file_of("/vsizip//data/a.zip/b.csv"), "");
  EXPECT_EQ(network_file_of("/vsicurl/https://host/a.zip/b.csv"), "/vsicurl/https://host/a.zip/b.csv");
  EXPECT_EQ(network_file_of("/vsigzip//vsicurl/https://host/b.csv.gz"), "/vsicurl/https://host/b.csv.gz");
  EXPECT_EQ(network_file_of("/vsizip//vsicurl/https://host/a.ZIP/b.csv"), "/vsicurl/https://host/a.ZIP");
  EXPECT_EQ(network_file_of("/vsizip/{/vsis3/bucket/a}/b.csv"), "/vsis3/bucket/a");
  EXPECT_EQ(network_file_of("/vsisubfile/0_9,/vsicurl_streaming/http://h/x"), "/vsicurl_streaming/http://h/x");
}

TEST(Network, ScopeAllowsOneFileAndGivesBackWhatWas) {
  const std::string before = allowed();
  {
    const NetworkScope local("/data/raster.tif");
    EXPECT_EQ(allowed(), "/vsicurl/-");
    {
      const NetworkScope remote("/vsicurl/https://host/raster.tif");
      EXPECT_EQ(allowed(), "/vsicurl/https://host/raster.tif");
      EXPECT_STREQ(CPLGetConfigOption("GDAL_DISABLE_READDIR_ON_OPEN", ""), "EMPTY_DIR");
    }
    EXPECT_EQ(allowed(), "/vsicurl/-");
  }
  EXPECT_EQ(allowed(), before);
}

}  // namespace
}  // namespace tocsin::data
