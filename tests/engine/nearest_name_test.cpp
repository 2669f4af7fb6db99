#include <vector>

#include <gtest/gtest.h>

#include <tocsin/core/nearest_name.hpp>

namespace tocsin {
namespace {

TEST(NearestName, IsFoundWhereItIsNearEnough) {
  const std::vector<std::string> columns{"id", "lattitude", "longitude", "precision", "lat"};
  EXPECT_EQ(nearest_name("latitude", std::vector<std::string>{"id", "lattitude"}), "lattitude");
  EXPECT_EQ(nearest_name("Precison", columns), "precision");
  EXPECT_EQ(nearest_name("longitude", std::vector<std::string>{"id", "lon"}), "lon");
  EXPECT_EQ(nearest_name("reported", columns), "");
  EXPECT_EQ(did_you_mean("prcision", columns), "; did you mean 'precision'?");
  EXPECT_EQ(did_you_mean("reported", columns), "");
}

}  // namespace
}  // namespace tocsin
