#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include <boost/math/distributions/normal.hpp>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/instruction_set.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/temporal/mann_kendall.hpp>
#include <tocsin/temporal/sen_slope.hpp>

namespace tocsin {
namespace {

/// The observed values and their times.
struct Observed {
  std::vector<double> value, time;

  [[nodiscard]] std::size_t pairs() const { return value.size() * (value.size() - 1) / 2; }
};

/// A rank that may lie between two, counted from 1 and held to those that there are.
struct Rank {
  std::size_t below;  ///< counted from 0
  double part;        ///< of the way to the next

  Rank(double rank, std::size_t n) {
    const double held = std::clamp(rank, 1.0, static_cast<double>(n)) - 1;
    below = static_cast<std::size_t>(held);
    part = held - static_cast<double>(below);
  }
};

/// The slopes of all pairs, and the bin that each is in: as the bins rise, so do the slopes. Bins are bytes, so that
/// looks at all of them are quick; the bounds of a bin decide on nothing but the time it takes.
struct Slopes {
  static constexpr int lowest_bin = -128, bins = 256;

  std::size_t size;
  std::unique_ptr<double[]> slope;
  std::unique_ptr<std::int8_t[]> bin;

  explicit Slopes(std::size_t pairs)
      : size(pairs),
        slope(std::make_unique_for_overwrite<double[]>(pairs)),
        bin(std::make_unique_for_overwrite<std::int8_t[]>(pairs)) {}
};

[[gnu::always_inline]] inline void slopes_from(double value, double time, const double* values, const double* times,
                                               std::size_t n, double* slopes) {
  for (std::size_t k = 0; k < n; ++k) slopes[k] = (values[k] - value) / (times[k] - time);
}

/// The first bin is of all slopes below `low`; the others are `1 / scale` wide, and the last one takes the rest.
[[gnu::always_inline]] inline void put_in_bins(Slopes& slopes, double low, double scale) {
  constexpr double last = Slopes::bins - 1;
  constexpr std::size_t block = 256;
  // Step by step: loops that the compiler does side by side.
  std::array<double, block> held;
  std::array<std::int32_t, block> whole;
  for (std::size_t first = 0; first < slopes.size; first += block) {
    const std::size_t n = std::min(block, slopes.size - first);
    const double* slope = slopes.slope.get() + first;
    std::int8_t* bins = slopes.bin.get() + first;
    for (std::size_t k = 0; k < n; ++k) {
      const double bin = std::max(0.0, (slope[k] - low) * scale + 1);
      held[k] = bin < last ? bin : last;
    }
    for (std::size_t k = 0; k < n; ++k) whole[k] = static_cast<std::int32_t>(held[k]);
    for (std::size_t k = 0; k < n; ++k) bins[k] = static_cast<std::int8_t>(whole[k] + Slopes::lowest_bin);
  }
}

/// How many are below one: in bytes, that are summed before they overflow.
[[gnu::always_inline]] inline std::size_t count_below(const std::int8_t* bins, std::size_t n, std::int8_t bin) {
  constexpr std::size_t block = 192;  // a byte can count them
  std::size_t count = 0, first = 0;
  for (; first + block <= n; first += block) {
    std::uint8_t below = 0;
    for (std::size_t k = 0; k < block; ++k) below = static_cast<std::uint8_t>(below + (bins[first + k] < bin ? 1 : 0));
    count += below;
  }
  for (; first < n; ++first) count += bins[first] < bin ? 1 : 0;
  return count;
}

/// Copies the slopes of a bin, without branches where there are some: which ones those are is a matter of chance.
/// @param out  longer than they are
[[gnu::always_inline]] inline void gather_bin(const Slopes& slopes, std::int8_t bin, double* out) {
  constexpr std::size_t block = 32;
  for (std::size_t first = 0; first < slopes.size; first += block) {
    const std::size_t n = std::min(block, slopes.size - first);
    const std::int8_t* bins = slopes.bin.get() + first;
    if (n == block) {
      std::uint8_t any = 0;
      for (std::size_t k = 0; k < block; ++k) any |= bins[k] == bin ? 1 : 0;
      if (any == 0) continue;
    }
    for (std::size_t k = 0; k < n; ++k) {
      *out = slopes.slope[first + k];
      out += bins[k] == bin ? 1 : 0;
    }
  }
}

/// The loops with the instructions that the processor has; the same bits with all of them.
struct Loops {
  void (*slopes)(double, double, const double*, const double*, std::size_t, double*);
  void (*put_in_bins)(Slopes&, double, double);
  std::size_t (*count_below)(const std::int8_t*, std::size_t, std::int8_t);
  void (*gather_bin)(const Slopes&, std::int8_t, double*);
};
#define TOCSIN_SEN_LOOPS(suffix, attributes)                                                                          \
  attributes void slopes##suffix(double value, double time, const double* values, const double* times, std::size_t n, \
                                 double* out) {                                                                       \
    slopes_from(value, time, values, times, n, out);                                                                  \
  }                                                                                                                   \
  attributes void put##suffix(Slopes& slopes, double low, double scale) {                                             \
    put_in_bins(slopes, low, scale);                                                                                  \
  }                                                                                                                   \
  attributes std::size_t count##suffix(const std::int8_t* bins, std::size_t n, std::int8_t bin) {                     \
    return count_below(bins, n, bin);                                                                                 \
  }                                                                                                                   \
  attributes void gather##suffix(const Slopes& slopes, std::int8_t bin, double* out) {                                \
    gather_bin(slopes, bin, out);                                                                                     \
  }                                                                                                                   \
  constexpr Loops loops##suffix{slopes##suffix, put##suffix, count##suffix, gather##suffix};
TOCSIN_SEN_LOOPS(_portable, )
#if defined(__x86_64__)
TOCSIN_SEN_LOOPS(_avx2, [[gnu::target("avx2")]])
TOCSIN_SEN_LOOPS(_avx512, [[gnu::target("avx512f,avx512vl,avx512bw,avx512dq,prefer-vector-width=512")]])
#endif
#undef TOCSIN_SEN_LOOPS

const Loops& loops() {
#if defined(__x86_64__)
  static const InstructionSet set = widest_instruction_set();
  if (set == InstructionSet::avx512) return loops_avx512;
  if (set == InstructionSet::avx2) return loops_avx2;
#endif
  return loops_portable;
}

Slopes slopes_of(const Observed& series) {
  Slopes slopes(series.pairs());
  double* out = slopes.slope.get();
  for (std::size_t i = 0; i + 1 < series.value.size(); ++i) {
    const std::size_t later = series.value.size() - i - 1;
    loops().slopes(series.value[i], series.time[i], &series.value[i + 1], &series.time[i + 1], later, out);
    out += later;
  }
  return slopes;
}

/// Slopes of which ranks are selected: first the bin that holds one, by counting, then the slope among the few in it.
class Ranked {
 public:
  /// @param least, most  the ranks that will be asked for lie between them: the bins part the slopes there
  Ranked(Slopes slopes, const Rank& least, const Rank& most) : all_(std::move(slopes)) {
    const Bounds bounds = bounds_by_sample(least, most);
    if (bounds.scale > 0)
      loops().put_in_bins(all_, bounds.low, bounds.scale);
    else
      std::fill(all_.bin.get(), all_.bin.get() + all_.size, first_bin);
    in_first_ = below(first_bin + 1);
    before_last_ = below(last_bin);
  }

  /// The slope of a rank, interpolated.
  [[nodiscard]] double at(const Rank& rank) {
    const Bin bin = bin_of(rank.below);
    std::vector<double>& within = in_bin(bin);
    const auto place = within.begin() + static_cast<std::ptrdiff_t>(rank.below - bin.from);
    const bool all_equal = std::all_of(within.begin(), within.end(), [&](double slope) { return slope == within[0]; });
    if (!all_equal) std::nth_element(within.begin(), place, within.end());
    if (rank.part == 0) return *place;
    const double slope = *place;
    if (place + 1 != within.end()) return slope + rank.part * (*std::min_element(place + 1, within.end()) - slope);
    const std::vector<double>& above = in_bin(bin_of(rank.below + 1));
    return slope + rank.part * (*std::min_element(above.begin(), above.end()) - slope);
  }

 private:
  static constexpr int first_bin = Slopes::lowest_bin, last_bin = first_bin + Slopes::bins - 1;

  /// Its slopes have the ranks from `from` to below `to`.
  struct Bin {
    int number;
    std::size_t from, to;
  };
  struct Bounds {
    double low, scale;  ///< scale 0: all in the first bin
  };

  /// The slopes of ranks are guessed from a sample, with room for its error.
  [[nodiscard]] Bounds bounds_by_sample(const Rank& least, const Rank& most) const {
    constexpr std::size_t sampled = 64;
    constexpr double margin = 8;  // two standard errors of a rank in the sample
    if (all_.size < 4 * sampled) return {0, 0};
    std::array<double, sampled> sample;
    for (std::size_t k = 0; k < sampled; ++k) sample[k] = all_.slope[k * all_.size / sampled];
    std::sort(sample.begin(), sample.end());
    const auto guess = [&](const Rank& rank, double room) {
      const double at = static_cast<double>(rank.below) * sampled / static_cast<double>(all_.size) + room;
      return sample[static_cast<std::size_t>(std::clamp(at, 0.0, sampled - 1.0))];
    };
    const double low = guess(least, -margin), width = guess(most, margin) - low;
    if (!std::isfinite(low) || !std::isfinite(width)) return {0, 0};
    constexpr double finest = 1e300;  // where many are equal
    return {low, std::min(finest, (Slopes::bins - 2) / width)};
  }

  [[nodiscard]] std::size_t below(int bin) const {
    return loops().count_below(all_.bin.get(), all_.size, static_cast<std::int8_t>(bin));
  }

  [[nodiscard]] Bin bin_of(std::size_t rank) const {
    if (rank < in_first_) return {first_bin, 0, in_first_};
    if (rank >= before_last_) return {last_bin, before_last_, all_.size};
    // It is in a bin from `low` to below `high`, whose slopes have the ranks from `from` to below `to`. Guesses by
    // proportion, which are mostly near, take turns with halves, which are never bad.
    int low = first_bin + 1, high = last_bin;
    std::size_t from = in_first_, to = before_last_;
    for (bool halve = false; high - low > 1; halve = !halve) {
      const double share = halve ? 0.5 : static_cast<double>(rank - from) / static_cast<double>(to - from);
      const int probe = std::clamp(low + static_cast<int>(share * (high - low) + 0.5), low + 1, high - 1);
      const std::size_t count = below(probe);
      (count <= rank ? low : high) = probe;
      (count <= rank ? from : to) = count;
    }
    return {low, from, to};
  }

  /// The slopes of a bin, in any order. Where many slopes are equal, several ranks are in one bin.
  [[nodiscard]] std::vector<double>& in_bin(const Bin& bin) {
    if (bin.number != gathered_) {
      within_.resize(bin.to - bin.from + 1);
      loops().gather_bin(all_, static_cast<std::int8_t>(bin.number), within_.data());
      within_.pop_back();
      gathered_ = bin.number;
    }
    return within_;
  }

  static constexpr int no_bin = last_bin + 1;
  Slopes all_;
  std::size_t in_first_, before_last_;
  std::vector<double> within_;
  int gathered_ = no_bin;
};

double median_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return *middle + 0.5 * (*std::min_element(middle + 1, values.end()) - *middle);
}

/// As above, to the last bit.
double median_of_rising(const std::vector<double>& values) {
  const std::size_t middle = (values.size() - 1) / 2;
  if (values.size() % 2 == 1) return values[middle];
  return values[middle] + 0.5 * (values[middle + 1] - values[middle]);
}

/// Of the normal distribution. Kept for the next series, which mostly asks for the same.
double deviate_of(double confidence) {
  thread_local double known = 0, deviate = 0;
  if (confidence != known) deviate = boost::math::quantile(boost::math::normal(), 0.5 + confidence / 2);
  known = confidence;
  return deviate;
}

void check_times(std::span<const double> values, std::span<const double> times) {
  if (times.empty()) return;
  if (times.size() != values.size())
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("{} times for {} values; give each value its time, or none", times.size(), values.size()));
  for (std::size_t i = 0; i < times.size(); ++i)
    if (!std::isfinite(times[i]) || (i > 0 && !(times[i] > times[i - 1])))
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("time {} of the series is {}; times are finite and each is later than the last", i + 1,
                              times[i]));
}

}  // namespace

void SenSlopeOptions::validate() const {
  if (!(confidence > 0 && confidence < 1))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("confidence {}: an interval's confidence is above 0 and below 1", confidence));
}

SenSlope sen_slope(std::span<const double> values, std::span<const double> times, const SenSlopeOptions& options) {
  options.validate();
  check_times(values, times);
  Observed series;
  series.value.reserve(values.size());
  series.time.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    if (std::isinf(values[i]))
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("value {} of the series is infinite: it has no slope", i + 1));
    series.value.push_back(values[i]);
    series.time.push_back(times.empty() ? static_cast<double>(i) : times[i]);
  }
  if (series.value.size() < 2) return {not_observed, not_observed, not_observed, not_observed, 0};
  const double c = deviate_of(options.confidence) * std::sqrt(mann_kendall(series.value).variance);
  const std::size_t pairs = series.pairs();
  const auto n = static_cast<double>(pairs);
  const Rank middle((n + 1) / 2, pairs), low((n - c) / 2, pairs), high((n + c) / 2 + 1, pairs);

  Ranked slopes(slopes_of(series), low, high);
  SenSlope result;
  result.slopes = static_cast<std::int64_t>(pairs);
  result.slope = slopes.at(middle);
  result.lower = slopes.at(low);
  result.upper = slopes.at(high);
  result.intercept = median_of(series.value) - result.slope * median_of_rising(series.time);
  return result;
}

}  // namespace tocsin
