#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/hotspot/local_moran.hpp>

#include "hotspot/statistic_cases.hpp"

namespace tocsin {
namespace {

using namespace test;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr LocalMoranOptions total{.moments = MoranMoments::total};

/// spdep's sums stand in another order.
constexpr double oracle_tolerance = 1e-10;

std::string spdep_name(Quadrant quadrant) {
  switch (quadrant) {
    case Quadrant::high_high:
      return "High-High";
    case Quadrant::low_low:
      return "Low-Low";
    case Quadrant::high_low:
      return "High-Low";
    case Quadrant::low_high:
      return "Low-High";
    case Quadrant::undefined:
      break;
  }
  return "NA";
}

void expect_oracle(const OracleTable& table, const Neighbours& neighbours, const std::string& what) {
  const std::vector<double> x = table.numbers("x");
  const LocalMoran conditional = local_moran(x, neighbours, {.quadrants_by = QuadrantCentre::mean_of_lags});
  expect_close(conditional.local.statistic, table.numbers("Ii"), oracle_tolerance, what + " I");
  expect_close(conditional.local.expectation, table.numbers("E_cond"), oracle_tolerance, what + " E");
  expect_close(conditional.local.variance, table.numbers("V_cond"), oracle_tolerance, what + " V", 0);
  expect_close(conditional.local.z, table.numbers("z_cond"), oracle_tolerance, what + " z");
  const LocalMoran all =
      local_moran(x, neighbours, {.moments = MoranMoments::total, .quadrants_by = QuadrantCentre::median});
  expect_close(all.local.statistic, table.numbers("Ii"), oracle_tolerance, what + " total I");
  expect_close(all.local.expectation, table.numbers("E_tot"), oracle_tolerance, what + " total E");
  expect_close(all.local.variance, table.numbers("V_tot"), oracle_tolerance, what + " total V", 0);
  expect_close(all.local.z, table.numbers("z_tot"), oracle_tolerance, what + " total z");
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_EQ(spdep_name(conditional.quadrant[i]), table.text("quad_mean")[i]) << what << i;
    EXPECT_EQ(spdep_name(all.quadrant[i]), table.text("quad_median")[i]) << what << i;
  }
}

TEST(LocalMoran, AgreesWithSpdepOnAMadeUpGrid) {
  expect_oracle(copied_oracle("local_moran/grid20_value_queen_W.csv"),
                styled(lattice(20, 20), WeightStyle::row_standardised), "grid");
}

TEST(LocalMoran, AgreesWithSpdepOnRealCounties) {
  SKIP_WITHOUT_REAL_DATA();
  const std::string folder = real_oracle_folder() + "local_moran/nc_rate74_";
  for (const std::string name : {"queen_W", "queen_B", "knn4_W", "idw1_80km"})
    expect_oracle(OracleTable(folder + name + ".csv"), neighbours_of(OracleTable(folder + name + "_weights.csv"), 100),
                  name);
}

double brute_moran(const std::vector<double>& x, const std::vector<double>& y,
                   const std::vector<std::vector<double>>& w, std::size_t i) {
  double count = 0, mean_x = 0, mean_y = 0, xx = 0, yy = 0, lag = 0;
  for (std::size_t j = 0; j < x.size(); ++j)
    if (!std::isnan(x[j])) ++count, mean_x += x[j], mean_y += y[j];
  mean_x /= count, mean_y /= count;
  for (std::size_t j = 0; j < x.size(); ++j) {
    if (std::isnan(x[j])) continue;
    xx += (x[j] - mean_x) * (x[j] - mean_x) / count;
    yy += (y[j] - mean_y) * (y[j] - mean_y) / count;
    lag += w[i][j] * (y[j] - mean_y);
  }
  return (x[i] - mean_x) * lag / std::sqrt(xx * yy);
}

TEST(LocalMoran, MomentsAreThoseOfAllPermutations) {
  std::vector<double> values = random_values(7, 4);
  values[2] = nan;
  const Neighbours neighbours = random_links(7, 6);
  const auto w = dense(neighbours);
  const auto statistic = [&](std::size_t i) {
    return [&, i](const std::vector<double>& x) { return brute_moran(x, x, w, i); };
  };
  const LocalStatistic held = local_moran(values, neighbours).local, all = local_moran(values, neighbours, total).local;
  for (std::size_t i = 0; i < 7; ++i) {
    if (i == 2) continue;
    const Moments conditional = over_all_permutations(values, i, statistic(i));
    expect_close(held.statistic[i], statistic(i)(values), 1e-12, "I");
    expect_close(held.expectation[i], conditional.mean, 1e-12, "E");
    expect_close(held.variance[i], conditional.variance, 1e-11, "V", 0);
    expect_close(held.z[i], (held.statistic[i] - conditional.mean) / std::sqrt(conditional.variance), 1e-11, "z");
    const Moments random = over_all_permutations(values, nobody, statistic(i));
    expect_close(all.statistic[i], held.statistic[i], 1e-12, "total I");
    expect_close(all.expectation[i], random.mean, 1e-12, "total E");
    expect_close(all.variance[i], random.variance, 1e-11, "total V", 0);
  }
}

TEST(LocalMoran, BivariateMomentsAreThoseOfAllPermutationsOfTheOthers) {
  std::vector<double> x = random_values(7, 4), y = random_values(7, 9);
  const Neighbours neighbours = random_links(7, 6);
  const auto w = dense(neighbours);
  const LocalStatistic got = bivariate_moran(x, y, neighbours).local;
  for (std::size_t i = 0; i < 7; ++i) {
    const Moments expected =
        over_all_permutations(y, i, [&](const std::vector<double>& dealt) { return brute_moran(x, dealt, w, i); });
    expect_close(got.statistic[i], brute_moran(x, y, w, i), 1e-12, "I");
    expect_close(got.expectation[i], expected.mean, 1e-12, "E");
    expect_close(got.variance[i], expected.variance, 1e-11, "V", 0);
  }
  EXPECT_EQ(bivariate_moran(x, x, neighbours).local.z, local_moran(x, neighbours).local.z);
  // Observed is where both are.
  std::vector<double> gap = x;
  gap[3] = nan;
  y[5] = nan;
  const LocalMoran partial = bivariate_moran(gap, y, neighbours);
  EXPECT_EQ(partial.local.undefined[3], Undefined::unobserved);
  EXPECT_EQ(partial.local.undefined[5], Undefined::unobserved);
  EXPECT_EQ(partial.quadrant[5], Quadrant::undefined);
  EXPECT_THROW(bivariate_moran(x, std::vector<double>(6), neighbours), Error);
}

TEST(LocalMoran, QuadrantsByTheMeanGoWithTheSign) {
  const std::vector<double> values = random_values(100, 2);
  const LocalMoran moran = local_moran(values, lattice(10, 10));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool alike = moran.quadrant[i] == Quadrant::high_high || moran.quadrant[i] == Quadrant::low_low;
    EXPECT_EQ(alike, moran.local.statistic[i] > 0) << i;
  }
}

TEST(LocalMoran, APlaceAtTheMeanHasNoConditionalVariance) {
  // The mean of these is 0.2, but not to the last bit.
  const std::vector<double> values{0.1, 0.2, 0.3, 0.2, 0.2, 0.1, 0.3};
  const Neighbours chain({0, 1, 3, 5, 7, 9, 11, 12}, {1, 0, 2, 1, 3, 2, 4, 3, 5, 4, 6, 5});
  const LocalMoran held = local_moran(values, chain);
  EXPECT_EQ(held.local.undefined[1], Undefined::no_variance);
  EXPECT_TRUE(std::isnan(held.local.z[1]) && std::isnan(held.local.statistic[1]));
  EXPECT_EQ(held.local.undefined[2], Undefined::no);
  EXPECT_EQ(local_moran(values, chain, total).local.undefined[1], Undefined::no);
}

TEST(LocalMoran, UndefinedPlacesHaveTheirReason) {
  const Neighbours neighbours({0, 1, 2, 2, 4, 6}, {1, 0, 1, 4, 1, 3});
  const std::vector<double> values{1, nan, 4, 9, 2};
  for (const LocalMoranOptions& options : {LocalMoranOptions{}, total}) {
    const LocalMoran moran = local_moran(values, neighbours, options);
    EXPECT_EQ(moran.local.undefined, (std::vector<Undefined>{Undefined::no_neighbours, Undefined::unobserved,
                                                             Undefined::no_neighbours, Undefined::no, Undefined::no}));
    EXPECT_EQ(moran.quadrant[0], Quadrant::undefined);
    EXPECT_EQ(moran.quadrant[3], Quadrant::high_low);
    EXPECT_EQ(local_moran(std::vector<double>(5, 3.0), neighbours, options).local.undefined,
              std::vector<Undefined>(5, Undefined::no_variance));
  }
  // Each permutation of +-1 gives place 0 of four, which has all others as neighbours, I = -1.
  const Neighbours complete = within({0, 1, 2, 3}, {0, 0, 0, 0}, 9, one);
  EXPECT_EQ(local_moran(std::vector<double>{1, 1, -1, -1}, complete, total).local.undefined[0], Undefined::no_variance);
  EXPECT_THROW(local_moran(std::vector<double>{1, 2}, neighbours), Error);
}

}  // namespace
}  // namespace tocsin
