#include <cmath>

#include <tocsin/temporal/alarm/add_up.hpp>
#include <tocsin/temporal/alarm/detail/alarm_series.hpp>
#include <tocsin/temporal/alarm/detail/count_model.hpp>

namespace tocsin {

AlarmPoint add_up(std::span<const AlarmPoint> parts, double alpha) {
  AlarmPoint sum;
  if (parts.empty()) return sum;
  sum.reason = parts.front().reason;
  bool any = false;
  for (const AlarmPoint& part : parts) {
    if (!is_judged(part.reason) || std::isnan(part.variance)) continue;
    if (!any) sum.observed = sum.expected = sum.variance = 0;
    any = true;
    sum.observed += part.observed;
    sum.expected += part.expected;
    sum.variance += part.variance;
  }
  if (!any) {
    if (is_judged(sum.reason)) sum.reason = AlarmReason::too_little_past;
    return sum;
  }
  sum.reason = AlarmReason::judged;
  if (sum.expected > 0) {
    const detail::CountModel model = detail::CountModel::of_variance(sum.expected, sum.variance);
    sum.upper = model.upper_quantile(alpha);
    sum.p = model.at_least(detail::whole_events(sum.observed));
  } else {  // EARS, of parts without any events before
    sum.upper = detail::normal_quantile(1 - alpha) * std::sqrt(sum.variance);
    sum.p = detail::normal_upper_tail(sum.observed / std::sqrt(sum.variance));
  }
  sum.score = detail::score_of(sum);
  sum.flag = detail::whole_events(sum.observed) > sum.upper;
  return sum;
}

}  // namespace tocsin
