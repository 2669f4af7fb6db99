#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/scan/scan.hpp>

namespace tocsin {

/// Log likelihood ratio of a window with c of C cases and measure m of M (see ScanSites), against no difference.
class LikelihoodRatio {
 public:
  LikelihoodRatio(ScanModel model, double cases, double measure);

  [[nodiscard]] double expected(double m) const { return m * per_measure_; }
  [[nodiscard]] double cases() const { return cases_; }
  [[nodiscard]] double measure() const { return measure_; }
  /// At least 0; infinite where cases meet no measure. Rises with the distance of c from what is expected.
  [[nodiscard]] double of(double c, double m) const { return bernoulli_ ? bernoulli(c, m) : poisson(c, m); }
  /// False where a window or its outside would hold more cases than persons.
  [[nodiscard]] bool possible(double c, double m) const {
    return !bernoulli_ || (c <= m && cases_ - c <= measure_ - m);
  }

 private:
  /// c ln(c / e), and 0 for c = 0.
  static double term(double c, double e) { return c > 0 ? c * std::log(c / e) : 0; }
  [[nodiscard]] double poisson(double c, double m) const {
    const double e = expected(m);
    return term(c, e) + term(cases_ - c, cases_ - e);
  }
  [[nodiscard]] double bernoulli(double c, double m) const {
    return term(c, m) + term(m - c, m) + term(cases_ - c, measure_ - m) +
           term(measure_ - m - (cases_ - c), measure_ - m) - everywhere_;
  }

  bool bernoulli_;
  double cases_, measure_, per_measure_, everywhere_;
};

/// Measures in bins, evenly spaced in their square root: there the spread of counts is even.
class MeasureBins {
 public:
  /// @param sites  more of them pay for more bins
  MeasureBins(const LikelihoodRatio& ratio, std::size_t sites);
  [[nodiscard]] std::uint16_t bin_of(double m) const {
    const float place = std::sqrt(static_cast<float>(m)) * scale_;
    return place < last_ ? static_cast<std::uint16_t>(place) : static_cast<std::uint16_t>(last_);
  }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(last_) + 1; }
  /// Bounds of the measures in a bin, on the safe side of rounding.
  [[nodiscard]] double lower(std::size_t bin) const { return square(static_cast<double>(bin)) * (1 - 1e-5); }
  [[nodiscard]] double upper(std::size_t bin) const { return square(static_cast<double>(bin) + 1) * (1 + 1e-5); }

 private:
  [[nodiscard]] double square(double place) const {
    return place / static_cast<double>(scale_) * (place / static_cast<double>(scale_));
  }
  float scale_, last_;
};

/// Which counts can reach a likelihood ratio, without a logarithm: for levels step x 0, 1, ... and each bin of
/// measures, the smallest count of a high rate and the largest of a low one. Counts that pass may still fall short, by
/// less than a step and the width of a bin; counts that fail do not reach the level.
class ThresholdTable {
 public:
  static constexpr double step = 0.5;
  static constexpr std::size_t levels = 64;

  /// No count passes for rates that are not looked for.
  ThresholdTable(const LikelihoodRatio& ratio, const MeasureBins& bins, const ScanOptions& options);

  /// The highest level that a likelihood ratio has passed.
  static std::size_t level_of(double llr) {
    return llr < step * (levels - 1) ? static_cast<std::size_t>(llr / step) : levels - 1;
  }
  [[nodiscard]] std::span<const std::int32_t> at_least(std::size_t level) const {
    return std::span(at_least_).subspan(level * bins_, bins_);
  }
  [[nodiscard]] std::span<const std::int32_t> at_most(std::size_t level) const {
    return std::span(at_most_).subspan(level * bins_, bins_);
  }

 private:
  std::size_t bins_;
  std::vector<std::int32_t> at_least_, at_most_;
};

}  // namespace tocsin
