#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <tocsin/grid/raster.hpp>

namespace tocsin {

enum class AlertLevel : std::uint8_t { none, watch, warning, alert };
/// "none", "watch", "warning", "alert"
std::string_view name(AlertLevel level);

/// What became of an alert in a period.
enum class AlertState : std::uint8_t {
  quiet,       ///< there is none
  raised,      ///< it begins
  escalated,   ///< to a higher level
  held,        ///< it stands
  lowered,     ///< to a lower level
  cleared,     ///< it ended with this period
  blind,       ///< it stands, and nobody could look: it neither clears nor rises
  unseen,      ///< there is none, and nobody could look: not the same as quiet
  suppressed,  ///< it would have been raised, but for a standing cause or the time after the last one
};
/// "quiet", "raised", ...
std::string_view name(AlertState state);

/// When an alert rises and when it ends. Higher values are worse.
struct AlertRule {
  /// Values from which on watch, warning and alert are raised, rising; NaN: the level is not used.
  std::array<double, 3> raise{not_observed, not_observed, not_observed};
  /// Below these, none above its `raise`, a level no longer stands. Apart from `raise`, so that a value that trembles
  /// about a threshold raises one alert and not ten.
  std::array<double, 3> clear{not_observed, not_observed, not_observed};
  int periods_to_raise = 1;  ///< observed periods in a row that must reach a level
  int periods_to_clear = 2;  ///< observed periods in a row that must lie below before it clears or lowers
  int cool_down = 0;         ///< periods after clearing in which only the highest level is raised
  void validate() const;     ///< @throws Error invalid_argument
};

/// What somebody who knows better says of a period.
struct AlertJudgement {
  AlertLevel at_least = AlertLevel::none;  ///< stands at this level or a higher one, whatever the value is
  bool cleared = false;                    ///< nothing stands, whatever the value is; goes before at_least
};

struct AlertStep {
  AlertState state = AlertState::quiet;
  AlertLevel level = AlertLevel::none;  ///< that stands, or stood until now where it was cleared
  std::size_t since = 0;                ///< period in which the alert was raised
  bool judged = false;                  ///< it is so by a judgement: the value alone would say otherwise
};

/// The life of a rule's alerts through the periods: a function of all values alone, so that a later run with more data
/// tells the same story or shows what changed.
///
/// A period that was not observed never clears or raises anything, and does not break a row of observed ones.
/// @param values      by period; NaN = not observed
/// A judgement goes before the value, before what suppresses, and before the time after the last alert; where it ends,
/// what stands goes on by the value, as if it had been raised by it.
/// @param suppressed  by period: 1 where nothing is to be raised; empty: nowhere
/// @param judgements  by period; empty: none
/// @return            one step a period
/// @throws Error      invalid_argument, shape_mismatch
std::vector<AlertStep> follow_alert(std::span<const double> values, std::span<const std::uint8_t> suppressed,
                                    const AlertRule& rule, std::span<const AlertJudgement> judgements = {});

}  // namespace tocsin
