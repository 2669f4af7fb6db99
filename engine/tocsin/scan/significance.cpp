#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include <tocsin/hotspot/local_statistic.hpp>
#include <tocsin/scan/significance.hpp>

namespace tocsin {

double reaching(double llr) {
  return llr * (1 - 1e-9);
}

NullDistribution::NullDistribution(std::span<const double> maxima) : ascending_(maxima.begin(), maxima.end()) {
  std::sort(ascending_.begin(), ascending_.end());
  const auto n = static_cast<double>(ascending_.size());
  if (n < 2) return;
  const double mean = std::accumulate(ascending_.begin(), ascending_.end(), 0.0) / n;
  double squares = 0;
  for (const double value : ascending_) squares += (value - mean) * (value - mean);
  scale_ = std::sqrt(6 * squares / (n - 1)) / std::numbers::pi;
  location_ = mean - std::numbers::egamma * scale_;
}

std::size_t NullDistribution::reached(double llr) const {
  return static_cast<std::size_t>(ascending_.end() -
                                  std::lower_bound(ascending_.begin(), ascending_.end(), reaching(llr)));
}

double NullDistribution::p(double llr) const {
  if (ascending_.empty()) return std::numeric_limits<double>::quiet_NaN();
  return (static_cast<double>(reached(llr)) + 1) / (static_cast<double>(ascending_.size()) + 1);
}

double NullDistribution::p_gumbel(double llr) const {
  if (!(scale_ > 0)) return std::numeric_limits<double>::quiet_NaN();
  return std::max(least_p, -std::expm1(-std::exp(-(llr - location_) / scale_)));
}

}  // namespace tocsin
