#include <bit>
#include <cmath>
#include <numeric>
#include <string>

#include <gtest/gtest.h>
#include <hotspot/permutation_cases.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/hotspot/permutation.hpp>

namespace tocsin {
namespace {

using test::brute_force;
using test::Link;
using test::neighbours_of;
using test::random_rows;
using test::random_values;
using test::Values;

constexpr double exact = 1e-12;  // relative: counts of at most 2^53 and one division

std::vector<std::size_t> counts_from_1(std::size_t n, std::size_t most) {
  std::vector<std::size_t> counts(n);
  for (std::size_t i = 0; i < n; ++i) counts[i] = 1 + i % most;
  return counts;
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) {
    return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y);
  });
}

void expect_same_bits(const PermutationResult& a, const PermutationResult& b) {
  EXPECT_TRUE(same_bits(a.p_greater, b.p_greater));
  EXPECT_TRUE(same_bits(a.p_less, b.p_less));
  EXPECT_TRUE(same_bits(a.standard_error, b.standard_error));
  EXPECT_TRUE(same_bits(a.draws, b.draws));
}

class PermutationValues : public testing::TestWithParam<Values> {};
INSTANTIATE_TEST_SUITE_P(All, PermutationValues,
                         testing::Values(Values::continuous, Values::mixed_signs, Values::mostly_zero, Values::tenths));

TEST_P(PermutationValues, IsExactWhereThereAreNoMoreSubsetsThanPermutations) {
  const std::size_t n = 12;
  const auto values = random_values(n, GetParam(), 5);
  const Neighbours binary = neighbours_of(random_rows(counts_from_1(n, n - 2), 6), true);
  const PermutationOptions options{.permutations = 462};  // C(11, 5), the most
  for (const Neighbours& neighbours : {binary, styled(binary, WeightStyle::row_standardised)}) {
    const PermutationResult found = permute_lags(values, neighbours, options);
    for (std::size_t i = 0; i < n; ++i) {
      const auto wanted = brute_force(values, neighbours, i);
      EXPECT_NEAR(found.p_greater[i], wanted.p_greater(), exact * wanted.p_greater()) << i;
      EXPECT_NEAR(found.p_less[i], wanted.p_less(), exact * wanted.p_less()) << i;
      EXPECT_EQ(found.standard_error[i], 0) << i;
      EXPECT_EQ(found.draws[i], wanted.all) << i;
    }
  }
}

/// Over many seeds: the mean p is what enumeration says, and the spread is the standard error that is stated.
void expect_honest(const std::vector<double>& values, const Neighbours& neighbours, const PermutationOptions& options,
                   int seeds, double least_ratio = 1) {
  const std::size_t n = values.size();
  std::vector<test::BruteForce> wanted;
  for (std::size_t i = 0; i < n; ++i) wanted.push_back(brute_force(values, neighbours, i));
  std::vector<double> sum(n), squares(n), variance(n), less(n);
  for (int seed = 1; seed <= seeds; ++seed) {
    PermutationOptions seeded = options;
    seeded.seed = static_cast<std::uint64_t>(seed);
    const PermutationResult found = permute_lags(values, neighbours, seeded);
    for (std::size_t i = 0; i < n; ++i) {
      const double smaller = wanted[i].greater < wanted[i].less ? found.p_greater[i] : found.p_less[i];
      ASSERT_TRUE(smaller > 0 && smaller <= 1) << smaller;
      sum[i] += found.p_greater[i];
      less[i] += found.p_less[i];
      squares[i] += smaller * smaller;
      variance[i] += found.standard_error[i] * found.standard_error[i];
    }
  }
  double ratios = 0;
  int compared = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double stated = variance[i] / seeds;
    if (stated == 0) continue;  // exact
    const double p = std::min(wanted[i].p_greater(), wanted[i].p_less());
    const double mean = (wanted[i].greater < wanted[i].less ? sum[i] : less[i]) / seeds;
    // (r + 1) / (draws + 1) lies above p by (1 - p) / draws, h / l by p (1 - p) / h. Beyond that 4 standard errors.
    const double add = 1.0 / static_cast<double>(options.permutations) + p / static_cast<double>(options.exceedances);
    EXPECT_NEAR(sum[i] / seeds, wanted[i].p_greater(), 4 * std::sqrt(stated / seeds) + add) << i;
    EXPECT_NEAR(less[i] / seeds, wanted[i].p_less(), 4 * std::sqrt(stated / seeds) + add) << i;
    if (p * static_cast<double>(options.permutations) < 20) continue;
    const double ratio = (squares[i] / seeds - mean * mean) * seeds / (seeds - 1) / stated;
    EXPECT_LT(ratio, 1 + 5 * std::sqrt(2.0 / seeds)) << i << " p " << p;
    EXPECT_GT(ratio, least_ratio - 5 * std::sqrt(2.0 / seeds)) << i << " p " << p;
    ratios += ratio;
    ++compared;
  }
  ASSERT_GT(compared, 1);
  // The draws of places are shared, so that their spreads are not independent: the mean is known little better.
  EXPECT_LT(ratios / compared, 1 + 3 * std::sqrt(2.0 / seeds));
  EXPECT_GT(ratios / compared, least_ratio - 3 * std::sqrt(2.0 / seeds));
}

TEST_P(PermutationValues, ReferenceSamplesAreHonestForEveryCount) {
  const std::size_t n = 13;
  const auto values = random_values(n, GetParam(), 11);
  expect_honest(values, neighbours_of(random_rows(counts_from_1(n, n - 2), 12), true), {.permutations = 200}, 600,
                GetParam() == Values::mostly_zero || GetParam() == Values::tenths
                    ? 0.6
                    : 1);  // places that are alike pool their draws
}

TEST_P(PermutationValues, DealingIsHonestForUnequalWeights) {
  const std::size_t n = 9;
  const auto values = random_values(n, GetParam(), 21);
  const Neighbours neighbours = neighbours_of(random_rows({2, 3, 4, 5, 6, 7, 8, 3, 2}, 22, true));
  expect_honest(values, neighbours, {.permutations = 400, .exceedances = 400}, 400);
  expect_honest(values, neighbours, {.permutations = 2000, .exceedances = 50}, 400);
}

TEST(Permutation, DealingStopsEarlyOnlyWhereBothTailsAreKnownWell) {
  const std::size_t n = 60;
  const auto values = random_values(n, Values::continuous, 31);
  const Neighbours neighbours = neighbours_of(random_rows(std::vector<std::size_t>(n, 5), 32, true));
  const PermutationResult found = permute_lags(values, neighbours, {.permutations = 5000});
  int stopped = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double p = folded_p(found.p_greater[i], found.p_less[i]);
    if (found.draws[i] == 5000) continue;
    ++stopped;
    EXPECT_DOUBLE_EQ(p * found.draws[i], 100);
    EXPECT_LE(found.standard_error[i], 0.1 * p);
  }
  EXPECT_GT(stopped, 40);
  EXPECT_LT(stopped, 60);
}

/// Zeros, unequal weights, large and small counts, an island, one that was not observed.
struct Mixture {
  std::vector<double> values;
  std::vector<std::vector<Link>> rows;
};
Mixture mixture() {
  const std::size_t n = 300;
  Mixture made{random_values(n, Values::tenths, 41), random_rows(std::vector<std::size_t>(n, 6), 42, true)};
  const auto wide = random_rows(std::vector<std::size_t>(n, 250), 43), few = random_rows(counts_from_1(n, 9), 44);
  for (std::size_t i = 0; i < n; ++i) {
    if (i % 3 == 0) made.rows[i] = few[i];
    if (i % 50 == 1) made.rows[i] = wide[i];
    if (i % 3 == 1) made.values[i] = 0;
  }
  made.rows[7].clear();
  made.values[9] = NAN;
  return made;
}

TEST(Permutation, IsTheSameForAnyNumberOfThreads) {
  const Mixture made = mixture();
  const Neighbours neighbours = neighbours_of(made.rows);
  const PermutationOptions options{.permutations = 3000};
  std::vector<PermutationResult> results;
  for (const int threads : {1, 2, 3, 8}) {
    const ThreadLimit limit(threads);
    results.push_back(permute_lags(made.values, neighbours, options));
  }
  for (const PermutationResult& result : results) expect_same_bits(result, results[0]);
}

TEST(Permutation, RelabelledPlacesKeepTheirBits) {
  const Mixture made = mixture();
  const std::size_t n = made.values.size();
  std::vector<std::uint32_t> label(n);
  std::iota(label.begin(), label.end(), 0U);
  RandomStream random({.purpose = 97});
  for (std::size_t i = n; i > 1; --i) std::swap(label[i - 1], label[random.below(static_cast<std::uint32_t>(i))]);
  Mixture renamed{std::vector<double>(n), std::vector<std::vector<Link>>(n)};
  for (std::size_t i = 0; i < n; ++i) {
    renamed.values[label[i]] = made.values[i];
    for (const Link& link : made.rows[i]) renamed.rows[label[i]].push_back({label[link.to], link.weight});
  }
  const PermutationOptions options{.permutations = 3000};
  const PermutationResult before = permute_lags(made.values, neighbours_of(made.rows), options);
  const PermutationResult after = permute_lags(renamed.values, neighbours_of(renamed.rows), options);
  PermutationResult back = after;
  for (std::size_t i = 0; i < n; ++i) {
    back.p_greater[i] = after.p_greater[label[i]];
    back.p_less[i] = after.p_less[label[i]];
    back.standard_error[i] = after.standard_error[label[i]];
    back.draws[i] = after.draws[label[i]];
  }
  expect_same_bits(before, back);
}

TEST(Permutation, PlacesThatAreAlikeHaveTheSameP) {
  // A ring where every place has the values 0 and 1 beside it, and 0 or 1 itself.
  const std::size_t n = 80;
  std::vector<double> values(n);
  std::vector<std::vector<Link>> rows(n);
  for (std::uint32_t i = 0; i < n; ++i) {
    values[i] = i / 2 % 2;
    rows[i] = {{static_cast<std::uint32_t>((i + 1) % n)}, {static_cast<std::uint32_t>((i + n - 1) % n)}};
  }
  const PermutationResult found = permute_lags(values, neighbours_of(rows, true), {.permutations = 999});
  for (std::size_t i = 4; i < n; ++i) EXPECT_EQ(found.p_greater[i], found.p_greater[i % 4]) << i;
  EXPECT_NE(found.p_greater[0], found.p_greater[2]);
}

TEST(Permutation, SumsThatCancelButForRoundingAreTies) {
  // 0.1 + 0.2 - 0.3 is not 0 in doubles; place 0 observed three zeros.
  const std::vector<double> tenths{1, 0, 0, 0, 0.1, 0.2, -0.3}, whole{10, 0, 0, 0, 1, 2, -3};
  std::vector<std::vector<Link>> rows(7);
  rows[0] = {{1}, {2}, {3}};
  const PermutationResult found = permute_lags(tenths, neighbours_of(rows, true), {.permutations = 20});
  const PermutationResult wanted = permute_lags(whole, neighbours_of(rows, true), {.permutations = 20});
  EXPECT_EQ(found.draws[0], 20);  // C(6, 3)
  EXPECT_EQ(found.p_greater[0], wanted.p_greater[0]);
  EXPECT_EQ(found.p_less[0], wanted.p_less[0]);
  EXPECT_NEAR(found.p_greater[0] + found.p_less[0], 1 + 2.0 / 20, exact);  // two ties
}

TEST(Permutation, WhatWasNotObservedIsNobodysNeighbour) {
  const std::size_t n = 14;
  auto values = random_values(n, Values::continuous, 51);
  values[3] = values[8] = NAN;
  const Neighbours neighbours = neighbours_of(random_rows(std::vector<std::size_t>(n, 5), 52), true);
  const PermutationResult found = permute_lags(values, neighbours, {.permutations = 1000});
  for (std::size_t i = 0; i < n; ++i) {
    if (i == 3 || i == 8) {
      EXPECT_TRUE(std::isnan(found.p_greater[i]) && std::isnan(found.p_less[i]) &&
                  std::isnan(found.standard_error[i]) && std::isnan(found.draws[i]));
    } else {
      EXPECT_NEAR(found.p_greater[i], brute_force(values, neighbours, i).p_greater(), exact) << i;
    }
  }
}

TEST(Permutation, SelfWeightsAndWeightsOfZeroDoNotCount) {
  const std::size_t n = 14;
  const auto values = random_values(n, Values::continuous, 61);
  auto rows = random_rows(std::vector<std::size_t>(n, 4), 62);
  const PermutationResult wanted = permute_lags(values, neighbours_of(rows), {.permutations = 1000});
  for (std::uint32_t i = 0; i < n; ++i) {
    for (std::uint32_t j = 0; j < n; ++j)
      if (std::none_of(rows[i].begin(), rows[i].end(), [&](const Link& link) { return link.to == j; }))
        rows[i].push_back({j, j == i ? 7.0 : 0.0});
  }
  expect_same_bits(permute_lags(values, neighbours_of(rows), {.permutations = 1000}), wanted);
}

TEST(Permutation, IsUndefinedWhereOnlyOneLagIsPossible) {
  const auto all_nan = [](const PermutationResult& found) {
    return std::all_of(found.p_greater.begin(), found.p_greater.end(), [](double p) { return std::isnan(p); });
  };
  const Neighbours chain = neighbours_of({{{1}}, {{0}, {2}}, {{1}, {3}}, {{2}}}, true);
  EXPECT_TRUE(all_nan(permute_lags(std::vector<double>{2, 2, 2, 2}, chain)));
  EXPECT_TRUE(all_nan(permute_lags(std::vector<double>{1, NAN, 2, NAN}, chain)));
  EXPECT_TRUE(all_nan(permute_lags(std::vector<double>{}, Neighbours({0}, {}))));
  // The others of place 1 are equal; those of place 0 are not.
  const PermutationResult one = permute_lags(std::vector<double>{2, 5, 2, 2}, chain);
  EXPECT_TRUE(std::isnan(one.p_greater[1]));
  EXPECT_DOUBLE_EQ(one.p_greater[0], 1.0 / 3);
  EXPECT_DOUBLE_EQ(one.p_less[0], 1.0);
  // Everybody is a neighbour: one sum with equal weights, many with others.
  const std::vector<double> values{1, 2, 4};
  const PermutationResult full =
      permute_lags(values, neighbours_of({{{1, 1}, {2, 1}}, {{0, 1}, {2, 3}}, {{0, 1}}}), {.permutations = 100});
  EXPECT_TRUE(std::isnan(full.p_greater[0]));
  EXPECT_NEAR(full.p_greater[1], 0.5, 0.25);  // 5 standard errors
}

TEST(Permutation, RefusesWhatItCannotUse) {
  const Neighbours chain = neighbours_of({{{1}}, {{0}, {2}}, {{1}}}, true);
  const std::vector<double> values{1, 2, 3};
  EXPECT_THROW(permute_lags(std::vector<double>{1, 2}, chain), Error);
  EXPECT_THROW(permute_lags(std::vector<double>{1, 2, INFINITY}, chain), Error);
  EXPECT_THROW(permute_lags(values, chain, {.permutations = 0}), Error);
  EXPECT_THROW(permute_lags(values, chain, {.permutations = 2'000'000'000}), Error);
  EXPECT_THROW(permute_lags(values, chain, {.exceedances = 1}), Error);
  struct Stopped : Progress {
    [[nodiscard]] bool cancelled() const override { return true; }
  } stopped;
  EXPECT_THROW(permute_lags(values, chain, {}, stopped), Error);
}

TEST(Permutation, OnePermutationIsEnough) {
  const std::size_t n = 40;
  const auto values = random_values(n, Values::continuous, 71);
  for (const bool unequal : {false, true}) {
    const PermutationResult found =
        permute_lags(values, neighbours_of(random_rows(counts_from_1(n, 38), 72, unequal)), {.permutations = 1});
    for (std::size_t i = 0; i < n; ++i) {
      EXPECT_GT(found.p_greater[i], 0);
      EXPECT_LE(found.p_greater[i], 1);
      EXPECT_GT(found.standard_error[i], 0);
      EXPECT_TRUE(std::isfinite(found.standard_error[i]));
    }
  }
}

/// Kolmogorov's distance of p-values from uniform.
double distance_from_uniform(std::vector<double> p) {
  std::sort(p.begin(), p.end());
  double distance = 0;
  const auto n = static_cast<double>(p.size());
  for (std::size_t i = 0; i < p.size(); ++i)
    distance = std::max(
        {distance, std::abs(p[i] - static_cast<double>(i) / n), std::abs(p[i] - static_cast<double>(i + 1) / n)});
  return distance;
}

TEST(Permutation, IsUniformUnderCompleteRandomness) {
  // One place of each map: those of one map are not independent. The first has equal weights, the second unequal ones,
  // the third more than half of the others as neighbours.
  const std::size_t n = 30, maps = 1000;
  auto rows = random_rows(std::vector<std::size_t>(n, 6), 81);
  rows[1] = random_rows(std::vector<std::size_t>(n, 6), 82, true)[1];
  rows[2] = random_rows(std::vector<std::size_t>(n, 20), 83)[2];
  const Neighbours neighbours = neighbours_of(rows);
  std::vector<double> p[3];
  for (std::size_t map = 0; map < maps; ++map) {
    const auto values = random_values(n, Values::continuous, 1000 + map);
    const PermutationResult found = permute_lags(values, neighbours, {.permutations = 999, .seed = map});
    for (std::size_t i = 0; i < 3; ++i) p[i].push_back(found.p_greater[i]);
  }
  const double critical = 1.63 / std::sqrt(static_cast<double>(maps));  // 1 % (Kolmogorov)
  for (const auto& place : p) EXPECT_LT(distance_from_uniform(place), critical);
}

TEST(Permutation, FoldsAndDoublesTails) {
  EXPECT_EQ(folded_p(0.2, 0.9), 0.2);
  EXPECT_EQ(two_sided_p(0.9, 0.2), 0.4);
  EXPECT_EQ(two_sided_p(0.7, 0.6), 1);
  EXPECT_TRUE(std::isnan(folded_p(NAN, 0.1)));
  EXPECT_TRUE(std::isnan(two_sided_p(0.1, NAN)));
}

}  // namespace
}  // namespace tocsin
