#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <span>

/// Sums over a run of cells; NaN is not observed and skipped. Each works in lanes, cell i in lane i modulo their
/// number, which add up in a fixed order: vector instructions of any width give the same bits as none.
namespace tocsin::detail {

inline constexpr std::size_t lanes = 4;
using Lanes = std::array<double, lanes>;

/// Sums of several terms of each of n cells. @param add  called as add(i, sums) to add the terms of cell i
template <std::size_t terms, typename Add>
std::array<double, terms> sums_of(std::size_t n, const Add& add) {
  std::array<std::array<double, terms>, lanes> lane{};
  std::array<double, terms> all{};
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (std::size_t k = 0; k < lanes; ++k) add(i + k, lane[k]);
  for (; i < n; ++i) add(i, all);
  for (std::size_t term = 0; term < terms; ++term)
    all[term] = ((lane[0][term] + lane[1][term]) + (lane[2][term] + lane[3][term])) + all[term];
  return all;
}

struct ObservedSum {
  double count = 0, sum = 0;
};

inline ObservedSum observed_sum(std::span<const double> values) {
  const auto sums = sums_of<2>(values.size(), [&](std::size_t i, std::array<double, 2>& to) {
    const double value = values[i];
    const bool observed = value == value;
    to[0] += observed ? 1.0 : 0.0;
    to[1] += observed ? value : 0.0;
  });
  return {sums[0], sums[1]};
}

struct Extremes {
  double min = std::numeric_limits<double>::infinity(), max = -std::numeric_limits<double>::infinity();
  /// NaN compares false and changes nothing.
  void include(double value) {
    min = value < min ? value : min;
    max = value > max ? value : max;
  }
  void include(const Extremes& other) {
    min = std::min(min, other.min);
    max = std::max(max, other.max);
  }
};

inline Extremes extremes_of(std::span<const double> values) {
  std::array<Extremes, lanes> lane;
  Extremes all;
  std::size_t i = 0;
  for (; i + lanes <= values.size(); i += lanes)
    for (std::size_t k = 0; k < lanes; ++k) lane[k].include(values[i + k]);
  for (; i < values.size(); ++i) all.include(values[i]);
  for (const Extremes& each : lane) all.include(each);
  return all;
}

struct Spread {
  double sum = 0, squares = 0;  ///< of value minus origin
};

inline Spread spread_about(std::span<const double> values, double origin) {
  const auto sums = sums_of<2>(values.size(), [&](std::size_t i, std::array<double, 2>& to) {
    const double value = values[i];
    const double away = value == value ? value - origin : 0.0;
    to[0] += away;
    to[1] += away * away;
  });
  return {sums[0], sums[1]};
}

struct WeightedSum {
  double weights = 0, sum = 0;  ///< sum of value times weight
};

/// Over the cells where both are observed.
inline WeightedSum weighted_sum(std::span<const double> values, std::span<const double> weights) {
  const auto sums = sums_of<2>(values.size(), [&](std::size_t i, std::array<double, 2>& to) {
    const double value = values[i], weight = weights[i];
    const bool observed = value == value && weight == weight;
    to[0] += observed ? weight : 0.0;
    to[1] += observed ? weight * value : 0.0;
  });
  return {sums[0], sums[1]};
}

}  // namespace tocsin::detail
