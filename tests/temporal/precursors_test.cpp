// What was raised before surges began.
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/core/random.hpp>
#include <tocsin/temporal/precursors.hpp>

namespace tocsin {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Panel panel_of_months(std::size_t series, int years) {
  Panel panel;
  panel.periods = periods_between(make_day(2010, 1, 1), make_day(2010 + years - 1, 12, 31), Every::month);
  for (std::size_t s = 0; s < series; ++s) panel.codes.push_back(std::to_string(s));
  panel.names = panel.codes;
  panel.values.assign(series * panel.periods.size(), 1.0);
  panel.observed.assign(panel.values.size(), 1.0);
  return panel;
}

TEST(Surges, LookOnlyBack) {
  Panel panel = panel_of_months(1, 2);
  panel.values[10] = 4;  // four times the mean before
  panel.values[11] = 2;  // twice, but less than 3
  panel.values[12] = nan;
  panel.values[20] = 30;
  const std::vector<SurgeState> states = surges(panel, {});
  EXPECT_EQ(states[5], SurgeState::unknown);
  EXPECT_EQ(states[6], SurgeState::usual);
  EXPECT_EQ(states[10], SurgeState::surge);
  EXPECT_EQ(states[11], SurgeState::usual);
  EXPECT_EQ(states[12], SurgeState::unknown);
  EXPECT_EQ(states[20], SurgeState::surge);
  Panel later = panel;
  later.values[23] = 500;
  const std::vector<SurgeState> with_later = surges(later, {});
  EXPECT_TRUE(std::equal(states.begin(), states.begin() + 23, with_later.begin()));
}

/// Surges of six series at random months, each preceded two months before by a raised indicator, seven times in ten.
struct Planted {
  Panel outcome = panel_of_months(6, 8), leading = panel_of_months(6, 8), other = panel_of_months(6, 8);
  int onsets = 0, preceded = 0;
  Planted() {
    RandomStream random({3});
    const std::size_t length = outcome.periods.size();
    for (std::size_t s = 0; s < 6; ++s) {
      for (std::size_t t = 10 + random.below(8); t < length; t += 12 + random.below(8)) {
        outcome.values[s * length + t] = outcome.values[s * length + t + (t + 1 < length ? 1 : 0)] = 9;
        ++onsets;
        if (random.uniform() < 0.7) {
          leading.values[s * length + t - 2] = 6;
          ++preceded;
        }
      }
      leading.values[s * length + 7] = 6;  // two false alarms
      leading.values[s * length + 30] = 6;
      for (int k = 0; k < 5; ++k) other.values[s * length + random.below(static_cast<std::uint32_t>(length))] = 6;
    }
  }
};

TEST(LeadTimes, FindThePlantedLead) {
  const Planted planted;
  const std::vector<Precursor> precursors{{"leading", planted.leading}, {"other", planted.other}};
  const std::vector<LeadTime> rows = lead_times(planted.outcome, precursors);
  ASSERT_EQ(rows.size(), 12u);
  EXPECT_EQ(rows[1].name, "leading");
  EXPECT_EQ(rows[1].lead, 2);
  EXPECT_EQ(rows[1].onsets, planted.onsets);  // the second month of a surge is no onset
  EXPECT_GE(rows[1].preceded, planted.preceded);
  EXPECT_EQ(rows[1].p, 0.001);
  EXPECT_GT(rows[1].lift, 10);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i == 1) continue;
    EXPECT_GT(rows[i].p, 0.01) << rows[i].name << " " << rows[i].lead;
  }
}

TEST(LeadTimes, UnknownIsNeitherRaisedNorQuiet) {
  Planted planted;
  const std::size_t length = planted.outcome.periods.size();
  for (std::size_t t = 0; t < length; ++t) planted.leading.values[t] = nan;  // the first series was never watched
  const std::vector<LeadTime> rows = lead_times(planted.outcome, std::vector<Precursor>{{"leading", planted.leading}});
  EXPECT_LT(rows[1].onsets, planted.onsets);
  const Panel quiet = panel_of_months(6, 8);
  const std::vector<LeadTime> none = lead_times(quiet, std::vector<Precursor>{{"leading", planted.leading}});
  EXPECT_EQ(none[0].onsets, 0);
  EXPECT_TRUE(std::isnan(none[0].p));
}

TEST(LeadTimes, TheSameForAnyNumberOfThreads) {
  const Planted planted;
  std::vector<double> first;
  for (const int threads : {1, 2, 5}) {
    const ThreadLimit limit(threads);
    std::vector<double> p;
    for (const LeadTime& row : lead_times(planted.outcome, std::vector<Precursor>{{"other", planted.other}}))
      p.push_back(row.p);
    if (first.empty()) first = p;
    EXPECT_EQ(p, first);
  }
}

TEST(LeadTimes, RefuseWhatCannotBe) {
  const Planted planted;
  EXPECT_THROW(lead_times(planted.outcome, std::vector<Precursor>{{"short", panel_of_months(6, 7)}}), Error);
  LeadTimeOptions options;
  options.longest_lead = 0;
  EXPECT_THROW(lead_times(planted.outcome, {}, options), Error);
  EXPECT_THROW(surges(planted.outcome, SurgeRule{2, 3, 4, 6}), Error);
}

}  // namespace
}  // namespace tocsin
