#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

#include <boost/math/special_functions/erf.hpp>

#include <tocsin/temporal/alarm/detail/alarm_series.hpp>

namespace tocsin::detail {
namespace {

constexpr double widest = 6;
constexpr int per_unit = 64, nodes = 2 * static_cast<int>(widest) * per_unit + 1;

/// Tail and density at every 1/64 from -6 to 6.
struct Node {
  double tail, density;
};
const std::array<Node, nodes>& table() {
  static const std::array<Node, nodes> made = [] {
    std::array<Node, nodes> all{};
    for (int i = 0; i < nodes; ++i) {
      const double z = static_cast<double>(i) / per_unit - widest;
      all[static_cast<std::size_t>(i)] = {std::erfc(z / std::numbers::sqrt2) / 2,
                                          std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi)};
    }
    return all;
  }();
  return made;
}

}  // namespace

double normal_quantile(double probability) {
  return -std::numbers::sqrt2 * boost::math::erfc_inv(2 * probability);
}

double normal_upper_tail(double z) {
  if (!(std::abs(z) < widest - 0.01)) return std::erfc(z / std::numbers::sqrt2) / 2;
  // Taylor's series from the nearest node, by Hermite's polynomials: the eighth term is below 1e-15 of the tail. erfc
  // would take most of the time of EARS.
  const int i = static_cast<int>((z + widest) * per_unit + 0.5);
  const Node& node = table()[static_cast<std::size_t>(i)];
  const double x = static_cast<double>(i) / per_unit - widest, d = z - x, xx = x * x;
  const double h2 = xx - 1, h3 = x * (xx - 3), h4 = xx * (xx - 6) + 3, h5 = x * (xx * (xx - 10) + 15),
               h6 = xx * (xx * (xx - 15) + 45) - 15;
  constexpr double f3 = 1.0 / 6, f4 = 1.0 / 24, f5 = 1.0 / 120, f6 = 1.0 / 720, f7 = 1.0 / 5040;
  const double dd = d * d;
  const double series =
      (1 - d * x / 2) + dd * ((f3 * h2 - d * f4 * h3) + dd * ((f5 * h4 - d * f6 * h5) + dd * f7 * h6));
  return node.tail - node.density * d * series;
}

}  // namespace tocsin::detail
