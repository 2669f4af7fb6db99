// What is done several values at a time has the bits of a plain loop.
#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include <tocsin/core/random.hpp>
#include <tocsin/temporal/alarm/alarm.hpp>
#include <tocsin/temporal/alarm/detail/alarm_series.hpp>

namespace tocsin {
namespace {

TEST(NormalTail, OfManyHasTheBitsOfOne) {
  std::vector<double> z{-INFINITY, INFINITY, NAN, 5.99, -5.99, 6, 1e300};
  for (int i = -700; i < 700; ++i) z.push_back(i * 0.0097);
  std::vector<double> tails(z);
  detail::normal_upper_tails(tails);
  for (std::size_t i = 0; i < z.size(); ++i) {
    const double one = detail::normal_upper_tail(z[i]);
    EXPECT_TRUE(tails[i] == one || (std::isnan(tails[i]) && std::isnan(one))) << z[i];
  }
}

TEST(Ears, HasTheBitsOfAPlainLoop) {
  // Baselines are summed several at a time, and without looking for gaps where there are none.
  RandomStream random({.seed = 31});
  for (const std::size_t baseline : {3U, 7U, 8U})
    for (const std::size_t n : {8U, 9U, 41U, 520U})
      for (const bool gaps : {false, true}) {
        std::vector<double> counts(n);
        for (double& count : counts) count = gaps && random.below(9) == 0 ? NAN : 0.1 * random.below(100);
        AlarmOptions options;
        options.method = AlarmMethod::ears_c1;
        options.ears_baseline = baseline;
        options.ears_spread = EarsSpread::sample;
        const auto points = alarm(counts, {}, n, options);
        std::vector<double> past;
        for (std::size_t t = 0; t < n; ++t) {
          if (std::isnan(counts[t])) continue;
          if (past.size() >= baseline) {
            const std::vector<double> last(past.end() - static_cast<std::ptrdiff_t>(baseline), past.end());
            double mean = 0, squares = 0;
            for (const double value : last) mean += value;
            mean /= static_cast<double>(baseline);
            for (const double value : last) squares += (value - mean) * (value - mean);
            const double spread = std::max(std::sqrt(squares / static_cast<double>(baseline - 1)), options.least_sd);
            EXPECT_EQ(points[t].expected, mean) << t;
            EXPECT_EQ(points[t].statistic, (counts[t] - mean) / spread) << t;
            EXPECT_EQ(points[t].p, detail::normal_upper_tail(points[t].statistic)) << t;
          }
          past.push_back(counts[t]);
        }
      }
}

}  // namespace
}  // namespace tocsin
