#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/temporal/alarm/detail/alarm_series.hpp>

namespace tocsin {
namespace {

using Named = std::pair<AlarmMethod, std::string_view>;
constexpr std::array<Named, 11> methods{{{AlarmMethod::automatic, "auto"},
                                         {AlarmMethod::predictive, "predictive"},
                                         {AlarmMethod::ears_c1, "ears-c1"},
                                         {AlarmMethod::ears_c2, "ears-c2"},
                                         {AlarmMethod::ears_c3, "ears-c3"},
                                         {AlarmMethod::farrington, "farrington"},
                                         {AlarmMethod::farrington_flexible, "farrington-flexible"},
                                         {AlarmMethod::cusum, "cusum"},
                                         {AlarmMethod::nb_cusum, "nb-cusum"},
                                         {AlarmMethod::glr, "glr"},
                                         {AlarmMethod::glr_nb, "glr-nb"}}};

/// Years of history without which Farrington's methods say nothing of a season.
constexpr std::size_t least_years = 3;
constexpr double least_mean = 1.25;  // Farrington's 5 events in 4 periods

void require(bool holds, std::string_view what) {
  if (!holds) throw Error(ErrorCode::invalid_argument, fmt::format("alarm: {}", what));
}

void check(std::span<const double> values, std::string_view what) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const auto wrong = [](double value) { return (value < 0) | (value == infinity); };
  int any = 0;  // without a branch, several at a time
  for (const double value : values) any |= wrong(value);
  if (any == 0) return;
  const auto at = std::find_if(values.begin(), values.end(), wrong);
  throw Error(ErrorCode::invalid_argument,
              fmt::format("alarm: the {} of period {} is {}; it is finite and not negative, or NaN where nothing was "
                          "observed",
                          what, at - values.begin() + 1, *at));
}

void check(std::span<const double> counts, std::span<const double> exposure) {
  if (!exposure.empty() && exposure.size() != counts.size())
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("alarm: {} counts and {} exposures; give one a period", counts.size(), exposure.size()));
  check(counts, "count");
  check(exposure, "exposure");
}

detail::Judge judge_of(AlarmMethod method) {
  switch (method) {
    case AlarmMethod::ears_c1:
    case AlarmMethod::ears_c2:
    case AlarmMethod::ears_c3:
      return detail::judge_ears;
    case AlarmMethod::farrington:
    case AlarmMethod::farrington_flexible:
      return detail::judge_farrington;
    case AlarmMethod::cusum:
    case AlarmMethod::nb_cusum:
      return detail::judge_cusum;
    case AlarmMethod::glr:
    case AlarmMethod::glr_nb:
      return detail::judge_glr;
    case AlarmMethod::automatic:
    case AlarmMethod::predictive:
      break;
  }
  return detail::judge_predictive;
}

/// Periods that Farrington's fit reaches back in its least number of years.
std::size_t least_length(std::size_t season) {
  return least_years * season + detail::usual_half_window(season);
}

}  // namespace

namespace detail {

AlarmSeries checked_series(std::span<const double> counts, std::span<const double> exposure, std::size_t last) {
  check(counts, exposure);
  return {counts, exposure, counts.size() - std::min(last, counts.size())};
}

AlarmHistory history_of(const AlarmSeries& series) {
  AlarmHistory history;
  double sum = 0;
  for (std::size_t t = 0; t < series.first; ++t)
    if (series.observed(t)) {
      if (history.observed++ == 0) history.length = series.first - t;
      sum += series.counts[t];
    }
  history.mean = sum / static_cast<double>(history.observed);
  return history;
}

std::vector<AlarmPoint> judge_series(const AlarmSeries& series, const AlarmOptions& options) {
  std::vector<AlarmPoint> points;
  points.reserve(series.size() - series.first);
  for (std::size_t t = series.first; t < series.size(); ++t) {
    AlarmPoint& point = points.emplace_back();
    point.observed = series.counts[t];
    if (series.observed(t))
      point.reason = AlarmReason::too_little_past;  // until a method has judged it
    else if (series.exposure(t) == 0)
      point.reason = AlarmReason::blind;
  }
  judge_of(options.method)(series, options, points);
  return points;
}

}  // namespace detail

std::string_view name(AlarmMethod method) {
  return methods[static_cast<std::size_t>(method)].second;
}

std::optional<AlarmMethod> parse_alarm_method(std::string_view text) {
  for (const auto& [method, word] : methods)
    if (word == text) return method;
  return {};
}

std::string_view name(AlarmReason reason) {
  switch (reason) {
    case AlarmReason::judged:
      return "judged";
    case AlarmReason::floored:
      return "floored";
    case AlarmReason::predictive:
      return "predictive";
    case AlarmReason::too_few_events:
      return "too few events";
    case AlarmReason::too_little_past:
      return "too little past";
    case AlarmReason::no_spread:
      return "no spread";
    case AlarmReason::no_limit:
      return "no limit";
    case AlarmReason::blind:
      return "blind";
    case AlarmReason::unobserved:
      break;
  }
  return "not observed";
}

void AlarmOptions::validate() const {
  require(alpha > 0 && alpha < 0.5, "alpha is above 0 and below 0.5");
  require(season >= 1, "season is at least 1 period");
  require(least_past >= 1, "least_past is at least 1 period");
  require(ears_baseline >= 3, "ears_baseline is at least 3 periods");
  require(std::isfinite(least_sd) && least_sd >= 0, "least_sd is finite and not negative");
  require(years_back >= 1, "years_back is at least 1");
  require(!half_window || 2 * *half_window + 1 <= season, "half_window: both halves fit into a season");
  require(!reweight_above || *reweight_above > 0, "reweight_above is above 0");
  require(!trend_p || (*trend_p >= 0 && *trend_p <= 1), "trend_p is from 0 to 1");
  require(!levels || *levels >= 1, "levels is at least 1");
  require(!(least_events < 0) && least_events_in >= 1, "least_events is not negative, in at least 1 period");
  require(std::isfinite(rise) && rise > 1, "rise is above 1");
  require(!cusum_limit || *cusum_limit > 0, "cusum_limit is above 0");
  require(!cusum_reference || *cusum_reference > 0, "cusum_reference is above 0");
  require(cusum_scale == CusumScale::counts || (cusum_limit && cusum_reference),
          "cusum_scale other than counts takes cusum_reference and cusum_limit");
  require(glr_limit > 0, "glr_limit is above 0");
  require(!glr_rise || (std::isfinite(*glr_rise) && *glr_rise > 1), "glr_rise is above 1");
  require(!nb_size || *nb_size > 0, "nb_size is above 0");
}

std::vector<AlarmPoint> alarm(std::span<const double> counts, std::span<const double> exposure, std::size_t last,
                              const AlarmOptions& options) {
  options.validate();
  const detail::AlarmSeries series = detail::checked_series(counts, exposure, last);
  AlarmOptions chosen = options;
  if (options.method == AlarmMethod::automatic)
    chosen.method = choose_method(detail::history_of(series), options.season);
  return detail::judge_series(series, chosen);
}

AlarmHistory alarm_history(std::span<const double> counts, std::span<const double> exposure, std::size_t last) {
  return detail::history_of(detail::checked_series(counts, exposure, last));
}

std::size_t least_history(AlarmMethod method, const AlarmOptions& options) {
  switch (method) {
    case AlarmMethod::ears_c1:
      return options.ears_baseline;
    case AlarmMethod::ears_c2:
    case AlarmMethod::ears_c3:
      return options.ears_baseline + 2;
    case AlarmMethod::farrington:
    case AlarmMethod::farrington_flexible:
      return least_length(options.season);
    default:
      return options.least_past;
  }
}

AlarmMethod choose_method(const AlarmHistory& history, std::size_t season) {
  const bool long_enough = history.length >= least_length(season) && 5 * history.observed >= 4 * history.length;
  return season >= 4 && long_enough && history.mean >= least_mean ? AlarmMethod::farrington_flexible
                                                                  : AlarmMethod::predictive;
}

std::string say_choice(const AlarmHistory& history, std::size_t season) {
  if (choose_method(history, season) == AlarmMethod::farrington_flexible)
    return fmt::format("improved Farrington: {} observed periods, {:.1f} events each", history.observed, history.mean);
  const std::string before = fmt::format("predictive rule: {} observed periods before", history.observed);
  if (season < 4) return before + "; Farrington's asks for at least 4 a year";
  if (history.length < least_length(season))
    return fmt::format("{}; Farrington's asks for {}", before, least_length(season));
  if (5 * history.observed < 4 * history.length)
    return fmt::format("{} out of {}; Farrington's asks for four fifths", before, history.length);
  return fmt::format("{} with {:.2g} events each; Farrington's asks for {}", before, history.mean, least_mean);
}

}  // namespace tocsin
