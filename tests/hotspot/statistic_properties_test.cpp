#include <cmath>
#include <cstring>

#include <gtest/gtest.h>

#include <tocsin/core/parallel.hpp>
#include <tocsin/hotspot/empirical_bayes.hpp>
#include <tocsin/hotspot/getis_ord.hpp>
#include <tocsin/hotspot/global_statistics.hpp>
#include <tocsin/hotspot/local_geary.hpp>
#include <tocsin/hotspot/local_join_count.hpp>
#include <tocsin/hotspot/local_moran.hpp>

#include "hotspot/statistic_cases.hpp"

// What holds for all statistics: other names of places, other units, other numbers of threads.
namespace tocsin {
namespace {

using namespace test;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
/// Sums of some hundred terms in another order.
constexpr double order_tolerance = 1e-11;

struct Local {
  std::string name;
  std::function<LocalStatistic(const std::vector<double>&, const Neighbours&)> statistic;
};

std::vector<Local> locals() {
  return {
      {"Gi*", [](const auto& x, const auto& w) { return getis_ord(x, w); }},
      {"Gi", [](const auto& x, const auto& w) { return getis_ord(x, w, {.include_self = GetisOrdKind::gi}); }},
      {"Moran", [](const auto& x, const auto& w) { return local_moran(x, w).local; }},
      {"total Moran",
       [](const auto& x, const auto& w) { return local_moran(x, w, {.moments = MoranMoments::total}).local; }},
      {"bivariate",
       [](const auto& x, const auto& w) {
         std::vector<double> y(x);
         for (std::size_t i = 0; i < y.size(); ++i) y[i] = x[i] * x[i];
         return bivariate_moran(x, y, w).local;
       }},
      {"Geary", [](const auto& x, const auto& w) { return local_geary(x, w); }},
  };
}

std::vector<double> values_with_gaps(std::size_t places) {
  std::vector<double> values = random_values(places, 11);
  for (std::size_t i = 3; i < places; i += 17) values[i] = nan;
  return values;
}

std::vector<double> changed(std::vector<double> values, double scale, double shift) {
  for (double& value : values) value = value * scale + shift;
  return values;
}

TEST(StatisticProperties, NamesOfPlacesDoNotMatter) {
  constexpr std::size_t n = 60;
  const std::vector<double> values = values_with_gaps(n);
  const Neighbours neighbours = random_links(n, 4, 9);
  std::vector<std::uint32_t> to(n);
  std::iota(to.begin(), to.end(), 0U);
  RandomStream random({.seed = 5});
  for (std::size_t left = n; left > 1; --left)
    std::swap(to[left - 1], to[random.below(static_cast<std::uint32_t>(left))]);
  Links links(n);
  std::vector<double> renamed(n);
  for (std::size_t i = 0; i < n; ++i) {
    renamed[to[i]] = values[i];
    for (std::size_t k = 0; k < neighbours.count(i); ++k)
      links[to[i]][to[neighbours.indices(i)[k]]] = neighbours.weight(i, k);
  }
  for (const Local& local : locals()) {
    const LocalStatistic before = local.statistic(values, neighbours);
    const LocalStatistic after = local.statistic(renamed, neighbours_of(links));
    for (std::size_t i = 0; i < n; ++i) {
      EXPECT_EQ(after.undefined[to[i]], before.undefined[i]) << local.name;
      expect_close(after.z[to[i]], before.z[i], order_tolerance, local.name);
      expect_close(after.statistic[to[i]], before.statistic[i], order_tolerance, local.name);
    }
  }
  for (const auto statistic : {moran_i, geary_c, getis_ord_g})
    expect_close(statistic(renamed, neighbours_of(links)).randomisation.z,
                 statistic(values, neighbours).randomisation.z, order_tolerance, "global");
}

TEST(StatisticProperties, DeviatesDoNotChangeWithTheUnitOrWhatIsAdded) {
  constexpr std::size_t n = 60;
  const std::vector<double> values = values_with_gaps(n);
  const Neighbours neighbours = random_links(n, 4, 9);
  // The values are multiples of 2^-20 below 8: adding 2^30 does not round them, so that nothing may be lost.
  for (const auto& [scale, shift] : {std::pair{3.7, 0.0}, std::pair{1.0, 0x1p30}, std::pair{-1.0, -0x1p30}})
    for (const Local& local : locals()) {
      if (local.name == "bivariate" && shift != 0) continue;  // its y is the square
      const double sign = scale < 0 && local.name.starts_with("G") && local.name != "Geary" ? -1 : 1;
      const LocalStatistic before = local.statistic(values, neighbours);
      const LocalStatistic after = local.statistic(changed(values, scale, shift), neighbours);
      EXPECT_EQ(after.undefined, before.undefined) << local.name;
      expect_close(after.z, changed(before.z, sign, 0), order_tolerance, local.name + " moved");
    }
  for (const auto statistic : {moran_i, geary_c})
    expect_close(statistic(changed(values, -2, 0x1p30), neighbours).randomisation.z,
                 statistic(values, neighbours).randomisation.z, order_tolerance, "global moved");
  expect_close(getis_ord_g(changed(values, 3.7, 0), neighbours).randomisation.z,
               getis_ord_g(values, neighbours).randomisation.z, order_tolerance, "G in another unit");
}

TEST(StatisticProperties, GetisOrdKeepsItsDigitsFarFromZero) {
  // Far from 0 the deviate of G is that of sum a_i x_i, the margins' lag: it tends to a limit instead of to noise.
  const std::vector<double> values = values_with_gaps(60);
  const Neighbours neighbours = random_links(60, 4, 9);
  const double z = getis_ord_g(changed(values, 1, 0x1p30), neighbours).randomisation.z;
  const double further = getis_ord_g(changed(values, 1, 0x1p31), neighbours).randomisation.z;
  EXPECT_NEAR(z, further, 1e-8);  // the rest shrinks as the spread beside the mean, 1e-9
}

template <typename Row>
void append(std::vector<unsigned char>& bytes, const std::vector<Row>& column) {
  const auto* first = reinterpret_cast<const unsigned char*>(column.data());
  bytes.insert(bytes.end(), first, first + column.size() * sizeof(Row));
}

void append(std::vector<unsigned char>& bytes, const GlobalPermutation& result) {
  append(bytes, std::vector<double>{result.p_greater, result.p_less, result.standard_error, result.mean,
                                    result.standard_deviation});
}

std::vector<unsigned char> everything(int threads) {
  const ThreadLimit limit(threads);
  const std::vector<double> values = values_with_gaps(10'000);  // some blocks of places
  const Neighbours rows = styled(
      [] {
        std::vector<std::size_t> offsets{0};
        std::vector<std::uint32_t> indices;
        for (std::uint32_t i = 0; i < 10'000; ++i) {
          for (const std::uint32_t j : {i - 100, i - 1, i + 1, i + 100})
            if (j < 10'000) indices.push_back(j);
          offsets.push_back(indices.size());
        }
        return Neighbours(std::move(offsets), std::move(indices));
      }(),
      WeightStyle::row_standardised);
  std::vector<unsigned char> bytes;
  for (const Local& local : locals()) {
    const LocalStatistic out = local.statistic(values, rows);
    append(bytes, out.statistic);
    append(bytes, out.variance);
    append(bytes, out.z);
    append(bytes, out.p);
  }
  for (const auto statistic : {moran_i, geary_c, getis_ord_g}) {
    const GlobalStatistic out = statistic(values, rows);
    append(bytes, std::vector<double>{out.statistic, out.randomisation.z});
  }
  std::vector<double> populations(values);
  for (double& population : populations) population = std::ceil(population * 1000);
  append(bytes, smooth_rates_locally(values, populations, rows).smoothed);
  append(bytes, standardised_rates(values, populations));
  const PermutationResult geary = permute_local_geary(values, rows, {.permutations = 19});
  append(bytes, geary.p_greater);
  append(bytes, geary.p_less);
  const GlobalPermutations global = permute_global(values, rows, {.permutations = 99});
  for (const GlobalPermutation& result : {global.moran, global.geary, global.getis_ord}) append(bytes, result);
  return bytes;
}

TEST(StatisticProperties, ThreadsDoNotChangeABit) {
  const std::vector<unsigned char> one_thread = everything(1);
  for (const int threads : {2, 3, 8}) EXPECT_TRUE(everything(threads) == one_thread) << threads;
}

}  // namespace
}  // namespace tocsin
