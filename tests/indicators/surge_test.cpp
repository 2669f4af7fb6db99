// Surges: small rises that last, Farrington's methods by season, places that have gone quiet.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/indicators/event_history.hpp>
#include <tocsin/temporal/alarm/run_length.hpp>

#include "history_cases.hpp"

namespace tocsin::test {
namespace {

/// Two a month for three years, then so many a month for four.
std::vector<std::pair<Day, int>> three_years_and(int later) {
  std::vector<int> counts(36, 2);
  counts.resize(40, later);
  return monthly(2018, 5, counts);
}

/// None of the months at four stands out by itself, together they do.
TEST(SurgeOfSums, SmallRisesThatLast) {
  for (const std::string method : {"cusum", "nb-cusum", "glr"}) {
    const auto lasting =
        run(west(three_years_and(4)), "{ kind = \"surge\", method = \"" + method + "\", sum_over = \"122 days\" }");
    EXPECT_GT(value(lasting, 2, 0), 1) << method;
    EXPECT_GT(value(lasting, 2, 0), value(lasting, 1, 0)) << method;
    EXPECT_EQ(value(lasting, 2, 1), 0) << method;
  }
  EXPECT_LT(value(run(west(three_years_and(4)), "{ kind = \"surge\" }"), 2, 0), 1);
}

/// By hand: 48 in the 24 months before May, 731 days. The reference for twice the rate is 2 / log 2 = 2.885, on the
/// lattice 2.875; months of 31 and 30 days have it in proportion. The limit is that of the upper fifth of what 48 leave
/// possible: gamma_p_inv(48, 0.8) = 53.713 in 24 months.
TEST(SurgeOfSums, CusumIsItsSumByItsLimit) {
  const auto sink = run(west(three_years_and(5)),
                        "{ kind = \"surge\", method = \"cusum\", baseline = \"24 months\", sum_over = \"122 days\" }");
  const double usual = 48 / 24.0, mean_days = 731 / 24.0;
  const double k = cusum_reference({usual}, 2), h = cusum_limit(k, {53.713 / 24}, 100);
  double sum = 0;
  for (const int days : {31, 30, 31, 31}) sum = std::min(2 * h, sum + 5 - k * days / mean_days);
  EXPECT_NEAR(value(sink, 2, 0), 2 * sum / h, 1e-4);
}

TEST(SurgeOfSums, SumOverIsOfSums) {
  EXPECT_THROW(run(west({}), "{ kind = \"surge\", sum_over = \"90 days\" }"), Error);
}

/// The usual rate of twelve months is too often too low for a sum that forgets nothing.
TEST(SurgeOfSums, AShortBaselineIsRefused) {
  const auto told = [](const std::string& keys) {
    try {
      run(west(three_years_and(2)), "{ kind = \"surge\", method = \"cusum\", " + keys + " }");
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_NE(told("baseline = \"12 months\", sum_over = \"122 days\"").find("24 or more"), std::string::npos);
  EXPECT_NE(told("least_past = 12").find("24 spans or more"), std::string::npos);
  EXPECT_EQ(told("baseline = \"24 months\", sum_over = \"122 days\""), "");
  EXPECT_EQ(told("baseline = \"168 days\", window = \"7 days\", sum_over = \"28 days\""), "");
}

/// Eight a month from January to March, one in others: the next February is like those before, and its 28 days make no
/// year of 13 months.
TEST(SurgeOfFarrington, AFebruaryIsSetBesideFebruaries) {
  std::vector<int> counts;
  for (int month = 0; month < 74; ++month) counts.push_back(month % 12 < 3 ? 8 : 1);
  const auto february = [](Scenario& scenario) {
    scenario.from = make_day(2021, 2, 1);
    scenario.to = scenario.as_of = make_day(2021, 2, 28);
  };
  for (const std::string rest :
       {"farrington\", baseline = \"5 years\" }", "farrington-flexible\", baseline = \"5 years\" }",
        "farrington\", baseline = \"3 years\" }", "farrington\", baseline = \"40 months\" }"}) {
    const auto sink = run(west(monthly(2015, 1, counts)), "{ kind = \"surge\", method = \"" + rest, "", {}, february);
    EXPECT_LT(value(sink, 0, 0), 1) << rest;  // and is observed
  }
}

/// Two a month for five years, nothing since February 2021: too few to fit anything to, and no surge.
TEST(SurgeOfFarrington, APlaceThatHasGoneQuietHasNone) {
  std::vector<int> counts(74, 2);
  for (const std::string method : {"farrington", "farrington-flexible"}) {
    const auto sink = run(west(monthly(2015, 1, counts)),
                          "{ kind = \"surge\", method = \"" + method + "\", baseline = \"5 years\" }");
    for (std::size_t period = 0; period < 3; ++period) EXPECT_EQ(value(sink, period, 0), 0) << method << period;
  }
}

/// An alert over a surge ends when the place has gone quiet, though by then Farrington's has too few events to judge
/// by.
TEST(SurgeOfFarrington, ItsAlertClearsInSilence) {
  std::vector<int> counts(72, 1);
  counts.push_back(15);  // January 2021, and nothing since
  Sources sources = two_district_sources(west(monthly(2015, 1, counts)));
  Scenario scenario = two_district_scenario(
      indicator("value", "incidents", "{ kind = \"surge\", method = \"farrington\", baseline = \"5 years\" }",
                "{ kind = \"goalposts\", low = 0, high = 100 }"),
      "[alerts]\n[[alerts.rule]]\nname = \"surge\"\non = \"indicator\"\nof = \"value\"\nraise = { alert = 2 }\n"
      "periods_to_clear = 5\n");
  scenario.from = make_day(2021, 1, 1);
  MemoryResultSink sink;
  run_assessment(scenario, sources, sink);
  std::string told;
  for (const Alert& alert : sink.alerts())
    if (alert.area == 0) told += sink.header().periods[alert.period].label.substr(5) + " " + alert.state + "\n";
  EXPECT_EQ(told, "01 raised\n02 held\n03 held\n04 held\n05 held\n06 cleared\n");
}

}  // namespace
}  // namespace tocsin::test
