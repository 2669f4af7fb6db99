#include <algorithm>
#include <cmath>

#include <tocsin/hotspot/detail/weight_sums.hpp>

namespace tocsin::detail {
namespace {

/// w_ji, 0 where there is no such link.
double weight_between(const Neighbours& links, std::size_t from, std::size_t to) {
  const auto row = links.indices(from);
  const auto found = std::lower_bound(row.begin(), row.end(), to);
  if (found == row.end() || *found != to) return 0;
  return links.weight(from, static_cast<std::size_t>(found - row.begin()));
}

}  // namespace

WeightSums weight_sums(const Neighbours& links) {
  WeightSums sums;
  sums.margin.assign(links.size(), 0);
  for (std::size_t i = 0; i < links.size(); ++i)
    for (std::size_t k = 0; k < links.count(i); ++k) {
      const double weight = links.weight(i, k);
      sums.margin[i] += weight;
      sums.margin[links.indices(i)[k]] += weight;
    }
  sums.s0 = block_sum(links.size(), [&](std::size_t i) { return sums.margin[i]; }) / 2;
  sums.s2 = block_sum(links.size(), [&](std::size_t i) { return sums.margin[i] * sums.margin[i]; });
  sums.s1 = block_sum(links.size(), [&](std::size_t i) {
    double row = 0;
    for (std::size_t k = 0; k < links.count(i); ++k) {
      const double weight = links.weight(i, k);
      row += weight * (weight + weight_between(links, links.indices(i)[k], i));
    }
    return row;
  });
  return sums;
}

Neighbours observed_links(std::span<const double> values, const Neighbours& neighbours) {
  check_places(values, neighbours);
  std::vector<std::uint8_t> present(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) present[i] = std::isnan(values[i]) ? 0 : 1;
  return among(without_self(neighbours), present);
}

GlobalSample::GlobalSample(std::span<const double> values, const Neighbours& neighbours)
    : sample(values),
      links(observed_links(values, neighbours)),
      weights(weight_sums(links)),
      n(static_cast<double>(sample.count())),
      m2(sample.all().variance),
      mean_margin(2 * weights.s0 / n),
      deviations(values.size()) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isnan(values[i])) deviations[i] = sample.all().deviation(values[i]);
}

DealtSums GlobalSample::sums(std::span<const double> dealt) const {
  DealtSums sums;
  for (std::size_t i = 0; i < dealt.size(); ++i) {
    const auto row = links.indices(i);
    double lag = 0;
    for (std::size_t k = 0; k < row.size(); ++k) lag += links.weight(i, k) * dealt[row[k]];
    sums.products += dealt[i] * lag;
    sums.margins += (weights.margin[i] - mean_margin) * dealt[i];
    sums.squares += weights.margin[i] * dealt[i] * dealt[i];
  }
  return sums;
}

double pair_product_sum(const GlobalSample& global) {
  constexpr double rounding = 1e-12;
  const double mean = global.sample.all().mean(), squares = (global.n - 1) * mean * mean;
  const double difference = squares - global.m2;
  return std::abs(difference) > rounding * (squares + global.m2) ? global.n * difference : 0;
}

}  // namespace tocsin::detail
