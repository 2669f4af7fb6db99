// Alarms against R's surveillance 1.20.3; see oracle/alarm/README.md for what it does otherwise, and why.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <gtest/gtest.h>

#include <tocsin/temporal/alarm/alarm.hpp>
#include <tocsin/temporal/alarm/detail/alarm_series.hpp>
#include <tocsin/temporal/alarm/predictive.hpp>

#include "temporal/alarm_cases.hpp"

namespace tocsin {
namespace {

using test::AlarmOracle;
using test::oracle_number;
using test::OracleRow;
using test::period_of;

/// Relative to the larger of a value and 1.
void expect_close(double value, double truth, double tolerance, const OracleRow& row) {
  EXPECT_NEAR(value, truth, tolerance * std::max(1.0, std::abs(truth)))
      << row.at("series") << ' ' << row.at("method") << " t " << row.at("t");
}

constexpr double same_formula = 1e-11;

/// The points of all periods, by their place.
std::vector<AlarmPoint> whole(const std::vector<double>& counts, const AlarmOptions& options) {
  return alarm(counts, {}, counts.size(), options);
}

AlarmOptions ears_options(const std::string& method) {
  AlarmOptions options{.ears_spread = EarsSpread::sample, .least_sd = 0};
  options.method = method.starts_with("C1")   ? AlarmMethod::ears_c1
                   : method.starts_with("C2") ? AlarmMethod::ears_c2
                                              : AlarmMethod::ears_c3;
  if (method.find("b14") != std::string::npos) {
    options.ears_baseline = 14;
    options.least_sd = 1;
  }
  options.alpha = std::stod(method.substr(method.find("alpha") + 5));
  return options;
}

TEST(AlarmOracle, Ears) {
  int checked = 0;
  for (const std::string& folder : test::alarm_oracles()) {
    const AlarmOracle oracle(folder, "earsC.csv");
    for (const auto& [name, methods] : oracle.rows)
      for (const auto& [method, rows] : methods) {
        if (method.starts_with("C3")) continue;
        const auto points = whole(oracle.series.at(name), ears_options(method));
        for (const OracleRow& row : rows) {
          const AlarmPoint& point = points[period_of(row)];
          if (point.reason == AlarmReason::no_spread) {
            // surveillance alarms here on any count above the mean; we say that nothing can be said.
            EXPECT_FALSE(point.flag);
            continue;
          }
          expect_close(point.upper, oracle_number(row.at("upperbound")), same_formula, row);
          EXPECT_EQ(point.flag, row.at("alarm") == "1");
          ++checked;
        }
      }
  }
  EXPECT_GT(checked, 800);
}

TEST(AlarmOracle, EarsC3ButForTodaysCount) {
  // surveillance's bound is the count plus sd (z - what two periods before carry over): whether it alarms does not
  // depend on the count. Its number follows from ours; the rule does not.
  int checked = 0;
  for (const std::string& folder : test::alarm_oracles()) {
    const AlarmOracle oracle(folder, "earsC.csv");
    for (const auto& [name, methods] : oracle.rows) {
      const std::vector<OracleRow>& rows = methods.at("C3_b7_alpha0.025");
      const auto points = whole(oracle.series.at(name), ears_options("C3_b7_alpha0.025"));
      for (const OracleRow& row : rows) {
        const AlarmPoint* now = &points[period_of(row)];
        const AlarmPoint& point = *now;
        // Of a baseline that does not vary surveillance has an infinite C2, or none.
        if (std::any_of(now - 2, now + 1, [](const AlarmPoint& p) { return p.reason == AlarmReason::no_spread; }))
          continue;
        const double sd = std::sqrt(point.variance), z = detail::normal_quantile(0.975);
        const double carried = point.statistic - std::max(0.0, (point.observed - point.expected) / sd - 1);
        expect_close(std::max(0.0, point.observed + sd * (z - carried)), oracle_number(row.at("upperbound")),
                     same_formula, row);
        ++checked;
      }
    }
  }
  EXPECT_GT(checked, 150);
}

TEST(AlarmOracle, Cusum) {
  const std::map<std::string, CusumScale> scales{
      {"standard", CusumScale::standardised}, {"rossi", CusumScale::rossi}, {"anscombe", CusumScale::anscombe}};
  int checked = 0;
  for (const std::string& folder : test::alarm_oracles()) {
    const AlarmOracle oracle(folder, "cusum_glr_bayes.csv");
    for (const auto& [name, methods] : oracle.rows)
      for (const auto& [word, scale] : scales) {
        const auto& rows = methods.at("cusum_k1.04_h2.26_" + word);
        const AlarmOptions options{.method = AlarmMethod::cusum,
                                   .cusum_scale = scale,
                                   .cusum_reference = 1.04,
                                   .cusum_limit = 2.26,
                                   .cusum_reset = CusumReset::none};
        const std::vector<AlarmPoint> points = alarm(oracle.series.at(name), {}, rows.size(), options);
        for (std::size_t i = 0; i < rows.size(); ++i) {
          EXPECT_EQ(points[i].flag, rows[i].at("alarm") == "1") << name << word << i;
          // Its bound is on the scale of counts, ours the largest whole count that is none.
          const double bound = oracle_number(rows[i].at("upperbound"));
          if (points[i].upper > 0) {  // 0: the sum alarms without a count, or with one
            EXPECT_EQ(points[i].upper, std::ceil(bound - 1e-9) - 1) << name << word << i;
          }
          ++checked;
        }
      }
  }
  EXPECT_GE(checked, 900);
}

TEST(AlarmOracle, PredictiveAsBayes) {
  int checked = 0;
  for (const std::string& folder : test::alarm_oracles()) {
    const AlarmOracle oracle(folder, "cusum_glr_bayes.csv");
    for (const auto& [name, methods] : oracle.rows) {
      const std::vector<double>& y = oracle.series.at(name);
      const AlarmOptions options{.method = AlarmMethod::predictive,
                                 .alpha = 0.05,
                                 .baseline = 6,
                                 .predictive_variance = PredictiveVariance::poisson};
      const auto points = whole(y, options);
      for (const OracleRow& row : methods.at("bayes_b0_w6_alpha.05")) {
        EXPECT_EQ(points[period_of(row)].upper, oracle_number(row.at("upperbound"))) << name << row.at("t");
        EXPECT_EQ(points[period_of(row)].flag, row.at("alarm") == "1");
        ++checked;
      }
      for (const OracleRow& row : methods.at("bayes_b2_w3_noact_alpha.05")) {
        const std::size_t t = period_of(row);
        double events = 0;
        for (const std::size_t centre : {t - 52, t - 104})
          events += std::accumulate(&y[centre - 3], &y[centre + 3] + 1, 0.0);
        EXPECT_EQ(predict_count({events, 14}, 1, 0.05).upper, oracle_number(row.at("upperbound"))) << name << t;
        ++checked;
      }
    }
  }
  EXPECT_GE(checked, 600);
}

TEST(AlarmOracle, Glr) {
  constexpr double mean_fitted = 1e-6, statistic = 1e-5;  // R's glm stops at 1e-8 of the deviance
  int checked = 0;
  for (const std::string& folder : test::alarm_oracles()) {
    const AlarmOracle oracle(folder, "cusum_glr_bayes.csv");
    for (const auto& [name, methods] : oracle.rows)
      for (const std::string method : {"glrpois_cARL5_M-1_value", "lrpois_theta_log2_cARL5_value",
                                       "glrnb_alpha.2_cARL5_value", "glrpois_cARL5_M-1_cases"}) {
        const auto& rows = methods.at(method);
        AlarmOptions options{.method = AlarmMethod::glr, .season = 52};
        if (method.starts_with("lr")) options.glr_rise = 2;
        if (method.starts_with("glrnb")) {
          options.method = AlarmMethod::glr_nb;
          options.nb_size = 5;
        }
        const auto points = alarm(oracle.series.at(name), {}, rows.size(), options);
        for (std::size_t i = 0; i < rows.size(); ++i) {
          expect_close(points[i].expected, oracle_number(rows[i].at("expected")), mean_fitted, rows[i]);
          const double bound = oracle_number(rows[i].at("upperbound"));
          if (method.ends_with("cases")) {
            EXPECT_EQ(points[i].upper, std::max(0.0, bound - 1)) << name << i;
          } else {
            expect_close(points[i].statistic, bound, statistic, rows[i]);
          }
          EXPECT_EQ(points[i].flag, rows[i].at("alarm") == "1") << name << method << i;
          ++checked;
        }
      }
  }
  EXPECT_GE(checked, 1200);
}

AlarmOptions farrington_options(const std::string& method) {
  AlarmOptions options{.alpha = 0.01, .season = 52, .half_window = 3};
  if (method.starts_with("farrington")) {
    options.method = AlarmMethod::farrington;
    options.alpha = 0.005;  // it takes the quantile 1 - alpha/2
    if (method.find("noreweight") != std::string::npos) {
      options.reweight_above = std::numeric_limits<double>::infinity();
      options.trend_p = 0;
      options.bound = FarringtonBound::untransformed;
    }
    return options;
  }
  options.method = AlarmMethod::farrington_flexible;
  options.levels = method.find("periods10") != std::string::npos ? 10 : 1;
  options.bound = method.ends_with("delta")  ? FarringtonBound::two_thirds
                  : method.ends_with("muan") ? FarringtonBound::nb_of_bound
                                             : FarringtonBound::nb_quantile;
  return options;
}

constexpr double delta_bound = 5e-5;  // relative: R's glm stops before it has converged

TEST(AlarmOracle, FarringtonAndFlexibleByNbQuantile) {
  int checked = 0, off_by_one = 0;
  for (const std::string& folder : test::alarm_oracles()) {
    const AlarmOracle oracle(folder, "farrington.csv");
    for (const auto& [name, methods] : oracle.rows)
      for (const auto& [method, rows] : methods) {
        if (method.ends_with("delta") || method.ends_with("muan")) continue;  // see the correct ones below
        const auto points = whole(oracle.series.at(name), farrington_options(method));
        for (const OracleRow& row : rows) {
          const AlarmPoint& point = points[period_of(row)];
          const double bound = oracle_number(row.at("upperbound"));
          const bool unjudged = std::isnan(bound) || (bound == 0 && method.starts_with("farrington"));
          EXPECT_EQ(point.reason == AlarmReason::too_few_events, unjudged) << name << method << row.at("t");
          EXPECT_EQ(std::isnan(point.upper), unjudged);
          if (unjudged) continue;
          ++checked;
          if (method.ends_with("nbPlugin")) {
            off_by_one += point.upper != bound;
            EXPECT_NEAR(point.upper, bound, 1) << name << method << row.at("t");
            expect_close(point.expected, oracle_number(row.at("expected")), 1e-5, row);
          } else {
            expect_close(point.upper, bound, delta_bound, row);
          }
          EXPECT_EQ(point.flag, row.at("alarm") == "1") << name << method << row.at("t");
        }
      }
  }
  EXPECT_GT(checked, 480);
  EXPECT_LE(off_by_one, 1 + checked / 600);  // a tail within R's error of alpha
}

TEST(AlarmOracle, FarringtonFlexibleWithTheRightStandardError) {
  int checked = 0, off_by_one = 0;
  for (const std::string& folder : test::alarm_oracles()) {
    const AlarmOracle oracle(folder, "farrington_flexible_correct_se.csv");
    for (const auto& [name, methods] : oracle.rows)
      for (const auto& [method, rows] : methods) {
        const auto points = whole(oracle.series.at(name), farrington_options(method));
        for (const OracleRow& row : rows) {
          const AlarmPoint& point = points[period_of(row)];
          const double bound = oracle_number(row.at("upperbound_correct_se"));
          ++checked;
          if (method.ends_with("delta")) {
            expect_close(point.upper, bound, delta_bound, row);
          } else {
            off_by_one += point.upper != bound;
            EXPECT_NEAR(point.upper, bound, 1) << name << method << row.at("t");
          }
        }
      }
  }
  EXPECT_GT(checked, 480);
  EXPECT_LE(off_by_one, 1 + checked / 600);
}

TEST(AlarmOracle, FarringtonFlexibleDispersion) {
  for (const std::string& folder : test::alarm_oracles()) {
    const AlarmOracle oracle(folder, "farrington_flexible_detail.csv");
    for (const auto& [name, methods] : oracle.rows)
      for (const auto& [method, rows] : methods) {
        if (!method.ends_with("nbPlugin")) continue;
        AlarmOptions options = farrington_options(method);
        const auto points = whole(oracle.series.at(name), options);
        options.bound = FarringtonBound::untransformed;  // whose bound tells tau = phi + mean * error^2
        for (const OracleRow& row : rows) {
          if (row.at("mu0") == "NA") continue;
          const AlarmPoint& point = points[period_of(row)];
          if (!is_judged(point.reason)) continue;
          expect_close(point.expected, oracle_number(row.at("mu0")), 1e-5, row);
          EXPECT_GE(point.variance / point.expected, oracle_number(row.at("phi")) * (1 - 2e-4));
        }
      }
  }
}

}  // namespace
}  // namespace tocsin
