#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <hotspot/permutation_cases.hpp>

#include <tocsin/hotspot/permutation/ascending.hpp>
#include <tocsin/hotspot/permutation/dealing.hpp>
#include <tocsin/hotspot/permutation/distinct_draws.hpp>
#include <tocsin/hotspot/permutation/lag_sums.hpp>
#include <tocsin/hotspot/permutation/reference_samples.hpp>
#include <tocsin/hotspot/permutation/short_rows.hpp>

namespace tocsin::permutation {
namespace {

using test::neighbours_of;
using test::random_rows;
using test::random_values;
using test::Values;

TEST(DistinctDraws, EveryOrderedPairIsAsLikelyInBothWays) {
  // Of 12: 3 are few, so that they are drawn with rejection; 4 are not, so that they are shuffled.
  for (const std::uint32_t most : {3U, 4U}) {
    DistinctDraws draws(12, most);
    RandomStream random({.seed = most, .purpose = 96});
    std::map<std::pair<std::uint32_t, std::uint32_t>, int> pairs;
    const int rounds = 66'000;
    for (int round = 0; round < rounds; ++round) {
      draws.start_round();
      std::vector<std::uint32_t> taken(most);
      for (std::uint32_t& number : taken) number = draws.next(random);
      ASSERT_EQ(std::set<std::uint32_t>(taken.begin(), taken.end()).size(), most);
      ++pairs[{taken[most - 2], taken[most - 1]}];
    }
    ASSERT_EQ(pairs.size(), 132U);
    double chi_squared = 0;
    for (const auto& [pair, times] : pairs) chi_squared += (times - 500.0) * (times - 500.0) / 500.0;
    EXPECT_NEAR(chi_squared, 131, 4 * std::sqrt(2 * 131.0));  // 4 standard deviations
  }
}

TEST(DistinctDraws, CanTakeAll) {
  DistinctDraws draws(5, 5);
  RandomStream random({.purpose = 96});
  for (int round = 0; round < 20; ++round) {
    draws.start_round();
    std::set<std::uint32_t> taken;
    for (int k = 0; k < 5; ++k) taken.insert(draws.next(random));
    EXPECT_EQ(taken, (std::set<std::uint32_t>{0, 1, 2, 3, 4}));
  }
}

TEST(Ascending, SortsAsTheLibraryDoes) {
  for (const std::size_t n : {0U, 1U, 700U, 5000U}) {
    std::vector<double> numbers = random_values(n, Values::mixed_signs, n);
    for (std::size_t i = 0; i < n; i += 3) numbers[i] = static_cast<double>(i % 7) * 1e200;
    std::vector<double> wanted = numbers;
    std::sort(wanted.begin(), wanted.end());
    const auto order = ascending_order(numbers);
    for (std::size_t i = 0; i < n; ++i) {
      ASSERT_EQ(numbers[order[i]], wanted[i]);
      if (i > 0 && wanted[i] == wanted[i - 1]) {
        ASSERT_LT(order[i - 1], order[i]);
      }
    }
    sort_ascending(numbers);
    EXPECT_EQ(numbers, wanted);
  }
}

TEST(Ascending, OrdersNumbersThatDifferInTheirLastBitsOnly) {
  // They share the 32 bits that are sorted first; more than one block of them, and one far away that stretches the
  // keys.
  const std::size_t n = 70'000;
  RandomStream random({.purpose = 97});
  std::vector<double> numbers(n, -1e300);
  for (std::size_t i = 1; i < n; ++i) numbers[i] = 1 + random.below(1000) * 0x1p-50;
  std::vector<std::uint32_t> wanted(n);
  std::iota(wanted.begin(), wanted.end(), 0U);
  std::stable_sort(wanted.begin(), wanted.end(), [&](auto a, auto b) { return numbers[a] < numbers[b]; });
  EXPECT_EQ(ascending_order(numbers), wanted);
  std::vector<double> sorted = numbers;
  sort_ascending(sorted);
  for (std::size_t i = 0; i < n; ++i) ASSERT_EQ(sorted[i], numbers[wanted[i]]);
}

TEST(Ascending, LeavesOutNaNAndTakesMinusZeroForZero) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const std::size_t copies : {1U, 1000U}) {
    std::vector<double> numbers;
    for (std::size_t i = 0; i < copies; ++i) numbers.insert(numbers.end(), {0.0, nan, -0.0, -1.0, nan});
    const auto order = ascending_order(numbers);
    ASSERT_EQ(order.size(), 3 * copies);
    for (std::size_t i = 0; i < copies; ++i) {
      ASSERT_EQ(order[i], 5 * i + 3);
      ASSERT_EQ(order[copies + 2 * i], 5 * i);
      ASSERT_EQ(order[copies + 2 * i + 1], 5 * i + 2);
    }
  }
}

TEST(ShortRows, HaveTheSameBitsWithAnyInstructions) {
  RandomStream random({.purpose = 98});
  for (std::size_t count = 0; count <= ShortRows::longest; ++count) {
    std::vector<Lanes> values(count);
    for (Lanes& row : values)
      for (double& value : row) value = random.uniform() - 0.3;
    if (count > 0) values[count / 2][5] = std::numeric_limits<double>::infinity();  // that lane has one fewer
    auto ours = values, theirs = values;
    const LaneSums portable = sort_and_sum(InstructionSet::portable)(ours);
    const LaneSums widest = sort_and_sum(widest_instruction_set())(theirs);
    EXPECT_EQ(ours, theirs);
    EXPECT_EQ(widest.sums, portable.sums);
    EXPECT_EQ(widest.sizes, portable.sizes);
  }
}

TEST(ShortRows, SumEachPlaceInAscendingOrder) {
  // Lengths differ, and the places do not fill the last lanes.
  const std::vector<double> values = random_values(50, Values::mixed_signs, 99);
  RandomStream random({.purpose = 99});
  std::vector<std::vector<std::uint32_t>> rows(37);
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t k = 0; k < i % (ShortRows::longest + 1); ++k) rows[i].push_back(random.below(50));
  std::vector<LagPlace> places(rows.size());
  const double cancelling = 0.25;
  ShortRows short_rows(cancelling);
  for (std::size_t i = 0; i < rows.size(); ++i) short_rows.add(values, rows[i], places[i]);
  short_rows.finish();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::vector<double> row;
    for (const std::uint32_t j : rows[i]) row.push_back(values[j]);
    std::sort(row.begin(), row.end());
    double sum = 0, size = 0;
    for (const double value : row) {
      sum += value;
      size += std::abs(value);
    }
    EXPECT_EQ(places[i].sum, sum) << i;
    EXPECT_EQ(places[i].count, row.size()) << i;
    EXPECT_EQ(places[i].tie, tie_size * std::max(size, static_cast<double>(row.size()) * cancelling)) << i;
  }
}

TEST(Subsets, CountsUpToALimit) {
  EXPECT_EQ(subsets(5, 2, 1000), 10U);
  EXPECT_EQ(subsets(5, 0, 1000), 1U);
  EXPECT_EQ(subsets(2, 5, 1000), 0U);
  EXPECT_EQ(subsets(99, 4, 4'000'000), 3'764'376U);
  EXPECT_EQ(subsets(99, 4, 1000), 1001U);
  EXPECT_EQ(subsets(4'000'000'000, 2'000'000'000, 1'000'000), 1'000'001U);
}

TEST(LagSums, HaveTheSameBitsWithAnyInstructions) {
  RandomStream random({.purpose = 95});
  std::vector<Slot> batch(37);
  std::vector<double> weights(37);
  for (std::size_t k = 0; k < batch.size(); ++k) {
    weights[k] = random.uniform();
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      batch[k].number[lane] = random.below(10);
      batch[k].below[lane] = random.uniform() - 0.5;
      batch[k].above[lane] = random.uniform() - 0.5;
    }
  }
  for (const double rank : {0.0, 5.0, 10.0}) {
    const Lanes portable = lag_sums(InstructionSet::portable)(batch, weights, rank);
    EXPECT_EQ(lag_sums(widest_instruction_set())(batch, weights, rank), portable);
    double sum = 0;
    for (std::size_t k = 0; k < batch.size(); ++k)
      sum += weights[k] * (batch[k].number[3] < rank ? batch[k].below[3] : batch[k].above[3]);
    EXPECT_EQ(portable[3], sum);
  }
}

LagPlaces places_of(std::size_t n, std::size_t count, bool unequal) {
  Progress silent;
  const auto values = random_values(n, Values::continuous, 91);
  return lag_places(values, neighbours_of(random_rows(std::vector<std::size_t>(n, count), 92, unequal)), silent);
}

std::vector<std::uint32_t> all_ranks(const LagPlaces& places) {
  std::vector<std::uint32_t> ranks(places.size());
  std::iota(ranks.begin(), ranks.end(), 0U);
  return ranks;
}

TEST(Permutation, DealingAndReferenceSamplesAgree) {
  // Two counts, one of which stands for those who are not neighbours.
  for (const std::size_t count : {7U, 45U}) {
    const LagPlaces places = places_of(60, count, false);
    const auto ranks = all_ranks(places);
    std::vector<TailCounts> dealt(60), sampled(60);
    Progress silent;
    const std::int64_t draws = 20'000;
    deal(places, ranks, {.permutations = draws, .exceedances = draws}, silent, dealt);
    const ReferenceSample sample{.count = places.ranks[0].count, .draws = draws, .ranks = ranks};
    compare_with_samples(places, {&sample, 1}, 1, silent, sampled);
    for (const std::uint32_t rank : ranks) {
      const double a = dealt[rank].greater / dealt[rank].draws, b = sampled[rank].greater / sampled[rank].draws;
      const double variance = a * (1 - a) / dealt[rank].draws + b * (1 - b) / sampled[rank].draws;
      EXPECT_NEAR(a, b, 4.5 * std::sqrt(variance) + 1e-4) << rank;
      EXPECT_EQ(dealt[rank].greater + dealt[rank].less, dealt[rank].draws);
      EXPECT_EQ(sampled[rank].greater + sampled[rank].less, sampled[rank].draws);
    }
  }
}

TEST(Permutation, SamplesOfSeveralCountsShareDrawsWithoutBias) {
  // What a count finds beside others is what it finds alone, within its error.
  const std::size_t n = 50;
  Progress silent;
  std::vector<std::size_t> counts(n);
  for (std::size_t i = 0; i < n; ++i) counts[i] = i % 2 == 0 ? 3 : 20;
  const LagPlaces places =
      lag_places(random_values(n, Values::continuous, 93), neighbours_of(random_rows(counts, 94)), silent);
  std::vector<ReferenceSample> samples{{.count = 3, .draws = 30'000, .ranks = {}},
                                       {.count = 20, .draws = 40'000, .ranks = {}}};
  for (std::uint32_t rank = 0; rank < n; ++rank) samples[places.ranks[rank].count == 3 ? 0 : 1].ranks.push_back(rank);
  std::vector<TailCounts> together(n), alone(n);
  compare_with_samples(places, samples, 1, silent, together);
  for (const ReferenceSample& sample : samples) compare_with_samples(places, {&sample, 1}, 2, silent, alone);
  for (std::uint32_t rank = 0; rank < n; ++rank) {
    const double share = 1.0 - places.ranks[rank].count / static_cast<double>(n);
    const double draws = places.ranks[rank].count == 3 ? 30'000 : 40'000;
    EXPECT_NEAR(together[rank].draws, draws * share, 5 * std::sqrt(draws * share * (1 - share)));
    const double a = together[rank].greater / together[rank].draws, b = alone[rank].greater / alone[rank].draws;
    EXPECT_NEAR(a, b, 4.5 * std::sqrt(2 * a * (1 - a) / together[rank].draws) + 1e-4) << rank;
  }
}

TEST(Permutation, WhoStopsEarlyDoesNotChangeTheOthers) {
  // Dealt alone or beside places with more neighbours, a place sees the same draws.
  const std::size_t n = 80;
  Progress silent;
  std::vector<std::size_t> counts(n, 4);
  counts[5] = 19;
  const LagPlaces places =
      lag_places(random_values(n, Values::continuous, 95), neighbours_of(random_rows(counts, 96, true)), silent);
  std::vector<TailCounts> together(n), alone(n);
  deal(places, all_ranks(places), {.permutations = 2000, .exceedances = 30}, silent, together);
  for (std::uint32_t rank = 0; rank < n; ++rank) {
    deal(places, {&rank, 1}, {.permutations = 2000, .exceedances = 30}, silent, alone);
    EXPECT_EQ(alone[rank].draws, together[rank].draws);
    EXPECT_EQ(alone[rank].greater, together[rank].greater);
  }
}

}  // namespace
}  // namespace tocsin::permutation
