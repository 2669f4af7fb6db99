#include <algorithm>
#include <cmath>
#include <limits>

#include <tocsin/temporal/usual_numbers.hpp>

namespace tocsin {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double least_shape = 0.3, most_shape = 20;
/// A period is open when half of its days were, and counts among the last ones when half of it could be known.
constexpr double open_share = 0.5;
/// Less history of its own, in full periods, says nothing of a series.
constexpr double least_own = 0.5;

/// Known events and, in periods that were known in full, the time that they took.
struct History {
  double events = 0, periods = 0;
};

bool too_silent(Silence silence) {
  return silence == Silence::fewer || silence == Silence::fewer_or_ended;
}

class HistoryBefore {
 public:
  HistoryBefore(const PastNumbers& past, std::size_t t) : past_(past), t_(t) {}

  /// Each period that says what is usual of a series in period t.
  template <typename Use>
  void each(std::size_t series, const Use& use) const {
    const std::size_t from = newest(series);
    double before = 0;
    walk_back(series, from, open_share, [&](std::size_t k) { before += past_.exposure[past_.at(series, k)]; });
    if (before >= least_own) return walk_back(series, from, open_share, use);
    // Also what became known of closed periods, and what came after.
    walk_back(series, from, 0, use);
    walk_on(series, use);
  }

 private:
  /// Where a silence goes on up to period t: the first period of it. So many of them as make a history are the usual.
  [[nodiscard]] std::size_t newest(std::size_t series) const {
    std::size_t k = t_;
    int silent = 0;
    for (; k > 0 && silent < past_.history_periods; --k) {
      const std::size_t cell = past_.at(series, k - 1);
      if (past_.exposure[cell] == 0) continue;  // a closed period ends no silence
      if (!too_silent(past_.silence[cell])) break;
      ++silent;
    }
    return silent < past_.history_periods ? k : t_;
  }

  /// The last open periods before `from`.
  /// @param least_access  of their days; where less was open what became known of the period is no rate
  template <typename Use>
  void walk_back(std::size_t series, std::size_t from, double least_access, const Use& use) const {
    int open = 0;
    for (std::size_t k = from; k > 0 && open < past_.history_periods; --k)
      open += used(series, k - 1, least_access, use);
  }
  /// The first periods after t.
  template <typename Use>
  void walk_on(std::size_t series, const Use& use) const {
    int open = 0;
    for (std::size_t k = t_ + 1; k < past_.periods && open < past_.history_periods; ++k)
      open += used(series, k, 0, use);
  }
  /// 1 for a period that counts.
  template <typename Use>
  int used(std::size_t series, std::size_t period, double least_access, const Use& use) const {
    const std::size_t cell = past_.at(series, period);
    const double exposure = past_.exposure[cell];
    if (exposure == 0 || past_.access_share[cell] < least_access) return 0;
    use(period);
    return exposure >= open_share ? 1 : 0;
  }

  const PastNumbers& past_;
  std::size_t t_;
};

/// By moments: Var = m e + (m e)^2 / shape, over all series; few events draw it to 2.
/// @param below  the variance is twice that of the numbers below the mean
double shape_of(const PastNumbers& past, const HistoryBefore& history, std::span<const double> means, bool below) {
  constexpr double usual_inverse = 0.5, usual_weight = 5;
  double excess = usual_inverse * usual_weight, square = usual_weight;
  for (std::size_t s = 0; s < past.series; ++s)
    history.each(s, [&](std::size_t k) {
      const std::size_t cell = past.at(s, k);
      const double mean = means[s] * past.exposure[cell];
      if (mean == 0) return;
      const double difference = past.known[cell] - mean;
      const double weight = !below ? 1 : difference < 0 ? 2 : 0;
      excess += weight * difference * difference - mean;
      square += mean * mean;
    });
  return excess <= 0 ? most_shape : std::clamp(square / excess, least_shape, most_shape);
}

/// The variance of each series' numbers by their mean, by the series and, as if they were twelve periods more, all.
std::vector<double> dispersions(const PastNumbers& past, const HistoryBefore& history, std::span<const double> means) {
  constexpr double periods_of_all = 12;
  std::vector<double> sums(past.series), periods(past.series);
  double sum = 0, all = 0;
  for (std::size_t s = 0; s < past.series; ++s) {
    history.each(s, [&](std::size_t k) {
      const std::size_t cell = past.at(s, k);
      const double mean = means[s] * past.exposure[cell];
      if (mean == 0) return;
      sums[s] += (past.known[cell] - mean) * (past.known[cell] - mean) / mean;
      ++periods[s];
    });
    sum += sums[s];
    all += periods[s];
  }
  std::vector<double> result;
  for (std::size_t s = 0; s < past.series; ++s)
    result.push_back(
        std::max(1.0, (sums[s] + periods_of_all * std::max(1.0, sum / all)) / (periods[s] + periods_of_all)));
  return result;
}

/// How much series differ from each other: the variance of their rates by the square of the mean, beyond what chance
/// makes of equal ones.
double variance_between(std::span<const History> own, double of_all) {
  constexpr double unknown = 1;  // of one series nothing is seen of it: as wide as the mean
  constexpr double least = 0.5;
  double sum = 0, series = 0;
  for (const History& history : own) {
    if (history.periods < least_own) continue;
    const double difference = history.events / history.periods - of_all;
    sum += difference * difference - of_all / history.periods;
    ++series;
  }
  return series < 2 ? unknown : std::max(least, sum / (series - 1) / (of_all * of_all));
}

}  // namespace

UsualNumbers usual_numbers(const PastNumbers& past, std::size_t t) {
  const HistoryBefore history(past, t);
  UsualNumbers result;
  for (std::vector<double>* column : {&result.mean, &result.shape, &result.dispersion, &result.rests_on})
    column->assign(past.series, nan);
  result.from.assign(past.series, UsualFrom::none);
  std::vector<History> own(past.series);
  History all;
  for (std::size_t s = 0; s < past.series; ++s) {
    history.each(s, [&](std::size_t k) {
      own[s].events += past.known[past.at(s, k)];
      own[s].periods += past.exposure[past.at(s, k)];
    });
    all.events += own[s].events;
    all.periods += own[s].periods;
  }
  if (all.periods == 0) return result;
  // No history makes a rate of 0: half an event stands for what chance kept away.
  const double of_all = (all.events + 0.5) / all.periods;
  // Periods that the mean of all weighs beside a series' own.
  constexpr double pooled_periods = 1;
  for (std::size_t s = 0; s < past.series; ++s) {
    result.mean[s] = (own[s].events + pooled_periods * of_all) / (own[s].periods + pooled_periods);
    result.from[s] = own[s].periods >= least_own ? UsualFrom::own : UsualFrom::others;
  }
  const double shape = shape_of(past, history, result.mean, false);
  const double of_others = std::max(least_shape, 1 / (1 / shape + variance_between(own, of_all)));
  for (std::size_t s = 0; s < past.series; ++s) result.shape[s] = result.from[s] == UsualFrom::own ? shape : of_others;
  result.dispersion = dispersions(past, history, result.mean);
  for (std::size_t s = 0; s < past.series; ++s)
    result.rests_on[s] = result.mean[s] * (own[s].periods + pooled_periods) / result.dispersion[s];
  result.lower_shape = shape_of(past, history, result.mean, true);
  return result;
}

}  // namespace tocsin
