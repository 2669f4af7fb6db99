#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <tocsin/core/progress.hpp>
#include <tocsin/hotspot/multiple_testing.hpp>
#include <tocsin/temporal/alarm/alarm.hpp>
#include <tocsin/temporal/panel.hpp>

namespace tocsin {

struct SeriesAlarm {
  AlarmMethod method = AlarmMethod::predictive;  ///< that was used
  AlarmHistory history;                          ///< that it was chosen by
  std::vector<AlarmPoint> points;                ///< of the last periods, in order of time
  /// Of each point: its p, adjusted for all series of its period; NaN where there is none.
  std::vector<double> adjusted_p;
};

/// Judges one series of a panel; the exposure is the observed days. No adjusted_p.
SeriesAlarm series_alarm(const Panel& panel, std::size_t series, std::size_t last, const AlarmOptions& options);

/// Judges the last periods of all series, each by itself.
/// @param last        judge the last so many; more than there are: all
/// @param correction  of adjusted_p
/// @throws Error      invalid_argument
/// Cost               as alarm(), side by side; the same result for any number of threads
std::vector<SeriesAlarm> panel_alarms(const Panel& panel, std::size_t last, const AlarmOptions& options,
                                      Correction correction, Progress& progress);

/// Lets only those alarms stand whose adjusted p is at most `rate`. Of series judged with an alpha of at least `rate`,
/// these are all that the correction finds: with Benjamini-Hochberg, a share of `rate` of them is expected to be false.
/// Alarms without a p go.
void keep_discoveries(std::vector<SeriesAlarm>& alarms, double rate);

}  // namespace tocsin
