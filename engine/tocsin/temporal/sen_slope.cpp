#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <boost/math/distributions/normal.hpp>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/instruction_set.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/temporal/mann_kendall.hpp>
#include <tocsin/temporal/sen_slope.hpp>

namespace tocsin {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

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

/// How many of some numbers lie below one, and how many do or are it.
struct Position {
  std::int64_t below = 0, at_most = 0;
};

[[gnu::always_inline]] inline Position position_in(const double* numbers, std::size_t n, double of) {
  Position position;
  for (std::size_t k = 0; k < n; ++k) {
    position.below += numbers[k] < of;
    position.at_most += numbers[k] <= of;
  }
  return position;
}

[[gnu::always_inline]] inline void slopes_from(double value, double time, const double* values, const double* times,
                                               std::size_t n, double* slopes) {
  for (std::size_t k = 0; k < n; ++k) slopes[k] = (values[k] - value) / (times[k] - time);
}

/// Copies the numbers from low to high, both included. Without branches: which ones those are is a matter of chance.
/// @param out  as long as `numbers`
[[gnu::always_inline]] inline std::size_t gather_from(const double* numbers, std::size_t n, double low, double high,
                                                      double* out) {
  std::size_t kept = 0;
  for (std::size_t k = 0; k < n; ++k) {
    out[kept] = numbers[k];
    kept += static_cast<std::size_t>((numbers[k] >= low) & (numbers[k] <= high));
  }
  return kept;
}

/// The loops with the instructions that the processor has; the same bits with all of them.
struct Loops {
  Position (*position)(const double*, std::size_t, double);
  void (*slopes)(double, double, const double*, const double*, std::size_t, double*);
  std::size_t (*gather)(const double*, std::size_t, double, double, double*);
};
#define TOCSIN_SEN_LOOPS(suffix, attributes)                                                                          \
  attributes Position position##suffix(const double* numbers, std::size_t n, double of) {                             \
    return position_in(numbers, n, of);                                                                               \
  }                                                                                                                   \
  attributes void slopes##suffix(double value, double time, const double* values, const double* times, std::size_t n, \
                                 double* out) {                                                                       \
    slopes_from(value, time, values, times, n, out);                                                                  \
  }
TOCSIN_SEN_LOOPS(_portable, )
std::size_t gather_portable(const double* numbers, std::size_t n, double low, double high, double* out) {
  return gather_from(numbers, n, low, high, out);
}
constexpr Loops loops_portable{position_portable, slopes_portable, gather_portable};
#if defined(__x86_64__)
TOCSIN_SEN_LOOPS(_avx2, [[gnu::target("avx2")]])
constexpr Loops loops_avx2{position_avx2, slopes_avx2, gather_portable};
TOCSIN_SEN_LOOPS(_avx512, [[gnu::target("avx512f,avx512vl,avx512bw,avx512dq,prefer-vector-width=512")]])
/// Eight numbers at a time: no compiler makes this of the loop.
[[gnu::target("avx512f,avx512vl,avx512bw,avx512dq")]] std::size_t gather_avx512(const double* numbers, std::size_t n,
                                                                                double low, double high, double* out) {
  const __m512d least = _mm512_set1_pd(low), most = _mm512_set1_pd(high);
  std::size_t kept = 0, k = 0;
  for (; k + 8 <= n; k += 8) {
    const __m512d eight = _mm512_loadu_pd(numbers + k);
    const __mmask8 within = static_cast<__mmask8>(_mm512_cmp_pd_mask(eight, least, _CMP_GE_OQ) &
                                                  _mm512_cmp_pd_mask(eight, most, _CMP_LE_OQ));
    // No room is overrun: `kept` is at most k.
    _mm512_storeu_pd(out + kept, _mm512_maskz_compress_pd(within, eight));
    kept += static_cast<std::size_t>(__builtin_popcount(within));
  }
  return kept + gather_from(numbers + k, n - k, low, high, out + kept);
}
constexpr Loops loops_avx512{position_avx512, slopes_avx512, gather_avx512};
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

/// The slopes of all pairs.
std::vector<double> slopes_of(const Observed& series) {
  std::vector<double> slopes(series.pairs());
  double* out = slopes.data();
  for (std::size_t i = 0; i + 1 < series.value.size(); ++i) {
    const std::size_t later = series.value.size() - i - 1;
    loops().slopes(series.value[i], series.time[i], &series.value[i + 1], &series.time[i + 1], later, out);
    out += later;
  }
  return slopes;
}

/// Numbers of which ranks are selected. A sample of them narrows a rank down, each by one look at all; which ones
/// decides on nothing but the time it takes.
class Ranked {
 public:
  /// @param offset  how many smaller ones were left out
  /// @param beyond  the least of the larger ones that were left out; infinite: none
  explicit Ranked(std::vector<double> numbers, std::int64_t offset = 0, double beyond = infinity)
      : all_(std::move(numbers)), offset_(offset), beyond_(beyond) {
    if (all_.size() < 4 * sampled) return;
    for (std::size_t k = 0; k < sampled; ++k) sample_.push_back(all_[k * all_.size() / sampled]);
    std::sort(sample_.begin(), sample_.end());
  }

  /// Those between two of the sample, which hold the ranks, and are likely to be few.
  [[nodiscard]] Ranked around(const Rank& least, const Rank& most) const {
    if (sample_.empty()) return *this;
    constexpr double margin = 5;  // of the sample: more than a standard error of a rank in it
    const double scale = static_cast<double>(sampled) / static_cast<double>(all_.size());
    const double from = std::floor(static_cast<double>(least.below) * scale - margin);
    const double to = std::ceil(static_cast<double>(most.below) * scale + margin);
    double low = -infinity, high = infinity;
    std::int64_t below = 0;
    if (from >= 0) {
      const double probe = sample_[static_cast<std::size_t>(from)];
      const Position position = loops().position(all_.data(), all_.size(), probe);
      if (position.below <= static_cast<std::int64_t>(least.below)) {
        low = probe;
        below = position.below;
      }
    }
    if (to < static_cast<double>(sampled)) {
      const double probe = sample_[static_cast<std::size_t>(to)];
      const Position position = loops().position(all_.data(), all_.size(), probe);
      if (position.at_most > static_cast<std::int64_t>(most.below) + 1) high = probe;
    }
    return Ranked(between(low, high), below);
  }

  /// The number of a rank, interpolated.
  [[nodiscard]] double at(const Rank& rank) const {
    const std::int64_t wanted = static_cast<std::int64_t>(rank.below) - offset_;
    // The numbers from low to high, both included, have the ranks from `from` to below `to`.
    double low = -infinity, high = infinity, beyond = beyond_;
    std::int64_t from = 0, to = static_cast<std::int64_t>(all_.size());
    std::size_t first = 0, last = sample_.size();
    while (to - from > few && first < last) {
      const double share = static_cast<double>(wanted - from) / static_cast<double>(to - from);
      const auto k = std::min(last - 1, first + static_cast<std::size_t>(share * static_cast<double>(last - first)));
      const double probe = sample_[k];
      const Position position = loops().position(all_.data(), all_.size(), probe);
      if (wanted < position.below) {
        high = std::nextafter(probe, -infinity);
        beyond = probe;
        to = position.below;
        last = k;
      } else if (wanted >= position.at_most) {
        low = std::nextafter(probe, infinity);
        from = position.at_most;
        first = k + 1;
      } else {
        if (rank.part == 0 || wanted + 1 < position.at_most) return probe;
        return probe + rank.part * (least_above(probe) - probe);
      }
    }
    std::vector<double> within = between(low, high);
    const auto place = within.begin() + static_cast<std::ptrdiff_t>(wanted - from);
    std::nth_element(within.begin(), place, within.end());
    if (rank.part == 0) return *place;
    const double next = place + 1 == within.end() ? beyond : *std::min_element(place + 1, within.end());
    return *place + rank.part * (next - *place);
  }

 private:
  static constexpr std::size_t sampled = 64;
  static constexpr std::int64_t few = 32;

  [[nodiscard]] double least_above(double value) const {
    double least = beyond_;
    for (const double number : all_) least = number > value && number < least ? number : least;
    return least;
  }
  [[nodiscard]] std::vector<double> between(double low, double high) const {
    std::vector<double> found(all_.size() + 1);
    found.resize(loops().gather(all_.data(), all_.size(), low, high, found.data()));
    return found;
  }

  std::vector<double> all_, sample_;
  std::int64_t offset_;
  double beyond_;
};

double median_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return *middle + 0.5 * (*std::min_element(middle + 1, values.end()) - *middle);
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
  const double deviate = boost::math::quantile(boost::math::normal(), 0.5 + options.confidence / 2);
  const double c = deviate * std::sqrt(mann_kendall(series.value).variance);
  const std::size_t pairs = series.pairs();
  const auto n = static_cast<double>(pairs);
  const Rank middle((n + 1) / 2, pairs), low((n - c) / 2, pairs), high((n + c) / 2 + 1, pairs);

  const Ranked slopes = Ranked(slopes_of(series)).around(low, high);
  SenSlope result;
  result.slopes = static_cast<std::int64_t>(pairs);
  result.slope = slopes.at(middle);
  result.lower = slopes.at(low);
  result.upper = slopes.at(high);
  result.intercept = median_of(series.value) - result.slope * median_of(series.time);
  return result;
}

}  // namespace tocsin
