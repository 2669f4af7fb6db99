#pragma once

#include <span>
#include <vector>

namespace tocsin {

/// The largest log likelihood ratio of each replicate, in their order, as what a window's p-value is looked up in.
class NullDistribution {
 public:
  NullDistribution() = default;
  explicit NullDistribution(std::span<const double> maxima);

  /// Replicates that reached a value; within 1e-9 of it counts.
  [[nodiscard]] std::size_t reached(double llr) const;
  /// A value up to this is reached by every replicate; 0 without replicates.
  [[nodiscard]] double least() const { return ascending_.empty() ? 0 : ascending_.front(); }
  /// (reached + 1) / (replicates + 1); NaN without replicates.
  [[nodiscard]] double p(double llr) const;
  /// From a Gumbel distribution with the maxima's mean and variance (Abrams, Kulldorff and Kleinman 2010, International
  /// Journal of Health Geographics 9, 61); NaN with fewer than two replicates or no variance.
  [[nodiscard]] double p_gumbel(double llr) const;

 private:
  std::vector<double> ascending_;
  double location_ = 0, scale_ = 0;
};

/// The smallest value that reaches llr.
double reaching(double llr);

}  // namespace tocsin
