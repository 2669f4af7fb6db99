#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/indicators/event_layer.hpp>

namespace tocsin {
namespace {

const std::vector<double>* field_values(const Events& events, const std::string& field) {
  if (field.empty() || field == "weight") return nullptr;
  if (field == "persons") return &events.persons;
  const auto found = events.numbers.find(field);
  if (found == events.numbers.end())
    throw Error(ErrorCode::scenario, fmt::format("the events have no numeric field '{}'", field));
  return &found->second;
}

}  // namespace

TimeWindow window_of(const Period& period, std::optional<Duration> window, std::optional<Duration> half_life) {
  if (!window && !half_life) return {period.first, period.last, half_life};
  const double length = window ? window->days : 10 * half_life->days;
  return {period.last - std::chrono::days{static_cast<int>(std::ceil(length)) - 1}, period.last, half_life};
}

double time_weight(Day first_day, Day last_day, const TimeWindow& window) {
  const Day from = std::max(first_day, window.first), to = std::min(last_day, window.last);
  if (to < from) return 0;
  const double span = days_between(first_day, last_day) + 1;
  if (!window.half_life) return (days_between(from, to) + 1) / span;
  // The sum of q^age over the ages from youngest to oldest, a geometric series.
  const double rate = std::log(2.0) / window.half_life->days;
  const double youngest = days_between(to, window.last), oldest = days_between(from, window.last);
  const double sum = std::exp(-rate * youngest) * std::expm1(-rate * (oldest - youngest + 1)) / std::expm1(-rate);
  return sum / span;
}

const std::vector<std::uint8_t>* EventLayer::mask(const std::string& filter) const {
  if (filter.empty()) return nullptr;
  const auto found = std::find(filters.begin(), filters.end(), filter);
  if (found == filters.end())
    throw Error(ErrorCode::internal, fmt::format("the filter '{}' was not asked for", filter));
  return &batch.matches[static_cast<std::size_t>(found - filters.begin())];
}

std::vector<double> EventLayer::weights(const std::string& filter, const TimeWindow& window,
                                        const std::string& field) const {
  const Events& events = batch.events;
  const auto* selected = mask(filter);
  const auto* values = field_values(events, field);
  std::vector<double> result(events.size(), 0.0);
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (!known(i) || (selected != nullptr && (*selected)[i] == 0)) continue;
    const double amount = values == nullptr ? 1.0 : (*values)[i];
    if (std::isnan(amount)) continue;
    result[i] = events.weight[i] * amount * time_weight(events.first_day[i], events.last_day[i], window);
  }
  return result;
}

std::vector<double> EventLayer::sums_by_area(std::span<const double> weights, std::size_t areas) const {
  std::vector<double> sums(areas, 0.0);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] == 0 || placed.place[i] < 0) continue;
    const auto place = static_cast<std::size_t>(placed.place[i]);
    if (placed.how[i] == PlacedAs::point) {
      if (area_of_point[place] >= 0) sums[static_cast<std::size_t>(area_of_point[place])] += weights[i];
    } else {
      for (const auto& [area, share] : areas_of_spread[place]) sums[area] += weights[i] * share;
    }
  }
  return sums;
}

}  // namespace tocsin
