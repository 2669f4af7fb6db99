#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/hotspot/global_statistics.hpp>

#include "hotspot/statistic_cases.hpp"

namespace tocsin {
namespace {

using namespace test;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t draws = 20'000;
constexpr PermutationOptions options{.permutations = draws, .seed = 3};

void expect_share(const GlobalPermutation& got, const std::vector<double>& values,
                  const std::function<double(const std::vector<double>&)>& statistic, const std::string& what) {
  const double observed = statistic(values);
  const auto share = [&](double sign) {
    return over_all_permutations(
               values, nobody,
               [&](const std::vector<double>& x) { return sign * (statistic(x) - observed) >= -1e-9 ? 1.0 : 0.0; })
        .mean;
  };
  // Five standard errors, and the one that is added to both counts.
  const auto near = [&](double p, double expected) {
    EXPECT_NEAR(p, expected, 5 * std::sqrt(expected * (1 - expected) / draws) + 1.0 / draws) << what;
  };
  near(got.p_greater, share(1));
  near(got.p_less, share(-1));
  const Moments moments = over_all_permutations(values, nobody, statistic);
  EXPECT_NEAR(got.mean, moments.mean, 5 * std::sqrt(moments.variance / draws)) << what;
  EXPECT_NEAR(got.standard_deviation / std::sqrt(moments.variance), 1, 0.05) << what;
  const double p = std::min(got.p_greater, got.p_less);
  EXPECT_NEAR(got.standard_error, std::sqrt(p * (1 - p) / draws), 1e-15) << what;
}

TEST(GlobalPermutation, ComesNearTheShareOfAllPermutations) {
  const Neighbours neighbours = random_links(8, 7, 5);
  std::vector<double> values = random_values(8, 12);
  values[2] = nan;
  const GlobalPermutations got = permute_global(values, neighbours, options);
  expect_share(
      got.moran, values, [&](const auto& x) { return moran_i(x, neighbours).statistic; }, "I");
  expect_share(
      got.geary, values, [&](const auto& x) { return geary_c(x, neighbours).statistic; }, "C");
  expect_share(
      got.getis_ord, values, [&](const auto& x) { return getis_ord_g(x, neighbours).statistic; }, "G");
}

TEST(GlobalPermutation, CountsJoinsWithTheirTies) {
  const Neighbours neighbours = lattice(4, 2);
  const std::vector<double> values{1, 1, nan, 0, 1, 0, 0, 0};
  const JoinCountPermutations got = permute_join_counts(values, neighbours, options);
  expect_share(
      got.black_black, values, [&](const auto& x) { return join_counts(x, neighbours).black_black.statistic; }, "BB");
  expect_share(
      got.white_white, values, [&](const auto& x) { return join_counts(x, neighbours).white_white.statistic; }, "WW");
  expect_share(
      got.black_white, values, [&](const auto& x) { return join_counts(x, neighbours).black_white.statistic; }, "BW");
}

TEST(GlobalPermutation, IsUndefinedWhereTheStatisticIs) {
  const Neighbours complete = within({0, 1, 2, 3}, {0, 0, 0, 0}, 9, one);
  const GlobalPermutations got = permute_global(std::vector<double>{1, 2, 4, 9}, complete, {.permutations = 9});
  EXPECT_TRUE(std::isnan(got.moran.p_greater) && std::isnan(got.geary.p_less) && std::isnan(got.getis_ord.p_less));
  EXPECT_THROW(permute_global(std::vector<double>{1, 2, 4, 9}, complete, {.permutations = 0}), Error);
}

}  // namespace
}  // namespace tocsin
