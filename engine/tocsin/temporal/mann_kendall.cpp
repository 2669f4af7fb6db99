#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <numbers>
#include <type_traits>
#include <vector>

#include <tocsin/core/instruction_set.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/temporal/mann_kendall.hpp>

namespace tocsin {
namespace {

/// What the test needs of a series: pairs of its values.
struct PairCounts {
  std::int64_t rising = 0, falling = 0;
  std::int64_t tied = 0;          ///< pairs of equal values
  std::int64_t tied_triples = 0;  ///< sets of three equal values
};

/// Values that are compared side by side.
constexpr std::size_t vector_bytes = 64;
/// So many values have pairs that a byte can count; longer series are merged.
constexpr std::size_t most_in_pairs = 254;

/// Vectors of a kind of values, and of whole numbers as wide.
template <typename Value>
struct Side;
template <>
struct Side<std::int8_t> {
  typedef std::int8_t Values __attribute__((vector_size(vector_bytes)));
  typedef std::uint8_t Counts __attribute__((vector_size(vector_bytes)));
};
template <>
struct Side<float> {
  typedef float Values __attribute__((vector_size(vector_bytes)));
  typedef std::uint32_t Counts __attribute__((vector_size(vector_bytes)));
};
template <>
struct Side<double> {
  typedef double Values __attribute__((vector_size(vector_bytes)));
  typedef std::uint64_t Counts __attribute__((vector_size(vector_bytes)));
};

/// A series with room on both sides: what stands before it, and behind, is above all of its values.
template <typename Value>
struct Padded {
  static constexpr std::size_t room = 256, lanes = vector_bytes / sizeof(Value);
  std::array<Value, 2 * room + lanes> cells;

  [[nodiscard]] Value* series() { return cells.data() + room; }
  [[nodiscard]] const Value* series() const { return cells.data() + room; }
};

/// Compares each value with all before it, a vector of values at a time. How many of these equal it makes the tied
/// pairs and triples: no sorting.
template <typename Value>
[[gnu::always_inline]] inline PairCounts compare_pairs(const Padded<Value>& padded, std::size_t n) {
  using Values = typename Side<Value>::Values;
  using Counts = typename Side<Value>::Counts;
  constexpr std::size_t lanes = vector_bytes / sizeof(Value);
  const Value* series = padded.series();
  PairCounts pairs;
  for (std::size_t first = 0; first < n; first += lanes) {
    Values values, before;
    __builtin_memcpy(&values, series + first, vector_bytes);
    Counts below{}, above{};
    const std::size_t furthest = std::min(n - 1, first + lanes - 1);
    for (std::size_t lag = 1; lag <= furthest; ++lag) {
      __builtin_memcpy(&before, series + first - lag, vector_bytes);
      below -= reinterpret_cast<Counts>(before < values);  // a comparison that holds is -1
      above -= reinterpret_cast<Counts>(before > values);
    }
    // Each value was compared with `furthest` others; those in the room before the series were above it.
    using Whole = std::conditional_t<sizeof(Value) == 1, std::uint8_t, std::int32_t>;
    std::array<Whole, lanes> under, over;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      under[lane] = static_cast<Whole>(below[lane]);
      over[lane] = static_cast<Whole>(above[lane]);
    }
    std::int32_t rising = 0, raised = 0, equal = 0, squares = 0;
    const std::size_t used = std::min(lanes, n - first);
    for (std::size_t lane = 0; lane < used; ++lane) {
      const std::int32_t tied = static_cast<std::int32_t>(furthest) - under[lane] - over[lane];
      rising += under[lane];
      raised += over[lane];
      equal += tied;
      squares += tied * tied;
    }
    // In the room: furthest - j for each value j.
    const std::size_t in_room = used * furthest - (2 * first + used - 1) * used / 2;
    pairs.rising += rising;
    pairs.falling += raised - static_cast<std::int64_t>(in_room);
    pairs.tied += equal;
    pairs.tied_triples += (squares - equal) / 2;
  }
  return pairs;
}

/// Rounds values to a narrower kind, less `shift`.
/// @return  true where none was changed
template <typename Value>
[[gnu::always_inline]] inline bool narrowed(const double* values, std::size_t n, double least, double most, int shift,
                                            Value above, Padded<Value>& narrow) {
  constexpr std::size_t lanes = vector_bytes / sizeof(Value);
  Value* out = narrow.series();
  std::fill(out - n, out, above);
  std::fill(out + n, out + n + lanes, above);
  // Step by step, by way of a number that is wider than a byte: loops that the compiler does side by side.
  using Wide = std::conditional_t<std::is_floating_point_v<Value>, Value, std::int32_t>;
  std::array<double, most_in_pairs> held;
  std::array<Wide, most_in_pairs> wide;
  for (std::size_t i = 0; i < n; ++i) held[i] = values[i] > least ? values[i] : least;
  for (std::size_t i = 0; i < n; ++i) held[i] = held[i] < most ? held[i] : most;
  for (std::size_t i = 0; i < n; ++i) wide[i] = static_cast<Wide>(held[i]);
  std::int64_t changed = 0;
  for (std::size_t i = 0; i < n; ++i) changed += static_cast<double>(wide[i]) != values[i] ? 1 : 0;
  for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<Value>(wide[i] - static_cast<Wide>(shift));
  return changed == 0;
}

/// Values without gaps, compared as the narrowest kind that keeps their order.
[[gnu::always_inline]] inline PairCounts compare_narrowed(const double* values, std::size_t n) {
  // Counts, as they mostly are.
  Padded<std::int8_t> bytes;
  const bool may_be = n == 0 || (values[0] >= 0 && values[0] <= 254 && static_cast<int>(values[0]) == values[0]);
  if (may_be && narrowed<std::int8_t>(values, n, 0, 254, 128, 127, bytes)) return compare_pairs(bytes, n);
  // Rounding keeps the order of all but those that it makes equal.
  Padded<float> singles;
  constexpr double largest = 1e38;
  const bool same = narrowed<float>(values, n, -largest, largest, 0, std::numeric_limits<float>::infinity(), singles);
  if (const PairCounts found = compare_pairs(singles, n); same || found.tied == 0) return found;
  Padded<double> doubles;
  constexpr double most = std::numeric_limits<double>::max();
  narrowed<double>(values, n, -most, most, 0, std::numeric_limits<double>::infinity(), doubles);
  return compare_pairs(doubles, n);
}

/// The same with the instructions that the processor has: whole numbers come out, the same with all of them.
PairCounts compared_portable(const double* values, std::size_t n) {
  return compare_narrowed(values, n);
}
#if defined(__x86_64__)
[[gnu::target("avx2")]] PairCounts compared_avx2(const double* values, std::size_t n) {
  return compare_narrowed(values, n);
}
[[gnu::target("avx512f,avx512vl,avx512bw,avx512dq")]] PairCounts compared_avx512(const double* values, std::size_t n) {
  return compare_narrowed(values, n);
}
#endif

PairCounts pairs_side_by_side(const double* values, std::size_t n) {
#if defined(__x86_64__)
  static const InstructionSet set = widest_instruction_set();
  if (set == InstructionSet::avx512) return compared_avx512(values, n);
  if (set == InstructionSet::avx2) return compared_avx2(values, n);
#endif
  return compared_portable(values, n);
}

/// Sorts the values and counts the pairs that stood in falling order; equal ones do not count.
std::int64_t sort_counting_falls(std::vector<double>& values) {
  std::vector<double> merged(values.size());
  std::int64_t falls = 0;
  for (std::size_t width = 1; width < values.size(); width *= 2) {
    for (std::size_t left = 0; left < values.size(); left += 2 * width) {
      const std::size_t middle = std::min(left + width, values.size());
      const std::size_t end = std::min(middle + width, values.size());
      std::size_t a = left, b = middle;
      for (std::size_t at = left; at < end; ++at) {
        const bool from_left = a < middle && (b == end || values[a] <= values[b]);
        if (!from_left) falls += static_cast<std::int64_t>(middle - a);
        merged[at] = values[from_left ? a++ : b++];
      }
    }
    values.swap(merged);
  }
  return falls;
}

PairCounts pairs_by_merging(std::vector<double> values) {
  PairCounts pairs;
  pairs.falling = sort_counting_falls(values);
  for (std::size_t first = 0; first < values.size();) {
    std::size_t end = first + 1;
    while (end < values.size() && values[end] == values[first]) ++end;
    const auto t = static_cast<std::int64_t>(end - first);
    pairs.tied += t * (t - 1) / 2;
    pairs.tied_triples += t * (t - 1) * (t - 2) / 6;
    first = end;
  }
  const auto n = static_cast<std::int64_t>(values.size());
  pairs.rising = n * (n - 1) / 2 - pairs.tied - pairs.falling;
  return pairs;
}

/// The observed values of a short series, in front; without branches, since where gaps are cannot be foreseen.
/// @return  their number
std::size_t without_gaps(std::span<const double> series, std::array<double, most_in_pairs + 1>& values) {
  std::size_t n = 0;
  for (const double value : series) {
    values[n] = value;
    n += std::isnan(value) ? 0 : 1;
  }
  return n;
}

bool has_gaps(std::span<const double> series) {
  int gaps = 0;
  for (const double value : series) gaps += std::isnan(value) ? 1 : 0;
  return gaps > 0;
}

}  // namespace

MannKendall mann_kendall(std::span<const double> values) {
  PairCounts pairs;
  MannKendall result;
  if (values.size() <= most_in_pairs) {
    std::array<double, most_in_pairs + 1> held;
    const bool gaps = has_gaps(values);
    const std::size_t n = gaps ? without_gaps(values, held) : values.size();
    result.observed = static_cast<std::int64_t>(n);
    pairs = pairs_side_by_side(gaps ? held.data() : values.data(), n);
  } else {
    std::vector<double> observed;
    std::copy_if(values.begin(), values.end(), std::back_inserter(observed), [](double v) { return !std::isnan(v); });
    result.observed = static_cast<std::int64_t>(observed.size());
    pairs = pairs_by_merging(std::move(observed));
  }
  const std::int64_t n = result.observed, all = n * (n - 1) / 2;
  result.s = pairs.rising - pairs.falling;
  if (all == pairs.tied) {
    result.tau_b = result.z = result.p = not_observed;
    return result;
  }
  // t(t-1)(2t+5), summed over groups of equal values, is 12 times their triples and 18 times their pairs.
  result.variance = (static_cast<double>(n) * static_cast<double>(n - 1) * static_cast<double>(2 * n + 5) -
                     static_cast<double>(12 * pairs.tied_triples + 18 * pairs.tied)) /
                    18;
  const auto s = static_cast<double>(result.s);
  const double step = result.s > 0 ? 1 : result.s < 0 ? -1 : 0;
  result.tau_b = s / std::sqrt(static_cast<double>(all) * static_cast<double>(all - pairs.tied));
  result.z = (s - step) / std::sqrt(result.variance);
  result.p = std::erfc(std::abs(result.z) / std::numbers::sqrt2);
  return result;
}

}  // namespace tocsin
