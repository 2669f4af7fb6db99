#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace tocsin::detail {

/// How many draws of a permutation lie on either side of what was observed; ties lie on both. Internal.
struct TailCounts {
  std::int64_t greater = 0, less = 0, draws = 0;

  /// @param tolerance  what differs by less is a tie: the same sum in another order
  void add(double draw, double observed, double tolerance) {
    ++draws;
    if (draw >= observed - tolerance) ++greater;
    if (draw <= observed + tolerance) ++less;
  }
  [[nodiscard]] double p_greater() const { return pseudo_p(greater); }
  [[nodiscard]] double p_less() const { return pseudo_p(less); }
  /// Monte-Carlo standard error of the smaller of the two.
  [[nodiscard]] double standard_error() const {
    const double p = std::min(p_greater(), p_less());
    return std::sqrt(p * (1 - p) / static_cast<double>(draws));
  }

 private:
  [[nodiscard]] double pseudo_p(std::int64_t count) const {
    return static_cast<double>(count + 1) / static_cast<double>(draws + 1);
  }
};

}  // namespace tocsin::detail
