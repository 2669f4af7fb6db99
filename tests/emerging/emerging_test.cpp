#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <tuple>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/core/random.hpp>
#include <tocsin/emerging/emerging.hpp>

namespace tocsin {
namespace {

/// Sums of some tens of terms in another order, divided by a root of differences: z is of the order of 1.
constexpr double rounding = 1e-11;

std::vector<Period> months(int n) {
  const Day first = make_day(2019, 1, 1);
  std::vector<Period> periods = periods_between(first, first + std::chrono::days{31 * n}, Every::month);
  periods.resize(static_cast<std::size_t>(n));
  return periods;
}

/// Cells that touch, of a grid so many cells wide.
Neighbours queen(std::size_t width, std::size_t height) {
  std::vector<std::size_t> offsets{0};
  std::vector<std::uint32_t> indices;
  for (std::size_t row = 0; row < height; ++row)
    for (std::size_t column = 0; column < width; ++column) {
      for (std::size_t r = row == 0 ? 0 : row - 1; r <= std::min(row + 1, height - 1); ++r)
        for (std::size_t c = column == 0 ? 0 : column - 1; c <= std::min(column + 1, width - 1); ++c)
          if (r != row || c != column) indices.push_back(static_cast<std::uint32_t>(r * width + c));
      offsets.push_back(indices.size());
    }
  return {offsets, indices};
}

/// The same links with weights that differ.
Neighbours weighted(const Neighbours& neighbours) {
  std::vector<double> weights(neighbours.links());
  for (std::size_t k = 0; k < weights.size(); ++k) weights[k] = 0.25 + 0.5 * static_cast<double>(k % 5);
  return {{neighbours.offsets().begin(), neighbours.offsets().end()},
          {neighbours.all_indices().begin(), neighbours.all_indices().end()},
          weights};
}

constexpr std::size_t width = 6, height = 5;

/// Counts without a pattern; about one bin in `gap_in` is a gap (0: none).
SpaceTimeCube random_cube(int periods, std::uint32_t gap_in, std::uint64_t seed = 5) {
  SpaceTimeCube cube{width * height, months(periods), {}};
  RandomStream random({.seed = seed});
  for (std::size_t bin = 0; bin < cube.places * cube.periods.size(); ++bin) {
    const auto value = static_cast<double>(random.below(9));
    cube.values.push_back(gap_in > 0 && random.below(gap_in) == 0 ? NAN : value);
  }
  return cube;
}

/// Counts that rise in the north-western corner, from period `since` on.
SpaceTimeCube growing_corner(int periods, std::size_t since) {
  SpaceTimeCube cube = random_cube(periods, 0);
  for (double& value : cube.values) value /= 8;
  for (std::size_t t = since; t < cube.periods.size(); ++t)
    for (const std::size_t place : {0U, 1U, 6U, 7U}) cube.at(t, place) += 3 + 2 * static_cast<double>(t - since);
  return cube;
}

/// z of one bin as Ord and Getis (1995) have it, over lists of bins: the neighbourhood and the window.
double brute_z(const SpaceTimeCube& cube, const Neighbours& neighbours, std::size_t t, std::size_t place,
               std::size_t time_steps, ComparisonWindow window) {
  if (std::isnan(cube.at(t, place))) return NAN;
  std::vector<double> population;
  for (std::size_t k = 0; k < cube.periods.size(); ++k) {
    const bool near = k <= t && k + time_steps >= t;
    if ((window == ComparisonWindow::neighbourhood && !near) || (window == ComparisonWindow::step && k != t)) continue;
    for (const double value : cube.slice(k))
      if (!std::isnan(value)) population.push_back(value);
  }
  const auto n = static_cast<double>(population.size());
  const double mean = std::accumulate(population.begin(), population.end(), 0.0) / n;
  double squares = 0;
  for (const double value : population) squares += value * value;
  double lag = 0, w = 0, s1 = 0;
  const Neighbours star = with_self(neighbours);
  for (std::size_t k = t - std::min(t, time_steps); k <= t; ++k)
    for (std::size_t link = 0; link < star.count(place); ++link) {
      const double value = cube.at(k, star.indices(place)[link]), weight = star.weight(place, link);
      if (std::isnan(value)) continue;
      lag += weight * value;
      w += weight;
      s1 += weight * weight;
    }
  const double s = std::sqrt(squares / n - mean * mean);
  return (lag - mean * w) / (s * std::sqrt((n * s1 - w * w) / (n - 1)));
}

void expect_same(double found, double expected) {
  if (std::isnan(expected))
    EXPECT_TRUE(std::isnan(found));
  else
    EXPECT_NEAR(found, expected, rounding * std::max(1.0, std::abs(expected)));
}

TEST(SpaceTimeGi, IsTheFormulaForEveryWindowWithAndWithoutGaps) {
  Progress silent;
  for (const Neighbours& neighbours : {queen(width, height), weighted(queen(width, height))})
    for (const std::uint32_t gap_in : {0U, 4U})
      for (const auto& [steps, window] :
           {std::tuple{0, ComparisonWindow::cube}, std::tuple{1, ComparisonWindow::cube},
            std::tuple{3, ComparisonWindow::cube}, std::tuple{0, ComparisonWindow::neighbourhood},
            std::tuple{2, ComparisonWindow::neighbourhood}, std::tuple{0, ComparisonWindow::step}}) {
        const SpaceTimeCube cube = random_cube(10, gap_in);
        const SpaceTimeGi gi = space_time_gi(cube, neighbours, steps, window, silent);
        for (std::size_t t = 0; t < cube.periods.size(); ++t)
          for (std::size_t place = 0; place < cube.places; ++place)
            expect_same(gi.z[t * cube.places + place],
                        brute_z(cube, neighbours, t, place, static_cast<std::size_t>(steps), window));
      }
}

TEST(SpaceTimeGi, WithTheWholeCubeItIsGiOfTheBinsAsOneMap) {
  // The bins as places of one map, whose neighbours reach a step back; brute_z of a cube with one period is Gi*.
  const SpaceTimeCube cube = random_cube(11, 0);
  const Neighbours star = with_self(queen(width, height));
  std::vector<std::size_t> offsets{0};
  std::vector<std::uint32_t> indices;
  for (std::size_t t = 0; t < cube.periods.size(); ++t)
    for (std::size_t place = 0; place < cube.places; ++place) {
      for (std::size_t k = t == 0 ? 0 : t - 1; k <= t; ++k)
        for (const std::uint32_t neighbour : star.indices(place))
          indices.push_back(static_cast<std::uint32_t>(k * cube.places) + neighbour);
      offsets.push_back(indices.size());
    }
  const Neighbours of_bins(offsets, indices);
  const SpaceTimeCube map{cube.values.size(), months(1), cube.values};
  Progress silent;
  const SpaceTimeGi gi = space_time_gi(cube, queen(width, height), 1, ComparisonWindow::cube, silent);
  const SpaceTimeGi flat = space_time_gi(map, of_bins, 0, ComparisonWindow::step, silent);
  for (std::size_t bin = 0; bin < gi.z.size(); ++bin) {
    expect_same(gi.z[bin], brute_z(map, of_bins, 0, bin, 0, ComparisonWindow::cube));
    expect_same(gi.z[bin], flat.z[bin]);
  }
}

TEST(SpaceTimeGi, GrowsWithNeitherUnitNorOrigin) {
  Progress silent;
  const SpaceTimeCube cube = random_cube(10, 6);
  SpaceTimeCube moved = cube;
  for (double& value : moved.values) value = 1e6 + 250 * value;
  for (const ComparisonWindow window : {ComparisonWindow::cube, ComparisonWindow::neighbourhood}) {
    const SpaceTimeGi gi = space_time_gi(cube, queen(width, height), 1, window, silent);
    const SpaceTimeGi same = space_time_gi(moved, queen(width, height), 1, window, silent);
    for (std::size_t bin = 0; bin < gi.z.size(); ++bin) expect_same(same.z[bin], gi.z[bin]);
  }
}

TEST(SpaceTimeGi, WhatCannotVaryHasNone) {
  Progress silent;
  SpaceTimeCube level{4, months(10), std::vector<double>(40, 0.1)};
  for (const double z : space_time_gi(level, queen(2, 2), 1, ComparisonWindow::cube, silent).z)
    EXPECT_TRUE(std::isnan(z));
  // Of four cells that all touch, any sum of a period is the sum of the period.
  SpaceTimeCube small{4, months(10), {}};
  for (int bin = 0; bin < 40; ++bin) small.values.push_back(bin % 7);
  for (const double z : space_time_gi(small, queen(2, 2), 0, ComparisonWindow::step, silent).z)
    EXPECT_TRUE(std::isnan(z));
  // A quiet month has no Gi* beside itself, and one beside the cube.
  SpaceTimeCube quiet = random_cube(10, 0);
  for (std::size_t place = 0; place < quiet.places; ++place) quiet.at(4, place) = 0;
  EXPECT_TRUE(std::isnan(space_time_gi(quiet, queen(width, height), 0, ComparisonWindow::step, silent).z[4 * 30]));
  EXPECT_LT(space_time_gi(quiet, queen(width, height), 0, ComparisonWindow::cube, silent).z[4 * 30], 0);
}

TEST(SpaceTimeGi, AGapIsNobodysNeighbourAndNoZero) {
  Progress silent;
  const SpaceTimeCube gaps = random_cube(10, 5);
  SpaceTimeCube zeros = gaps;
  std::replace_if(
      zeros.values.begin(), zeros.values.end(), [](double value) { return std::isnan(value); }, 0.0);
  const SpaceTimeGi with_gaps = space_time_gi(gaps, queen(width, height), 1, ComparisonWindow::cube, silent);
  const SpaceTimeGi with_zeros = space_time_gi(zeros, queen(width, height), 1, ComparisonWindow::cube, silent);
  int differ = 0;
  for (std::size_t bin = 0; bin < gaps.values.size(); ++bin) {
    EXPECT_EQ(std::isnan(with_gaps.z[bin]), std::isnan(gaps.values[bin]));
    if (std::abs(with_gaps.z[bin] - with_zeros.z[bin]) > 0.1) ++differ;
  }
  EXPECT_GT(differ, 200);
}

TEST(EmergingHotspots, FindsWhatWasPlanted) {
  const EmergingHotspots rising = emerging_hotspots(growing_corner(14, 0), queen(width, height));
  EXPECT_GT(rising.of_place[0].trend.z, 4);
  EXPECT_EQ(rising.of_place[0].last_hot, 13);
  const EmergingHotspots late = emerging_hotspots(growing_corner(14, 11), queen(width, height));
  EXPECT_EQ(to_string(late.of_place[0].decision.category), "consecutive hot spot");
  EXPECT_EQ(to_string(late.of_place[29].decision.category), "none");
  EXPECT_GE(late.of_place[0].first_hot, 11);
  EXPECT_EQ(late.of_place[0].hot, 14 - late.of_place[0].first_hot);
  const EmergingHotspots now = emerging_hotspots(growing_corner(14, 13), queen(width, height));
  EXPECT_EQ(to_string(now.of_place[0].decision.category), "new hot spot");
}

TEST(EmergingHotspots, CountsPeriodsByWhatIsKnownOfThem) {
  SpaceTimeCube cube = growing_corner(14, 9);
  for (const std::size_t t : {3U, 13U}) cube.at(t, 0) = NAN;
  const EmergingPlace place = emerging_hotspots(cube, queen(width, height)).of_place[0];
  EXPECT_EQ(place.gaps, 2);
  EXPECT_EQ(place.observed, 12);
  EXPECT_EQ(place.last_observed, 12);
  EXPECT_EQ(place.trend.observed, 12);
  EXPECT_EQ(place.last_hot, 12);
  for (std::size_t t = 0; t < 14; ++t) cube.at(t, 0) = NAN;
  const EmergingPlace dark = emerging_hotspots(cube, queen(width, height)).of_place[0];
  EXPECT_EQ(to_string(dark.decision.category), "not observed");
  EXPECT_EQ(dark.last_observed, -1);
  EXPECT_EQ(dark.gaps, 14);
}

TEST(EmergingHotspots, CorrectsForTheNumberOfBins) {
  const SpaceTimeCube cube = growing_corner(14, 8);
  const EmergingHotspots each = emerging_hotspots(cube, queen(width, height), {.correction = BinCorrection::none});
  const EmergingHotspots all = emerging_hotspots(cube, queen(width, height));
  EXPECT_EQ(each.p_at_most, 0.05);
  // Benjamini and Hochberg: the largest p of rank k with p <= 0.05 k / m.
  std::vector<double> p = all.gi.p;
  std::sort(p.begin(), p.end());
  double largest = 0;
  for (std::size_t k = 0; k < p.size(); ++k)
    if (p[k] <= 0.05 * static_cast<double>(k + 1) / static_cast<double>(p.size())) largest = p[k];
  EXPECT_GT(largest, 0);
  EXPECT_EQ(all.p_at_most, largest);
  const auto called = [](const EmergingHotspots& found) {
    return std::count_if(found.bins.begin(), found.bins.end(), [](BinClass bin) { return bin != BinClass::neither; });
  };
  EXPECT_LT(called(all), called(each));
  EXPECT_EQ(called(all), std::count_if(p.begin(), p.end(), [&](double value) { return value <= largest; }));
}

TEST(EmergingHotspots, FewNullMapsHaveAny) {
  // Under complete randomness the corrected share of maps with any hot or cold bin is about alpha (bins overlap, so it
  // is not exact): of 40 maps 2 are expected, and 8 or more would have a chance of 0.0007.
  int maps = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed)
    if (emerging_hotspots(random_cube(12, 0, seed), queen(width, height)).p_at_most > 0) ++maps;
  EXPECT_LT(maps, 8);
}

TEST(EmergingHotspots, HasTheSameBytesForAnyNumberOfThreads) {
  SpaceTimeCube cube{40 * 40, months(12), {}};
  RandomStream random({.seed = 8});
  for (std::size_t bin = 0; bin < cube.places * 12; ++bin)
    cube.values.push_back(random.below(20) == 0 ? NAN : random.uniform());
  std::vector<double> first;
  for (const int threads : {1, 2, 3, 8}) {
    const ThreadLimit limit(threads);
    EmergingHotspots found = emerging_hotspots(cube, queen(40, 40), {.window = ComparisonWindow::neighbourhood});
    for (const EmergingPlace& place : found.of_place) {
      found.gi.z.push_back(place.trend.z);
      found.gi.z.push_back(static_cast<double>(place.decision.category));
    }
    if (first.empty()) first = found.gi.z;
    ASSERT_EQ(first.size(), found.gi.z.size());
    EXPECT_EQ(std::memcmp(first.data(), found.gi.z.data(), first.size() * sizeof(double)), 0) << threads << " threads";
  }
}

TEST(EmergingHotspots, RelabellingThePlacesChangesNothing) {
  const SpaceTimeCube cube = growing_corner(14, 6);
  const Neighbours neighbours = queen(width, height);
  const std::size_t n = cube.places;
  const auto renamed = [n](std::size_t place) { return (place * 7 + 3) % n; };  // 7 and 30 have no common divisor
  SpaceTimeCube other = cube;
  std::vector<std::vector<std::uint32_t>> rows(n);
  for (std::size_t place = 0; place < n; ++place) {
    for (std::size_t t = 0; t < cube.periods.size(); ++t) other.at(t, renamed(place)) = cube.at(t, place);
    for (const std::uint32_t neighbour : neighbours.indices(place))
      rows[renamed(place)].push_back(static_cast<std::uint32_t>(renamed(neighbour)));
  }
  std::vector<std::size_t> offsets{0};
  std::vector<std::uint32_t> indices;
  for (auto& row : rows) {
    std::sort(row.begin(), row.end());
    indices.insert(indices.end(), row.begin(), row.end());
    offsets.push_back(indices.size());
  }
  const EmergingHotspots a = emerging_hotspots(cube, neighbours), b = emerging_hotspots(other, {offsets, indices});
  for (std::size_t place = 0; place < n; ++place) {
    EXPECT_EQ(a.of_place[place].decision.category, b.of_place[renamed(place)].decision.category);
    for (std::size_t t = 0; t < cube.periods.size(); ++t)
      expect_same(b.gi.z[t * n + renamed(place)], a.gi.z[t * n + place]);
  }
}

TEST(EmergingHotspots, RefusesWhatItCannotAnswer) {
  const Neighbours neighbours = queen(width, height);
  EXPECT_THROW(emerging_hotspots(random_cube(9, 0), neighbours), Error);
  EXPECT_NO_THROW(emerging_hotspots(random_cube(9, 0), neighbours, {.rules = {.least_periods = 9}}));
  EXPECT_THROW(emerging_hotspots(random_cube(12, 0), queen(3, 3)), Error);
  EXPECT_THROW(emerging_hotspots(random_cube(12, 0), neighbours, {.window = ComparisonWindow::step}), Error);
  EXPECT_THROW(emerging_hotspots(random_cube(12, 0), neighbours, {.time_steps = -1}), Error);
  EXPECT_THROW(emerging_hotspots(random_cube(12, 0), neighbours, {.alpha = 0}), Error);
  SpaceTimeCube endless = random_cube(12, 0);
  endless.values[17] = INFINITY;
  EXPECT_THROW(emerging_hotspots(endless, neighbours), Error);
  SpaceTimeCube short_of_one = random_cube(12, 0);
  short_of_one.values.pop_back();
  EXPECT_THROW(emerging_hotspots(short_of_one, neighbours), Error);
}

}  // namespace
}  // namespace tocsin
