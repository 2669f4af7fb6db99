#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/core/random.hpp>
#include <tocsin/neighbours/detail/point_tree.hpp>
#include <tocsin/pattern/near_repeat.hpp>

namespace tocsin {
namespace {

using detail::Near;
using detail::PointTree;

/// Two events whose places are near.
struct Pair {
  std::uint32_t one = 0, other = 0, band = 0;
};

std::vector<Pair> near_pairs(std::span<const Point> places, const std::vector<double>& distances_m) {
  const PointTree tree(places);
  // Squares may round either way; distances decide below.
  const double reach2 = distances_m.back() * distances_m.back() * (1 + 1e-12);
  std::vector<Pair> pairs;
  std::vector<Near> found;
  for (std::size_t at = 0; at < tree.size(); ++at) {
    const std::uint32_t one = tree.places()[at];
    tree.within(at, reach2, found);
    for (const Near& near : found) {
      if (near.place < one) continue;  // each pair once
      const auto band = std::lower_bound(distances_m.begin(), distances_m.end(), std::sqrt(near.squared_m));
      if (band != distances_m.end())
        pairs.push_back({one, near.place, static_cast<std::uint32_t>(band - distances_m.begin())});
    }
  }
  return pairs;
}

std::size_t band_of_days(int apart, const std::vector<int>& days) {
  return static_cast<std::size_t>(std::lower_bound(days.begin(), days.end(), apart) - days.begin());
}

/// Pairs by band of distance and time.
std::vector<std::int64_t> count_pairs(const std::vector<Pair>& pairs, const std::vector<int>& day,
                                      const NearRepeatOptions& options) {
  std::vector<std::int64_t> counts(options.distances_m.size() * options.days.size());
  for (const Pair& pair : pairs) {
    const std::size_t band = band_of_days(std::abs(day[pair.one] - day[pair.other]), options.days);
    if (band < options.days.size()) ++counts[pair.band * options.days.size() + band];
  }
  return counts;
}

/// Of all pairs, near or not, those in each band of time.
std::vector<double> pairs_by_time(std::vector<int> day, const std::vector<int>& bounds) {
  std::sort(day.begin(), day.end());
  std::vector<double> within;
  for (const int bound : bounds) {
    double pairs = 0;
    std::size_t first = 0;
    for (std::size_t i = 0; i < day.size(); ++i) {
      while (day[i] - day[first] > bound) ++first;
      pairs += static_cast<double>(i - first);
    }
    within.push_back(pairs);
  }
  for (std::size_t k = within.size(); k-- > 1;) within[k] -= within[k - 1];
  return within;
}

double largest_excess(const std::vector<std::int64_t>& counts, const std::vector<NearRepeatBand>& bands) {
  double largest = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (bands[i].expected > 0)
      largest = std::max(largest, (static_cast<double>(counts[i]) - bands[i].expected) / std::sqrt(bands[i].expected));
  return largest;
}

std::vector<int> dealt_anew(std::vector<int> day, const NearRepeatOptions& options, std::size_t permutation) {
  RandomStream random({options.seed, static_cast<std::uint32_t>(RandomPurpose::order_of_times), 0,
                       static_cast<std::uint32_t>(permutation)});
  for (std::size_t i = day.size(); i-- > 1;) std::swap(day[i], day[random.below(static_cast<std::uint32_t>(i + 1))]);
  return day;
}

std::vector<NearRepeatBand> bands_of(const std::vector<Pair>& pairs, const std::vector<int>& day,
                                     const NearRepeatOptions& options) {
  const std::vector<std::int64_t> counts = count_pairs(pairs, day, options);
  const std::vector<double> by_time = pairs_by_time(day, options.days);
  std::vector<double> by_distance(options.distances_m.size());
  for (const Pair& pair : pairs) by_distance[pair.band] += 1;
  const double n = static_cast<double>(day.size()), all = n * (n - 1) / 2;
  std::vector<NearRepeatBand> bands;
  for (std::size_t d = 0; d < options.distances_m.size(); ++d)
    for (std::size_t k = 0; k < options.days.size(); ++k) {
      NearRepeatBand band{d == 0 ? 0 : options.distances_m[d - 1],
                          options.distances_m[d],
                          k == 0 ? 0 : options.days[k - 1] + 1,
                          options.days[k],
                          counts[bands.size()],
                          by_distance[d] * by_time[k] / all};
      band.ratio = band.expected > 0 ? static_cast<double>(band.pairs) / band.expected
                                     : std::numeric_limits<double>::quiet_NaN();
      bands.push_back(band);
    }
  return bands;
}

void check(std::span<const Point> places, std::span<const Day> days) {
  if (places.size() != days.size())
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("{} places and {} days: give one day a place", places.size(), days.size()));
  if (places.size() < 2)
    throw Error(ErrorCode::invalid_argument, fmt::format("near repeats need at least 2 events, got {}", places.size()));
  for (std::size_t i = 0; i < places.size(); ++i)
    if (!std::isfinite(places[i].x()) || !std::isfinite(places[i].y()))
      throw Error(ErrorCode::invalid_argument, fmt::format("event {} has no place; leave it out", i));
}

}  // namespace

void NearRepeatOptions::validate() const {
  const auto ascends = [](const auto& bounds) {
    return !bounds.empty() && bounds.front() >= 0 &&
           std::adjacent_find(bounds.begin(), bounds.end(), [](auto a, auto b) { return !(a < b); }) == bounds.end();
  };
  if (!ascends(distances_m) || !std::isfinite(distances_m.back()) || !ascends(days))
    throw Error(ErrorCode::invalid_argument,
                "the ends of the bands of distance and of days must ascend from 0 or more");
  if (permutations < 19)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{} permutations cannot give a p of 0.05; use at least 19", permutations));
}

NearRepeat near_repeat(std::span<const Point> places, std::span<const Day> days, const NearRepeatOptions& options,
                       Progress& progress) {
  options.validate();
  check(places, days);
  const std::vector<Pair> pairs = near_pairs(places, options.distances_m);
  std::vector<int> day;
  for (const Day each : days) day.push_back(days_between(days.front(), each));
  NearRepeat result{bands_of(pairs, day, options), places.size(), 1};
  std::vector<std::int64_t> observed;
  for (const NearRepeatBand& band : result.bands) observed.push_back(band.pairs);
  const double excess = largest_excess(observed, result.bands);

  const auto permutations = static_cast<std::size_t>(options.permutations);
  progress.stage("permuting the days", options.permutations);
  std::vector<std::vector<std::int64_t>> dealt(permutations);
  parallel_for(permutations, progress,
               [&](std::size_t i) { dealt[i] = count_pairs(pairs, dealt_anew(day, options, i), options); });
  std::vector<int> as_many(observed.size());
  int as_large = 0;
  for (const auto& counts : dealt) {
    for (std::size_t b = 0; b < counts.size(); ++b) as_many[b] += counts[b] >= observed[b] ? 1 : 0;
    as_large += largest_excess(counts, result.bands) >= excess * (1 - 1e-12) ? 1 : 0;
  }
  for (std::size_t b = 0; b < observed.size(); ++b) result.bands[b].p = (as_many[b] + 1.0) / (options.permutations + 1);
  result.p_any = (as_large + 1.0) / (options.permutations + 1);
  return result;
}

NearRepeat near_repeat(std::span<const Point> places, std::span<const Day> days, const NearRepeatOptions& options) {
  Progress silent;
  return near_repeat(places, days, options, silent);
}

}  // namespace tocsin
