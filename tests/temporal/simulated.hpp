#pragma once

#include <cmath>

#include <tocsin/core/random.hpp>

namespace tocsin::test {

/// A Poisson number, by counting exponential waits; for means of up to some hundred.
inline double poisson_draw(RandomStream& random, double mean) {
  double passed = -std::log1p(-random.uniform());
  double events = 0;
  for (; passed < mean; ++events) passed -= std::log1p(-random.uniform());
  return events;
}

/// A count of variance `dispersion` times its mean: Poisson many incidents, each of 1, 2, 3, ... reports that follow a
/// logarithmic distribution (together negative binomial).
inline double clustered_draw(RandomStream& random, double mean, double dispersion) {
  if (dispersion <= 1) return poisson_draw(random, mean);
  const double q = 1 - 1 / dispersion, size = -q / ((1 - q) * std::log1p(-q));
  double sum = 0;
  for (double left = poisson_draw(random, mean / size); left > 0; --left) {
    double chance = -q / std::log1p(-q), u = random.uniform();
    int k = 1;
    for (; u > chance && k < 1000; ++k) {
      u -= chance;
      chance *= q * k / (k + 1);
    }
    sum += k;
  }
  return sum;
}

}  // namespace tocsin::test
