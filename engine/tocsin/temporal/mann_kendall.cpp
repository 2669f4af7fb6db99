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

/// So many values have pairs that a byte can count; longer series are merged.
constexpr std::size_t most_in_pairs = 254;

/// Vectors of so many bytes. They must be no wider than the processor's own: of wider ones GCC compares the values one
/// by one.
template <typename Value, std::size_t bytes>
struct Vector {
  typedef Value Values __attribute__((vector_size(bytes)));
  static constexpr std::size_t lanes = bytes / sizeof(Value);
};

/// A series of whole numbers with room on both sides for vectors that reach beyond it; what stands there is above all
/// of its values.
template <typename Value>
struct Padded {
  static constexpr std::size_t room = 256, widest = 64;
  static constexpr Value above = std::numeric_limits<Value>::max();
  std::array<Value, 2 * room + widest> cells;

  explicit Padded(std::size_t n) {
    std::fill(series() - n, series(), above);
    std::fill(series() + n, series() + n + widest, above);
  }
  [[nodiscard]] Value* series() { return cells.data() + room; }
  [[nodiscard]] const Value* series() const { return cells.data() + room; }
};

/// Of each value, how many before it are below it, and how many equal.
template <typename Value>
struct Before {
  using Count = std::make_unsigned_t<Value>;
  std::array<Count, most_in_pairs + Padded<Value>::widest> below, equal;
};

/// Compares each value with all before it, a vector of values at a time.
template <std::size_t bytes, typename Value>
[[gnu::always_inline]] inline void compare_pairs(const Padded<Value>& padded, std::size_t n, Before<Value>& before) {
  using Values = typename Vector<Value, bytes>::Values;
  using Counts = typename Vector<typename Before<Value>::Count, bytes>::Values;
  constexpr std::size_t lanes = Vector<Value, bytes>::lanes;
  const Value* series = padded.series();
  for (std::size_t first = 0; first < n; first += lanes) {
    Values values, earlier;
    __builtin_memcpy(&values, series + first, bytes);
    Counts below{}, above{};
    const std::size_t furthest = std::min(n - 1, first + lanes - 1);
    for (std::size_t lag = 1; lag <= furthest; ++lag) {
      __builtin_memcpy(&earlier, series + first - lag, bytes);
      below -= reinterpret_cast<Counts>(earlier < values);  // a comparison that holds is -1
      above -= reinterpret_cast<Counts>(earlier > values);
    }
    // Each value was compared with `furthest` others; those in the room before the series were above it.
    const Counts equal = static_cast<typename Before<Value>::Count>(furthest) - below - above;
    __builtin_memcpy(before.below.data() + first, &below, bytes);
    __builtin_memcpy(before.equal.data() + first, &equal, bytes);
  }
}

/// How many equal values stand before each makes the tied pairs and triples: no sorting.
template <typename Value>
[[gnu::always_inline]] inline PairCounts sums_of(const Before<Value>& before, std::size_t n) {
  std::int32_t rising = 0, tied = 0, squares = 0;
  for (std::size_t i = 0; i < n; ++i) rising += before.below[i];
  for (std::size_t i = 0; i < n; ++i) tied += before.equal[i];
  for (std::size_t i = 0; i < n; ++i) squares += before.equal[i] * before.equal[i];
  const auto all = static_cast<std::int64_t>(n * (n - 1) / 2);
  return {rising, all - rising - tied, tied, (squares - tied) / 2};
}

/// Counts, as values mostly are, in bytes.
/// @return  false where they are not whole, below 0 or above 254
[[gnu::always_inline]] inline bool in_bytes(const double* values, std::size_t n, Padded<std::int8_t>& bytes) {
  // Step by step, by way of a number that is wider than a byte: loops that the compiler does side by side.
  std::array<double, most_in_pairs> held;
  std::array<std::int32_t, most_in_pairs> whole;
  for (std::size_t i = 0; i < n; ++i) held[i] = values[i] > 0 ? values[i] : 0;
  for (std::size_t i = 0; i < n; ++i) held[i] = held[i] < 254 ? held[i] : 254;
  for (std::size_t i = 0; i < n; ++i) whole[i] = static_cast<std::int32_t>(held[i]);
  std::int64_t changed = 0;
  for (std::size_t i = 0; i < n; ++i) changed += static_cast<double>(whole[i]) != values[i] ? 1 : 0;
  std::int8_t* out = bytes.series();
  for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<std::int8_t>(whole[i] - 128);
  return changed == 0;
}

/// The least and the greatest value.
struct Range {
  double least, most;
};
template <std::size_t bytes>
[[gnu::always_inline]] inline Range range_of(const double* values, std::size_t n) {
  using Values = typename Vector<double, bytes>::Values;
  constexpr std::size_t lanes = Vector<double, bytes>::lanes;
  Range range{values[0], values[0]};
  std::size_t i = 0;
  if (n >= lanes) {
    Values least, most, next;
    __builtin_memcpy(&least, values, bytes);
    most = least;
    for (i = lanes; i + lanes <= n; i += lanes) {
      __builtin_memcpy(&next, values + i, bytes);
      least = next < least ? next : least;
      most = next > most ? next : most;
    }
    for (std::size_t lane = 0; lane < lanes; ++lane)
      range = {std::min(range.least, least[lane]), std::max(range.most, most[lane])};
  }
  for (; i < n; ++i) range = {std::min(range.least, values[i]), std::max(range.most, values[i])};
  return range;
}

/// Values of any kind as whole numbers of 16 bits, in the same order, but for some that become equal.
template <std::size_t bytes>
[[gnu::always_inline]] inline void rounded(const double* values, std::size_t n, Padded<std::int16_t>& padded) {
  constexpr double steps = 65533;
  const Range range = range_of<bytes>(values, n);
  const double scale = steps / (range.most - range.least);
  std::int16_t* out = padded.series();
  if (!(scale > 0 && std::isfinite(scale))) {  // an infinite value, or none differs
    std::fill(out, out + n, std::int16_t{0});
    return;
  }
  std::array<std::int32_t, most_in_pairs> whole;
  for (std::size_t i = 0; i < n; ++i) whole[i] = static_cast<std::int32_t>((values[i] - range.least) * scale);
  for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<std::int16_t>(whole[i] - 32767);
}

/// Values without gaps, compared as the narrowest whole numbers that keep their order.
template <std::size_t bytes>
[[gnu::always_inline]] inline PairCounts compare_narrowed(const double* values, std::size_t n) {
  if (n == 0) return {};
  if (values[0] >= 0 && values[0] <= 254 && static_cast<int>(values[0]) == values[0]) {
    Padded<std::int8_t> counts(n);
    if (in_bytes(values, n, counts)) {
      Before<std::int8_t> before;
      compare_pairs<bytes>(counts, n, before);
      return sums_of(before, n);
    }
  }
  Padded<std::int16_t> numbers(n);
  rounded<bytes>(values, n, numbers);
  Before<std::int16_t> before;
  compare_pairs<bytes>(numbers, n, before);
  // Those that rounding may have made equal are few: one in seven series of 120 reals has one.
  for (std::size_t i = 0; i < n; ++i) {
    if (before.equal[i] == 0) continue;
    std::int64_t below = 0, equal = 0;
    for (std::size_t k = 0; k < i; ++k) {
      below += values[k] < values[i];
      equal += values[k] == values[i];
    }
    before.below[i] = static_cast<std::uint16_t>(below);
    before.equal[i] = static_cast<std::uint16_t>(equal);
  }
  return sums_of(before, n);
}

/// The same with the instructions that the processor has: whole numbers come out, the same with all of them.
PairCounts compared_portable(const double* values, std::size_t n) {
  return compare_narrowed<16>(values, n);
}
#if defined(__x86_64__)
[[gnu::target("avx2")]] PairCounts compared_avx2(const double* values, std::size_t n) {
  return compare_narrowed<32>(values, n);
}
[[gnu::target("avx512f,avx512vl,avx512bw,avx512dq")]] PairCounts compared_avx512(const double* values, std::size_t n) {
  return compare_narrowed<64>(values, n);
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
