#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <numbers>
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

/// Compares each value with all before it. How many of these equal it makes the tied pairs and triples: no sorting.
template <typename Value, typename Count>
[[gnu::always_inline]] inline PairCounts compare_pairs(const Value* values, std::size_t n) {
  PairCounts pairs;
  for (std::size_t j = 1; j < n; ++j) {
    const Value value = values[j];
    Count below = 0, above = 0;
    for (std::size_t i = 0; i < j; ++i) {
      below = static_cast<Count>(below + (values[i] < value));
      above = static_cast<Count>(above + (values[i] > value));
    }
    pairs.rising += below;
    pairs.falling += above;
    const std::int64_t equal = static_cast<std::int64_t>(j) - below - above;
    pairs.tied += equal;
    pairs.tied_triples += equal * (equal - 1) / 2;
  }
  return pairs;
}

/// So many values of a byte have pairs that a byte can count.
constexpr std::size_t most_bytes = 255;
/// Beyond, merging is quicker.
constexpr std::size_t most_in_pairs = 512;

/// The loop above for one kind of values, with the instructions that the processor has; whole numbers come out, the
/// same with all of them.
#define TOCSIN_COMPARE_PAIRS(suffix, attributes)                                       \
  attributes PairCounts pairs_of_bytes##suffix(const std::uint8_t* v, std::size_t n) { \
    return compare_pairs<std::uint8_t, std::uint8_t>(v, n);                            \
  }                                                                                    \
  attributes PairCounts pairs_of_doubles##suffix(const double* v, std::size_t n) {     \
    return compare_pairs<double, std::int64_t>(v, n);                                  \
  }
TOCSIN_COMPARE_PAIRS(_portable, )
#if defined(__x86_64__)
TOCSIN_COMPARE_PAIRS(_avx2, [[gnu::target("avx2")]])
TOCSIN_COMPARE_PAIRS(_avx512, [[gnu::target("avx512f,avx512vl,avx512bw,avx512dq,prefer-vector-width=512")]])
#endif
#undef TOCSIN_COMPARE_PAIRS

PairCounts pairs_of(const std::uint8_t* values, std::size_t n) {
#if defined(__x86_64__)
  const InstructionSet set = widest_instruction_set();
  if (set == InstructionSet::avx512) return pairs_of_bytes_avx512(values, n);
  if (set == InstructionSet::avx2) return pairs_of_bytes_avx2(values, n);
#endif
  return pairs_of_bytes_portable(values, n);
}

PairCounts pairs_of(const double* values, std::size_t n) {
#if defined(__x86_64__)
  const InstructionSet set = widest_instruction_set();
  if (set == InstructionSet::avx512) return pairs_of_doubles_avx512(values, n);
  if (set == InstructionSet::avx2) return pairs_of_doubles_avx2(values, n);
#endif
  return pairs_of_doubles_portable(values, n);
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

/// Of a series whose observed values, without gaps, fit on the stack.
struct ShortSeries {
  std::size_t n = 0;
  std::array<double, most_in_pairs> values;
  std::array<std::uint8_t, most_in_pairs> bytes;

  /// @return  false where there are too many
  bool take(std::span<const double> series) {
    for (const double value : series) {
      if (std::isnan(value)) continue;
      if (n == most_in_pairs) return false;
      values[n++] = value;
    }
    return true;
  }
  /// Counts, as they mostly are: 0 to 255, whole.
  bool to_bytes() {
    if (n > most_bytes) return false;
    bool whole = true;
    for (std::size_t i = 0; i < n; ++i) {
      const double held = values[i] >= 0 && values[i] <= 255 ? values[i] : 0;
      bytes[i] = static_cast<std::uint8_t>(static_cast<int>(held));
      whole &= static_cast<double>(bytes[i]) == values[i];
    }
    return whole;
  }
};

}  // namespace

MannKendall mann_kendall(std::span<const double> values) {
  PairCounts pairs;
  MannKendall result;
  ShortSeries series;
  if (series.take(values)) {
    result.observed = static_cast<std::int64_t>(series.n);
    pairs = series.to_bytes() ? pairs_of(series.bytes.data(), series.n) : pairs_of(series.values.data(), series.n);
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
