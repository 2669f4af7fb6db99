#include <algorithm>
#include <limits>

#include <tocsin/scan/likelihood.hpp>

namespace tocsin {
namespace {

/// Likelihood ratios are trusted to this; thresholds are on the safe side of it.
constexpr double rounding = 1e-6;

/// The smallest count in [low, most + 1] for which `reaches` holds, when it holds for all larger ones; found by
/// doubling steps, because it is near.
template <typename Reaches>
std::int64_t first_count(std::int64_t low, std::int64_t most, const Reaches& reaches) {
  std::int64_t step = 1, high = low;
  while (high <= most && !reaches(high)) {
    low = high + 1;
    high += step;
    step *= 2;
  }
  high = std::min(high, most + 1);
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;  // they may be negative
    if (reaches(middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

}  // namespace

LikelihoodRatio::LikelihoodRatio(ScanModel model, double cases, double measure)
    : bernoulli_(model == ScanModel::bernoulli),
      cases_(cases),
      measure_(measure),
      per_measure_(cases / measure),
      everywhere_(term(cases, measure) + term(measure - cases, measure)) {}

MeasureBins::MeasureBins(const LikelihoodRatio& ratio, std::size_t sites) {
  // Not finer than a fifth of a standard deviation.
  constexpr double a_deviation = 10;
  const double most = std::clamp(static_cast<double>(sites) / 4, 64.0, 512.0);
  const double root = std::sqrt(ratio.cases());
  const double per_root = std::min(a_deviation, most / root);
  last_ = static_cast<float>(std::min(most - 1, std::ceil(per_root * root)));
  scale_ = static_cast<float>(per_root * root / std::sqrt(ratio.measure()));
}

ThresholdTable::ThresholdTable(const LikelihoodRatio& ratio, const MeasureBins& bins, const ScanOptions& options)
    : bins_(bins.size()), at_least_(levels * bins_), at_most_(levels * bins_, -1) {
  const auto all = static_cast<std::int64_t>(std::ceil(ratio.cases()));
  for (std::size_t bin = 0; bin < bins_; ++bin) {
    const double low = std::min(bins.lower(bin), ratio.measure()), high = std::min(bins.upper(bin), ratio.measure());
    // At the edge of a bin more cases can meet than persons, inside or outside, which no window has: let it pass.
    const auto value = [&](std::int64_t count, double m) {
      const double c = std::min(static_cast<double>(count), ratio.cases());
      const bool possible = m > 0 && m < ratio.measure() && ratio.possible(c, m);
      return possible ? ratio.of(c, m) + rounding : std::numeric_limits<double>::infinity();
    };
    std::int64_t least = std::max(options.least_cases, static_cast<std::int64_t>(std::floor(ratio.expected(low))) + 1);
    std::int64_t most = std::min(all, static_cast<std::int64_t>(std::ceil(ratio.expected(high))));
    if (options.rates == ScanRates::low) least = all + 1;
    if (options.rates == ScanRates::high) most = -1;
    for (std::size_t level = 0; level < levels; ++level) {
      const double wanted = step * static_cast<double>(level);
      least = first_count(least, all, [&](std::int64_t c) { return !(value(c, low) < wanted); });
      at_least_[level * bins_ + bin] = static_cast<std::int32_t>(std::min(least, all + 1));
      most = -first_count(-most, 0, [&](std::int64_t c) { return !(value(-c, high) < wanted); });
      at_most_[level * bins_ + bin] = static_cast<std::int32_t>(std::max<std::int64_t>(most, -1));
    }
  }
}

}  // namespace tocsin
