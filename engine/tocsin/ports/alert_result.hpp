#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <tocsin/grid/raster.hpp>

namespace tocsin {

/// What an alert rule says of an area in a period; only where it says something: quiet periods have none. NaN = not
/// known.
struct Alert {
  std::string id;          ///< "rule/area/since": the same in every run in which the alert was raised then
  std::string rule;        ///< its name
  std::size_t area = 0;    ///< index into the header's areas
  std::size_t period = 0;  ///< index into the header's periods
  std::string since;       ///< label of the period in which it was raised
  std::string level;       ///< "watch", "warning", "alert"
  std::string state;       ///< AlertState: "raised", "escalated", "held", "lowered", "cleared", "blind", "suppressed"
  double value = not_observed;      ///< what the rule looks at
  double threshold = not_observed;  ///< what it reached, or would have had to
  double coverage = not_observed;   ///< share of the index's weight that was observed there
  std::string why;                  ///< what it says, in words
  std::string sure;                 ///< how far it can be trusted
  std::string changed;              ///< what moved since the period before
  std::string clears;               ///< what would end it
  std::string expert;               ///< role of whose judgement it follows; empty: the rule alone says so
  std::string action;               ///< family of protection actions that the scenario links to it

  /// True where it stands at the end of the period.
  [[nodiscard]] bool stands() const { return state != "cleared" && state != "suppressed"; }
};

}  // namespace tocsin
