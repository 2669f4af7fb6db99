#include <utility>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/temporal/panel.hpp>

namespace tocsin {

Panel count_by_group(const Events& events, std::span<const double> weights, const Categorical* groups,
                     std::vector<Period> periods) {
  if (weights.size() != events.size() || (groups != nullptr && groups->codes.size() != events.size()))
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("{} events, {} weights: give one weight, and one text where they are grouped, an event",
                            events.size(), weights.size()));
  Panel panel;
  panel.periods = std::move(periods);
  panel.codes = groups == nullptr ? std::vector<std::string>{"all"} : groups->levels;
  const std::size_t without = panel.codes.size();
  if (groups != nullptr)
    for (std::size_t i = 0; i < events.size(); ++i)
      if (groups->codes[i] < 0 && weights[i] != 0 && panel.codes.size() == without) panel.codes.emplace_back();
  panel.names = panel.codes;
  const std::size_t length = panel.periods.size();
  panel.values.assign(panel.size() * length, 0.0);
  panel.observed.assign(panel.values.size(), 1.0);
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (weights[i] == 0) continue;
    std::size_t series = 0;
    if (groups != nullptr) series = groups->codes[i] < 0 ? without : static_cast<std::size_t>(groups->codes[i]);
    for (std::size_t t = 0; t < length; ++t)
      panel.values[series * length + t] +=
          weights[i] * share_of_days(events.first_day[i], events.last_day[i], panel.periods[t]);
  }
  return panel;
}

Panel panel_of(const SpaceTimeCube& cube, std::vector<std::string> codes, std::vector<std::string> names,
               std::span<const double> observed) {
  if (codes.size() != cube.places || names.size() != cube.places ||
      (!observed.empty() && observed.size() != cube.values.size()))
    throw Error(ErrorCode::shape_mismatch, fmt::format("{} places, {} codes, {} names and {} shares observed",
                                                       cube.places, codes.size(), names.size(), observed.size()));
  Panel panel;
  panel.codes = std::move(codes);
  panel.names = std::move(names);
  panel.periods = cube.periods;
  for (std::size_t place = 0; place < cube.places; ++place)
    for (std::size_t t = 0; t < cube.periods.size(); ++t) {
      const double share = observed.empty() ? 1 : observed[t * cube.places + place];
      panel.values.push_back(share > 0 ? cube.at(t, place) : not_observed);
      panel.observed.push_back(share);
    }
  return panel;
}

}  // namespace tocsin
