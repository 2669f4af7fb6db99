#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/hotspot/local_join_count.hpp>

#include "hotspot/statistic_cases.hpp"

namespace tocsin {
namespace {

using namespace test;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(LocalJoinCount, MomentsAreHypergeometric) {
  // Six events among 16 places of 4 x 4; place 5 is one of them and has 8 neighbours, 4 of them with the event.
  std::vector<double> values(16, 0);
  for (const std::size_t event : {0, 1, 4, 5, 10, 15}) values[event] = 1;
  const LocalStatistic count = local_join_count(values, lattice(4, 4));
  EXPECT_EQ(count.statistic[5], 4);
  const double share = 5.0 / 15;
  EXPECT_NEAR(count.expectation[5], 8 * share, 1e-14);
  EXPECT_NEAR(count.variance[5], 8 * share * (1 - share) * (15 - 8) / 14.0, 1e-14);
  EXPECT_NEAR(count.z[5], (4 - 8 * share) / std::sqrt(count.variance[5]), 1e-14);
  EXPECT_EQ(count.undefined[2], Undefined::no_variance);  // no event: the count is always 0
  EXPECT_TRUE(std::isnan(count.statistic[2]));
}

TEST(LocalJoinCount, UndefinedPlacesHaveTheirReason) {
  const Neighbours chain({0, 1, 3, 5, 6, 6}, {1, 0, 2, 1, 3, 2});
  EXPECT_EQ(local_join_count(std::vector<double>{1, nan, 1, 0, 1}, chain).undefined,
            (std::vector<Undefined>{Undefined::no_neighbours, Undefined::unobserved, Undefined::no,
                                    Undefined::no_variance, Undefined::no_neighbours}));
  // No other place has the event.
  EXPECT_EQ(local_join_count(std::vector<double>{0, 1, 0, 0, 0}, chain).undefined[1], Undefined::no_variance);
  EXPECT_EQ(local_join_count(std::vector<double>(5, 1.0), chain).undefined[1], Undefined::no_variance);
}

TEST(LocalJoinCount, RefusesWhatIsNeitherEventNorNone) {
  const Neighbours pair({0, 1, 2}, {1, 0});
  try {
    local_join_count(std::vector<double>{1, 0.5}, pair);
    FAIL() << "0.5 was counted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_NE(std::string(error.what()).find("place 1"), std::string::npos);
  }
}

}  // namespace
}  // namespace tocsin
