#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace tocsin::detail {

/// A place in [0, 1] and its weight; the weights add up to 1.
struct QuadratureNode {
  double place = 0, weight = 0;
};

/// The rule of Gauss and Legendre on [0, 1]: exact for polynomials of degree up to 2 N - 1.
template <std::size_t N>
std::array<QuadratureNode, N> gauss_legendre() {
  std::array<QuadratureNode, N> nodes{};
  for (std::size_t i = 0; i < N; ++i) {
    double z = std::cos(std::numbers::pi * (static_cast<double>(i) + 0.75) / (static_cast<double>(N) + 0.5));
    double slope = 1;
    for (int step = 0; step < 8; ++step) {  // Newton; three or four steps reach the last bit
      double p = 1, before = 0;
      for (std::size_t k = 1; k <= N; ++k) {
        const double next =
            (static_cast<double>(2 * k - 1) * z * p - static_cast<double>(k - 1) * before) / static_cast<double>(k);
        before = p;
        p = next;
      }
      slope = static_cast<double>(N) * (z * p - before) / (z * z - 1);
      z -= p / slope;
    }
    nodes[i] = {0.5 * (1 - z), 1 / ((1 - z * z) * slope * slope)};
  }
  return nodes;
}

}  // namespace tocsin::detail
