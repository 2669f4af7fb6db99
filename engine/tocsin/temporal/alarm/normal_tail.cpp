#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <span>

#include <boost/math/special_functions/erf.hpp>

#include <tocsin/core/instruction_set.hpp>
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

/// Whether the table reaches to z; not of NaN.
constexpr double reach = widest - 0.01;
bool near(double z) {
  return std::abs(z) < reach;
}
double far_tail(double z) {
  return std::erfc(z / std::numbers::sqrt2) / 2;
}

[[gnu::always_inline]] inline std::int32_t nearest_node(double z) {
  return static_cast<std::int32_t>((z + widest) * per_unit + 0.5);
}

/// Taylor's series from a node, by Hermite's polynomials: the eighth term is below 1e-15 of the tail. erfc would take
/// most of the time of EARS.
[[gnu::always_inline]] inline double tail_from(std::int32_t number, double tail, double density, double z) {
  const double x = static_cast<double>(number) / per_unit - widest, d = z - x, xx = x * x;
  const double h2 = xx - 1, h3 = x * (xx - 3), h4 = xx * (xx - 6) + 3, h5 = x * (xx * (xx - 10) + 15),
               h6 = xx * (xx * (xx - 15) + 45) - 15;
  constexpr double f3 = 1.0 / 6, f4 = 1.0 / 24, f5 = 1.0 / 120, f6 = 1.0 / 720, f7 = 1.0 / 5040;
  const double dd = d * d;
  const double series =
      (1 - d * x / 2) + dd * ((f3 * h2 - d * f4 * h3) + dd * ((f5 * h4 - d * f6 * h5) + dd * f7 * h6));
  return tail - density * d * series;
}

/// So many at a time, in loops that the compiler does side by side.
constexpr std::size_t block = 128;

/// Those that the table does not reach get some number.
/// @param n  at most a block
[[gnu::always_inline]] inline void all_by_table(const double* z, std::size_t n, const Node* nodes_of, double* tails) {
  std::array<double, block> held, tail, density;
  std::array<std::int32_t, block> number;
  for (std::size_t i = 0; i < n; ++i) held[i] = z[i] > -reach ? z[i] : -reach;
  for (std::size_t i = 0; i < n; ++i) held[i] = held[i] < reach ? held[i] : reach;
  for (std::size_t i = 0; i < n; ++i) number[i] = nearest_node(held[i]);
  for (std::size_t i = 0; i < n; ++i) {
    tail[i] = nodes_of[number[i]].tail;
    density[i] = nodes_of[number[i]].density;
  }
  for (std::size_t i = 0; i < n; ++i) tails[i] = tail_from(number[i], tail[i], density[i], held[i]);
}

/// With the instructions that the processor has; the same bits with all of them.
void by_table_portable(const double* z, std::size_t n, const Node* nodes_of, double* tails) {
  all_by_table(z, n, nodes_of, tails);
}
#if defined(__x86_64__)
[[gnu::target("avx2")]] void by_table_avx2(const double* z, std::size_t n, const Node* nodes_of, double* tails) {
  all_by_table(z, n, nodes_of, tails);
}
#endif

void tails_by_table(const double* z, std::size_t n, double* tails) {
#if defined(__x86_64__)
  static const InstructionSet set = widest_instruction_set();
  if (set != InstructionSet::portable) return by_table_avx2(z, n, table().data(), tails);
#endif
  by_table_portable(z, n, table().data(), tails);
}

}  // namespace

double normal_quantile(double probability) {
  // Kept for the next series, which mostly asks for the same.
  thread_local double known = 0.5, quantile = -std::numbers::sqrt2 * boost::math::erfc_inv(2 * known);
  if (probability != known) quantile = -std::numbers::sqrt2 * boost::math::erfc_inv(2 * probability);
  known = probability;
  return quantile;
}

double normal_upper_tail(double z) {
  if (!near(z)) return far_tail(z);
  const std::int32_t number = nearest_node(z);
  const Node& node = table()[static_cast<std::size_t>(number)];
  return tail_from(number, node.tail, node.density, z);
}

void normal_upper_tails(std::span<double> z) {
  std::array<double, block> tails;
  for (std::size_t first = 0; first < z.size(); first += block) {
    const std::span<double> some = z.subspan(first, std::min(block, z.size() - first));
    tails_by_table(some.data(), some.size(), tails.data());
    for (std::size_t i = 0; i < some.size(); ++i) some[i] = near(some[i]) ? tails[i] : far_tail(some[i]);
  }
}

}  // namespace tocsin::detail
