#include <algorithm>
#include <cmath>
#include <tuple>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/density/event_rows.hpp>

namespace tocsin {

namespace {

constexpr std::size_t most_strips = 65536;  // bounds memory when the reach is many times the grid
constexpr std::size_t strips_per_task = 16;

void check_finite(std::span<const WeightedPoint> events) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    const WeightedPoint& event = events[i];
    if (std::isfinite(event.x) && std::isfinite(event.y) && std::isfinite(event.weight)) continue;
    throw Error(ErrorCode::invalid_argument,
                fmt::format("density: event {} has x = {}, y = {}, weight = {}; all three must be finite numbers", i,
                            event.x, event.y, event.weight));
  }
}

// Weight is the last key: equal places add up in one order however they arrived.
bool before(const WeightedPoint& a, const WeightedPoint& b) {
  return std::tie(a.x, a.y, a.weight) < std::tie(b.x, b.y, b.weight);
}

/// Merges equal neighbours of a sorted range; places whose weights cancel vanish. Returns how many are left.
std::size_t merge_sorted(std::span<WeightedPoint> events) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < events.size();) {
    WeightedPoint merged = events[i];
    for (++i; i < events.size() && events[i].x == merged.x && events[i].y == merged.y; ++i) {
      merged.weight += events[i].weight;
    }
    if (merged.weight != 0) events[kept++] = merged;
  }
  return kept;
}

}  // namespace

EventRows::EventRows(std::span<const WeightedPoint> events, const Grid& grid, double reach_m) {
  check_finite(events);
  const double reach_cells = std::min(reach_m / grid.cell_m, 1e15);
  reach_rows_ = static_cast<std::int64_t>(std::ceil(reach_cells)) + 1;
  const double rows = static_cast<double>(grid.height) + 2 * static_cast<double>(reach_rows_);
  rows_per_strip_ = std::max(1.0, std::ceil(rows / static_cast<double>(most_strips)));
  const auto strips = static_cast<std::size_t>(std::ceil(rows / rows_per_strip_)) + 1;

  const Box near = grid.bounds().expanded(reach_m + grid.cell_m);
  std::vector<std::uint32_t> strip_of(events.size());
  constexpr std::uint32_t nowhere = ~std::uint32_t{0};
  starts_.assign(strips + 1, 0);
  for (std::size_t i = 0; i < events.size(); ++i) {
    const WeightedPoint& event = events[i];
    strip_of[i] = nowhere;
    if (event.weight == 0 || !near.contains(event.x, event.y)) continue;
    strip_of[i] = static_cast<std::uint32_t>(strip_of_row((grid.north() - event.y) / grid.cell_m));
    ++starts_[strip_of[i] + 1];
  }
  for (std::size_t s = 0; s < strips; ++s) starts_[s + 1] += starts_[s];
  events_.resize(starts_[strips]);
  std::vector<std::size_t> next(starts_.begin(), starts_.end() - 1);
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (strip_of[i] != nowhere) events_[next[strip_of[i]]++] = events[i];
  }
  std::vector<std::size_t> sizes(strips);
  sort_and_merge(sizes);
  close_gaps(sizes);
  any_negative_ = std::any_of(events_.begin(), events_.end(), [](const WeightedPoint& e) { return e.weight < 0; });
}

void EventRows::sort_and_merge(std::vector<std::size_t>& sizes) {
  const std::size_t strips = sizes.size();
  parallel_for((strips + strips_per_task - 1) / strips_per_task, [&](std::size_t task) {
    const std::size_t end = std::min(strips, (task + 1) * strips_per_task);
    for (std::size_t s = task * strips_per_task; s < end; ++s) {
      const std::span<WeightedPoint> strip(events_.data() + starts_[s], starts_[s + 1] - starts_[s]);
      std::sort(strip.begin(), strip.end(), before);
      sizes[s] = merge_sorted(strip);
    }
  });
}

void EventRows::close_gaps(const std::vector<std::size_t>& sizes) {
  std::size_t end = 0;
  for (std::size_t s = 0; s < sizes.size(); ++s) {
    const auto from = events_.begin() + static_cast<std::ptrdiff_t>(starts_[s]);
    const auto to = events_.begin() + static_cast<std::ptrdiff_t>(end);
    if (from != to) std::copy(from, from + static_cast<std::ptrdiff_t>(sizes[s]), to);
    starts_[s] = end;
    end += sizes[s];
  }
  starts_[sizes.size()] = end;
  events_.resize(end);
}

std::size_t EventRows::strip_of_row(double row) const {
  const double strip = std::floor((row + static_cast<double>(reach_rows_)) / rows_per_strip_);
  return static_cast<std::size_t>(std::clamp(strip, 0.0, static_cast<double>(starts_.size() - 2)));
}

std::span<const WeightedPoint> EventRows::near_rows(std::int64_t first_row, std::int64_t last_row) const {
  const std::size_t first = strip_of_row(static_cast<double>(first_row - reach_rows_));
  const std::size_t last = strip_of_row(static_cast<double>(last_row + reach_rows_));
  return std::span(events_).subspan(starts_[first], starts_[last + 1] - starts_[first]);
}

std::vector<WeightedPoint> EventRows::near_block(std::int64_t first_row, std::int64_t last_row, double min_x,
                                                 double max_x) const {
  std::vector<WeightedPoint> found;
  const std::size_t last = strip_of_row(static_cast<double>(last_row + reach_rows_));
  for (std::size_t s = strip_of_row(static_cast<double>(first_row - reach_rows_)); s <= last; ++s) {
    const auto end = events_.begin() + static_cast<std::ptrdiff_t>(starts_[s + 1]);
    auto at = std::lower_bound(events_.begin() + static_cast<std::ptrdiff_t>(starts_[s]), end, min_x,
                               [](const WeightedPoint& event, double x) { return event.x < x; });
    for (; at != end && at->x <= max_x; ++at) found.push_back(*at);
  }
  return found;
}

}  // namespace tocsin
