#include <algorithm>
#include <cmath>

#include <tocsin/temporal/alarm/detail/alarm_series.hpp>
#include <tocsin/temporal/alarm/detail/count_model.hpp>
#include <tocsin/temporal/alarm/detail/seasonal_fit.hpp>
#include <tocsin/temporal/alarm/predictive.hpp>

namespace tocsin::detail {
namespace {

/// The options of a method, with what the method and the season's length decide.
struct Farrington {
  std::size_t season, years, half_window, levels, left_out;
  double reweight_above, trend_p;
  FarringtonBound bound;

  explicit Farrington(const AlarmOptions& options)
      : season(options.season),
        years(options.years_back),
        half_window(options.half_window.value_or(usual_half_window(season))),
        levels(1),
        left_out(half_window),  // the years before alone
        reweight_above(options.reweight_above.value_or(1)),
        trend_p(options.trend_p.value_or(0.05)),
        bound(options.bound == FarringtonBound::by_method ? FarringtonBound::two_thirds : options.bound) {
    if (options.method == AlarmMethod::farrington_flexible) {
      const std::size_t between = season - (2 * half_window + 1);
      // Nine levels besides of weeks; of months levels of three or so, which have enough to go by.
      levels = 1 + std::min<std::size_t>(9, between > 3 ? std::max<std::size_t>(3, between / 3) : between);
      left_out = season / 2;
      reweight_above = options.reweight_above.value_or(2.58);
      trend_p = options.trend_p.value_or(1);
      if (options.bound == FarringtonBound::by_method) bound = FarringtonBound::nb_predictive;
    }
    levels = std::min(options.levels.value_or(levels), 1 + season - (2 * half_window + 1));
    left_out = options.left_out.value_or(left_out);
  }
};

/// What is fitted for a period: windows about its date in years before, level 0, and what lies between them in levels
/// 1, 2, ..., the longer ones first.
class Reference {
 public:
  Reference(const AlarmSeries& series, const Farrington& how, std::size_t t) : series_(series), how_(how), t_(t) {
    for (std::size_t year = how.years; year > 0; --year)
      if (year * how.season + how.half_window <= t) {
        ++years_;
        add_year(t - year * how.season);
      }
    // The half window before the period itself; left_out may take it away again.
    if (how.left_out < how.half_window) add(t - how.half_window, t - how.left_out, 0);
    drop_absent_levels();
  }

  [[nodiscard]] const SeasonalCounts& counts() const { return counts_; }
  [[nodiscard]] std::size_t years() const { return years_; }

 private:
  void add_year(std::size_t centre) {
    const std::size_t w = how_.half_window;
    add(centre - w, centre + w + 1, 0);
    if (how_.levels == 1) return;
    const std::size_t between = how_.season - (2 * w + 1), parts = how_.levels - 1;
    std::size_t from = centre + w + 1;
    for (std::size_t part = 0; part < parts; ++part) {
      const std::size_t length = between / parts + (part < between % parts ? 1 : 0);
      add(from, from + length, part + 1);
      from += length;
    }
  }

  void add(std::size_t from, std::size_t to, std::size_t level) {
    // Nothing of the last periods: an outbreak that goes on would be taken for the usual.
    to = std::min(to, t_ > how_.left_out ? t_ - how_.left_out : 0);
    for (std::size_t s = from; s < to; ++s) {
      if (!series_.observed(s)) continue;
      counts_.counts.push_back(series_.counts[s]);
      counts_.exposure.push_back(series_.exposure(s));
      counts_.time.push_back(static_cast<double>(s) - static_cast<double>(t_));
      counts_.level.push_back(level);
    }
  }

  /// Numbers the levels that have periods anew; level 0 stays.
  void drop_absent_levels() {
    std::vector<std::size_t> number(how_.levels, 0);
    for (const std::size_t level : counts_.level) number[level] = 1;
    number[0] = 1;
    std::size_t used = 0;
    for (std::size_t& n : number) n = n > 0 ? used++ : 0;
    for (std::size_t& level : counts_.level) level = number[level];
    counts_.levels = used;
  }

  const AlarmSeries& series_;
  const Farrington& how_;
  std::size_t t_, years_ = 0;
  SeasonalCounts counts_;
};

/// The fit, reweighted where residuals ask for it.
SeasonalFit reweighted_fit(const SeasonalCounts& data, Trend trend, const Farrington& how) {
  SeasonalFit fit = fit_seasonal(data, trend, {});
  if (std::isinf(how.reweight_above)) return fit;
  return fit_seasonal(data, fit.has_trend ? Trend::yes : Trend::no, outbreak_weights(data, fit, how.reweight_above));
}

/// With a trend where it is told from none, rests on three years, and does not go beyond all that was seen.
SeasonalFit fit_reference(const Reference& reference, const Farrington& how) {
  const SeasonalCounts& data = reference.counts();
  if (how.trend_p > 0 && reference.years() >= 3) {
    SeasonalFit fit = reweighted_fit(data, Trend::yes, how);
    double most = 0;
    for (std::size_t i = 0; i < data.size(); ++i) most = std::max(most, data.counts[i] / data.exposure[i]);
    const bool told = how.trend_p >= 1 || fit.slope_p < how.trend_p;
    if (fit.has_trend && told && std::exp(fit.predictor(0)) <= most) return fit;
  }
  return reweighted_fit(data, Trend::no, how);
}

/// Bound, variance and tail of a fitted period.
void bound_point(const SeasonalFit& fit, double exposure, const Farrington& how, double alpha, AlarmPoint& point) {
  const double z = normal_quantile(1 - alpha), mean = std::exp(fit.predictor(0)) * exposure;
  const double error = fit.predictor_error(0), phi = fit.dispersion;
  const double tau = phi + mean * error * error;
  point.expected = mean;
  point.variance = mean * tau;
  if (how.bound == FarringtonBound::untransformed) {
    point.upper = mean + z * std::sqrt(mean * tau);
    point.p = normal_upper_tail((point.observed - mean) / std::sqrt(mean * tau));
  } else if (how.bound == FarringtonBound::two_thirds) {
    const double power = std::cbrt(mean * mean), spread = std::sqrt(4.0 / 9 * std::cbrt(mean) * tau);
    point.upper = std::pow(power + z * spread, 1.5);
    point.p = normal_upper_tail((std::cbrt(point.observed * point.observed) - power) / spread);
  } else {
    const double of = how.bound == FarringtonBound::nb_of_bound ? mean * std::exp(z * error) : mean;
    const CountModel model =
        CountModel::of_variance(of, how.bound == FarringtonBound::nb_predictive ? point.variance : phi * of);
    point.upper = model.upper_quantile(alpha);
    point.p = model.at_least(whole_events(point.observed));
  }
}

bool too_few_of_late(const AlarmSeries& series, std::size_t t, const AlarmOptions& options) {
  double events = 0;
  std::size_t seen = 0;
  for (std::size_t s = t + 1; s > 0 && seen < options.least_events_in;) {
    --s;
    if (!series.observed(s)) continue;
    events += series.counts[s];
    ++seen;
  }
  return events < options.least_events;
}

/// A reference without events has no logarithm: the predictive rule knows what to make of it.
void predict_from(const SeasonalCounts& data, double exposure, double alpha, AlarmPoint& point) {
  PredictiveBaseline baseline{0, 0, 1};
  for (std::size_t i = 0; i < data.size(); ++i)
    if (data.level[i] == 0) baseline.exposure += data.exposure[i];
  const Prediction found = predict_count(baseline, exposure, alpha);
  point.expected = found.mean;
  point.variance = found.variance;
  point.upper = found.upper;
  point.p = chance_of_at_least(point.observed, baseline, exposure);
}

}  // namespace

/// Farrington et al. (1996), Journal of the Royal Statistical Society A 159:547; Noufaily et al. (2013), Statistics in
/// Medicine 32:1206.
void judge_farrington(const AlarmSeries& series, const AlarmOptions& options, std::span<AlarmPoint> points) {
  const Farrington how(options);
  for (std::size_t t = series.first; t < series.size(); ++t) {
    AlarmPoint& point = points[t - series.first];
    if (!series.observed(t)) continue;
    const Reference reference(series, how, t);
    const SeasonalCounts& data = reference.counts();
    std::size_t in_season = 0;
    double events = 0;
    for (std::size_t i = 0; i < data.size(); ++i)
      if (data.level[i] == 0) {
        ++in_season;
        events += data.counts[i];
      }
    if (reference.years() < std::min<std::size_t>(3, options.years_back) ||
        in_season < std::max<std::size_t>(3, options.least_past))
      continue;
    if (too_few_of_late(series, t, options)) {
      point.reason = AlarmReason::too_few_events;
      continue;
    }
    point.reason = events > 0 ? AlarmReason::judged : AlarmReason::predictive;
    const double exposure = series.exposure(t);
    if (events > 0)
      bound_point(fit_reference(reference, how), exposure, how, options.alpha, point);
    else
      predict_from(data, exposure, options.alpha, point);
    point.score = score_of(point);
    const bool of_counts = point.reason == AlarmReason::predictive || how.bound >= FarringtonBound::nb_quantile;
    point.flag = (of_counts ? whole_events(point.observed) : point.observed) > point.upper;
  }
}

}  // namespace tocsin::detail
