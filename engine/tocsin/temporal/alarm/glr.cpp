#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <tocsin/temporal/alarm/detail/alarm_series.hpp>
#include <tocsin/temporal/alarm/detail/harmonic_rate.hpp>
#include <tocsin/temporal/alarm/detail/usual_rate.hpp>

namespace tocsin::detail {
namespace {

/// Periods since the last alarm, and the likelihood of a rise since any of them.
class RiseSearch {
 public:
  RiseSearch(double size, std::optional<double> rise) : size_(size), rise_(rise) {}

  void add(double count, double mean) {
    counts_.push_back(count);
    means_.push_back(mean);
  }
  void set_newest(double count) { counts_.back() = count; }
  void clear() {
    counts_.clear();
    means_.clear();
  }

  /// The largest log likelihood ratio of a rise that began with one of the periods.
  [[nodiscard]] double statistic() const {
    double best = 0, events = 0, expected = 0, log_rise = 0;
    for (std::size_t from = counts_.size(); from-- > 0;) {
      events += counts_[from];
      expected += means_[from];
      if (rise_)
        log_rise = std::log(*rise_);
      else if (std::isinf(size_))
        log_rise = events > expected ? std::log(events / expected) : 0;
      else
        log_rise = likeliest(from, std::max(log_rise, 0.0));
      const double ratio =
          std::isinf(size_) ? events * log_rise - expected * std::expm1(log_rise) : ratio_since(from, log_rise);
      best = std::max(best, ratio);
    }
    return best;
  }

 private:
  /// Log likelihood ratio of negative binomial counts.
  [[nodiscard]] double ratio_since(std::size_t from, double log_rise) const {
    double sum = 0;
    for (std::size_t t = from; t < counts_.size(); ++t)
      sum += counts_[t] * log_rise -
             (counts_[t] + size_) * std::log((size_ + means_[t] * std::exp(log_rise)) / (size_ + means_[t]));
    return sum;
  }

  /// The log rise at which that is largest, not below 0: it is concave, so that Newton's method finds it.
  [[nodiscard]] double likeliest(std::size_t from, double guess) const {
    constexpr int most_steps = 60;
    for (int step = 0; step < most_steps; ++step) {
      double score = 0, information = 0;
      for (std::size_t t = from; t < counts_.size(); ++t) {
        const double mean = means_[t] * std::exp(guess), share = mean / (size_ + mean);
        score += counts_[t] - (counts_[t] + size_) * share;
        information += (counts_[t] + size_) * share * (1 - share);
      }
      if (guess <= 0 && score <= 0) return 0;
      const double change = std::clamp(score / information, -1.0, 1.0);
      guess = std::max(0.0, guess + change);
      if (std::abs(change) < 1e-10) break;
    }
    return guess;
  }

  double size_;
  std::optional<double> rise_;
  std::vector<double> counts_, means_;
};

/// The largest newest count that stays below the limit; it is the newest one that `search` holds, which changes.
double largest_below(RiseSearch& search, double mean, double limit) {
  const auto alarms = [&](double count) {
    search.set_newest(count);
    return search.statistic() >= limit;
  };
  if (alarms(0)) return 0;
  double low = 0, high = std::ceil(2 * mean + limit);
  while (!alarms(high)) {
    low = high;
    high *= 2;
  }
  while (high - low > 1) {
    const double middle = std::floor((low + high) / 2);
    (alarms(middle) ? high : low) = middle;
  }
  return low;
}

}  // namespace

/// Hoehle and Paul (2008), Computational Statistics and Data Analysis 52:4357; summation starts anew after an alarm.
void judge_glr(const AlarmSeries& series, const AlarmOptions& options, std::span<AlarmPoint> points) {
  const UsualRate usual = usual_rate(series, options);
  if (usual.periods < options.least_past) return;
  const std::vector<double> means =
      options.baseline == 0 ? harmonic_means(series, options.season) : std::vector<double>{};
  const double size = options.method == AlarmMethod::glr_nb ? options.nb_size.value_or(usual.size)
                                                            : std::numeric_limits<double>::infinity();
  RiseSearch search(size, options.glr_rise);
  for (std::size_t t = series.first; t < series.size(); ++t) {
    if (!series.observed(t)) continue;
    AlarmPoint& point = points[t - series.first];
    point.expected = means.empty() ? usual.rate * series.exposure(t) : means[t - series.first];
    search.add(point.observed, point.expected);
    point.upper = largest_below(search, point.expected, options.glr_limit);
    search.set_newest(point.observed);
    point.statistic = search.statistic();
    point.limit = options.glr_limit;
    point.score = score_of(point);
    point.flag = point.statistic >= options.glr_limit;
    point.reason = usual.floored ? AlarmReason::floored : AlarmReason::judged;
    if (point.flag) search.clear();
  }
}

}  // namespace tocsin::detail
