#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include <tocsin/core/random.hpp>
#include <tocsin/hotspot/permutation.hpp>

namespace tocsin::test {

struct Link {
  std::uint32_t to;
  double weight = 1;
};

/// Rows in any order of links.
inline Neighbours neighbours_of(std::vector<std::vector<Link>> rows, bool binary = false) {
  std::vector<std::size_t> offsets{0};
  std::vector<std::uint32_t> indices;
  std::vector<double> weights;
  for (auto& row : rows) {
    std::sort(row.begin(), row.end(), [](const Link& a, const Link& b) { return a.to < b.to; });
    for (const Link& link : row) {
      indices.push_back(link.to);
      if (!binary) weights.push_back(link.weight);
    }
    offsets.push_back(indices.size());
  }
  return {offsets, indices, weights};
}

/// Rows of a random graph: place i has counts[i] neighbours; weights 1, or random of three decimals.
inline std::vector<std::vector<Link>> random_rows(const std::vector<std::size_t>& counts, std::uint64_t seed,
                                                  bool unequal = false) {
  RandomStream random({.seed = seed, .purpose = 99});
  const std::size_t n = counts.size();
  std::vector<std::vector<Link>> rows(n);
  for (std::uint32_t i = 0; i < n; ++i) {
    std::vector<std::uint32_t> others;
    for (std::uint32_t j = 0; j < n; ++j)
      if (j != i) others.push_back(j);
    for (std::size_t k = 0; k < counts[i]; ++k) {
      std::swap(others[k], others[k + random.below(static_cast<std::uint32_t>(others.size() - k))]);
      rows[i].push_back({others[k], unequal ? (1 + random.below(999)) / 1000.0 : 1});
    }
  }
  return rows;
}

/// Tenths have both signs, and sums that are equal but for rounding.
enum class Values { continuous, mixed_signs, mostly_zero, tenths };

inline std::vector<double> random_values(std::size_t n, Values kind, std::uint64_t seed) {
  RandomStream random({.seed = seed, .purpose = 98});
  std::vector<double> values(n);
  for (double& value : values) {
    const double u = random.uniform();
    if (kind == Values::continuous) value = -std::log1p(-u);
    if (kind == Values::mixed_signs) value = u - 0.5;
    if (kind == Values::tenths) value = 0.1 * std::floor(u * 10) - 0.3;
    if (kind == Values::mostly_zero) value = u < 0.6 ? 0 : std::floor(u * 10) - 5;
  }
  return values;
}

struct BruteForce {
  double greater = 0, less = 0, all = 0;
  [[nodiscard]] double p_greater() const { return greater / all; }
  [[nodiscard]] double p_less() const { return less / all; }
};

/// Every arrangement of the others' values at the neighbours of a place, one by one.
inline BruteForce brute_force(const std::vector<double>& values, const Neighbours& neighbours, std::size_t place) {
  std::vector<double> weights, others;
  double lag = 0, size = 0;
  for (std::size_t j = 0; j < values.size(); ++j)
    if (j != place && !std::isnan(values[j])) others.push_back(values[j]);
  for (std::size_t k = 0; k < neighbours.count(place); ++k) {
    const std::uint32_t j = neighbours.indices(place)[k];
    if (j == place || std::isnan(values[j])) continue;
    weights.push_back(neighbours.weight(place, k));
    lag += weights.back() * values[j];
    size += weights.back() * std::abs(values[j]);
  }
  const bool equal = std::adjacent_find(weights.begin(), weights.end(), std::not_equal_to<>()) == weights.end();
  const double tie = 1e-11 * std::max(size, 1e-3);
  BruteForce found;
  std::vector<char> used(others.size(), 0);
  const auto deal = [&](const auto& self, std::size_t k, std::size_t from, double sum) -> void {
    if (k == weights.size()) {
      found.all += 1;
      found.greater += sum >= lag - tie ? 1 : 0;
      found.less += sum <= lag + tie ? 1 : 0;
      return;
    }
    for (std::size_t j = equal ? from : 0; j < others.size(); ++j) {
      if (used[j] != 0) continue;
      used[j] = 1;
      self(self, k + 1, j + 1, sum + weights[k] * others[j]);  // equal weights: subsets suffice
      used[j] = 0;
    }
  };
  deal(deal, 0, 0, 0.0);
  return found;
}

}  // namespace tocsin::test
