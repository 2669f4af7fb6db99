#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <tocsin/core/progress.hpp>
#include <tocsin/temporal/panel.hpp>

namespace tocsin {

/// When a value counts as far above what was usual before.
struct SurgeRule {
  double times = 2;       ///< at least so many times the mean of the periods before, ...
  double least = 3;       ///< ... and at least so much
  int history = 12;       ///< periods before that are looked at,
  int least_history = 6;  ///< of which so many must be observed; else it is not known
  void validate() const;  ///< @throws Error invalid_argument
};

enum class SurgeState : std::int8_t { unknown = -1, usual = 0, surge = 1 };

/// Of each value of a panel whether it surges; only periods before are looked at.
/// @return  series x periods, as the panel's values
std::vector<SurgeState> surges(const Panel& panel, const SurgeRule& rule);

/// What came before.
struct Precursor {
  std::string name;
  Panel panel;  ///< the same series and periods as the outcome
};

/// How an indicator stood some periods before surges began.
struct LeadTime {
  std::string name;
  int lead = 0;      ///< periods before
  int onsets = 0;    ///< first periods of surges with the indicator known at that lead
  int preceded = 0;  ///< of them, those before which it was raised
  int others = 0;    ///< other periods without surge, alike
  int others_preceded = 0;
  double lift = 0;  ///< share of onsets preceded / share of others preceded; NaN where none of them is
  double p = 1;     ///< one-sided; NaN without onsets
};

struct LeadTimeOptions {
  int longest_lead = 6;
  SurgeRule surge;
  SurgeRule raised{1.5, 1, 12, 3};  ///< when an indicator is raised
  int simulations = 999;            ///< at least 19
  std::uint64_t seed = 1;
  void validate() const;  ///< @throws Error invalid_argument
};

/// Which indicators were raised before past surges began, and how long before? p is the share of simulations in which
/// as large a share of onsets is preceded, where each series of the indicator is turned in time by a number of periods
/// of its own: it keeps its bursts, and only when it was raised beside the outcome is chance. Many leads and indicators
/// are looked at: one p in twenty is below 0.05 by chance. What preceded did not therefore cause.
/// @return  by precursor, then lead 1, 2, ...
/// @throws Error shape_mismatch, invalid_argument
/// Cost     O(precursors x leads x simulations x onsets and others), in parallel; the same for any number of threads
std::vector<LeadTime> lead_times(const Panel& outcome, std::span<const Precursor> precursors,
                                 const LeadTimeOptions& options, Progress& progress);
std::vector<LeadTime> lead_times(const Panel& outcome, std::span<const Precursor> precursors,
                                 const LeadTimeOptions& options = {});

}  // namespace tocsin
