#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace tocsin::data::detail {

/// Count, extremes, mean and deviation of the observed values (not NaN). Two of them merge.
class ValueStatistics {
 public:
  void add(std::span<const float> values) {
    ValueStatistics part;
    double sum = 0;
    for (const float value : values) {
      if (std::isnan(value)) continue;
      const double number = static_cast<double>(value);
      part.minimum_ = part.count_ == 0 ? number : std::min(part.minimum_, number);
      part.maximum_ = part.count_ == 0 ? number : std::max(part.maximum_, number);
      ++part.count_;
      sum += number;
    }
    if (part.count_ == 0) return;
    part.mean_ = sum / static_cast<double>(part.count_);
    for (const float value : values) {
      if (std::isnan(value)) continue;
      const double step = static_cast<double>(value) - part.mean_;
      part.squares_ += step * step;
    }
    merge(part);
  }

  /// Chan, Golub and LeVeque (1983), The American Statistician 37, 242-247.
  void merge(const ValueStatistics& other) {
    if (other.count_ == 0) return;
    if (count_ == 0) {
      *this = other;
      return;
    }
    const double own = static_cast<double>(count_), others = static_cast<double>(other.count_);
    const double step = other.mean_ - mean_;
    minimum_ = std::min(minimum_, other.minimum_);
    maximum_ = std::max(maximum_, other.maximum_);
    squares_ += other.squares_ + step * step * own * others / (own + others);
    mean_ += step * others / (own + others);
    count_ += other.count_;
  }

  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] double minimum() const { return minimum_; }
  [[nodiscard]] double maximum() const { return maximum_; }
  [[nodiscard]] double mean() const { return mean_; }
  /// Of the population, divisor `count`.
  [[nodiscard]] double deviation() const { return count_ == 0 ? 0 : std::sqrt(squares_ / static_cast<double>(count_)); }

 private:
  std::size_t count_ = 0;
  double minimum_ = 0, maximum_ = 0, mean_ = 0, squares_ = 0;
};

}  // namespace tocsin::data::detail
