#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/density/event_rows.hpp>

namespace tocsin {

namespace {

constexpr double rows_per_strip = 8;     // low enough that few events of a strip miss a tile of rows that it may reach
constexpr double most_strips = 65536;    // bounds memory when the reach is many times the grid
constexpr std::size_t most_chunks = 64;  // of the input; bounds memory for the counts of chunks and strips
constexpr std::size_t events_per_chunk = 16384;
constexpr std::size_t few_events = 24;  // of which each may be compared with each

bool is_finite(const WeightedPoint& event) {
  return std::isfinite(event.x) && std::isfinite(event.y) && std::isfinite(event.weight);
}

// Weight is the last key: equal places add up in one order however they arrived.
inline bool before(const WeightedPoint& a, const WeightedPoint& b) {
  if (a.x != b.x) return a.x < b.x;
  if (a.y != b.y) return a.y < b.y;
  return a.weight < b.weight;
}

/// Finishes what is nearly sorted: no event stands far from its place.
void insertion_sort(std::span<WeightedPoint> events) {
  for (std::size_t i = 1; i < events.size(); ++i) {
    if (!before(events[i], events[i - 1])) continue;
    const WeightedPoint event = events[i];
    std::size_t to = i;
    for (; to > 0 && before(event, events[to - 1]); --to) events[to] = events[to - 1];
    events[to] = event;
  }
}

/// Sorts by place: first into buckets of x, one or two for each event. Full buckets (events gather in towns) are sorted
/// by comparison, the others all together in one pass.
void sort_places(std::span<WeightedPoint> events) {
  const auto [west, east] =
      std::minmax_element(events.begin(), events.end(), [](const auto& a, const auto& b) { return a.x < b.x; });
  if (events.size() <= few_events || west->x == east->x) {
    std::sort(events.begin(), events.end(), before);
    return;
  }
  const std::size_t buckets = std::bit_ceil(events.size());
  const double from = west->x, per_metre = static_cast<double>(buckets - 1) / (east->x - west->x);
  const auto bucket_of = [&](const WeightedPoint& event) {
    return static_cast<std::size_t>((event.x - from) * per_metre);
  };
  std::vector<std::uint32_t> ends(buckets + 1);
  for (const WeightedPoint& event : events) ++ends[bucket_of(event) + 1];
  for (std::size_t b = 0; b < buckets; ++b) ends[b + 1] += ends[b];
  Uninitialised<WeightedPoint> sorted(events.size());
  for (const WeightedPoint& event : events) sorted.data()[ends[bucket_of(event)]++] = event;
  for (std::size_t b = 0, begin = 0; b < buckets; begin = ends[b++]) {
    if (ends[b] - begin > few_events) std::sort(sorted.data() + begin, sorted.data() + ends[b], before);
  }
  insertion_sort(sorted.values());
  std::copy(sorted.data(), sorted.data() + sorted.size(), events.begin());
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

EventRows::EventRows(std::span<const WeightedPoint> events, const Grid& grid, double reach_m)
    : grid_(grid), reach_m_(reach_m), near_(grid.bounds().expanded(reach_m + grid.cell_m)) {
  lay_strips();
  distribute(events);
  parallel_for(strips_.size(), [&](std::size_t s) { sort_and_merge(strips_[s]); });
  for (const Strip& strip : strips_) {
    size_ += strip.end - strip.begin;
    any_negative_ = any_negative_ || strip.any_negative;
  }
  if (size_ < events_.size() / 2) close_gaps();
}

void EventRows::lay_strips() {
  const double reach_cells = std::min(reach_m_ / grid_.cell_m, 1e15);
  reach_rows_ = static_cast<std::int64_t>(std::ceil(reach_cells)) + 1;
  const double rows = static_cast<double>(grid_.height) + 2 * static_cast<double>(reach_rows_);
  rows_per_metre_ = 1 / grid_.cell_m;
  strips_per_row_ = 1 / std::max(rows_per_strip, std::ceil(rows / most_strips));
  strips_.resize(static_cast<std::size_t>(std::ceil(rows * strips_per_row_)) + 1);
}

/// Copies the events into their strips: each chunk of the input counts, then writes to places of its own.
void EventRows::distribute(std::span<const WeightedPoint> events) {
  const std::size_t chunks = std::clamp<std::size_t>(events.size() / events_per_chunk, 1, most_chunks);
  const auto chunk = [&](std::size_t c) {
    const std::size_t begin = events.size() * c / chunks, end = events.size() * (c + 1) / chunks;
    return events.subspan(begin, end - begin);
  };
  std::vector<std::vector<std::size_t>> next(chunks);
  std::vector<const WeightedPoint*> bad(chunks);
  parallel_for(chunks, [&](std::size_t c) {
    next[c].assign(strips_.size(), 0);
    for (const WeightedPoint& event : chunk(c)) {
      if (!is_finite(event)) {
        bad[c] = &event;
        return;
      }
      if (may_reach(event)) ++next[c][strip_of(event)];
    }
  });
  for (const WeightedPoint* event : bad) {
    if (event == nullptr) continue;
    throw Error(ErrorCode::invalid_argument,
                fmt::format("density: event {} has x = {}, y = {}, weight = {}; all three must be finite numbers",
                            event - events.data(), event->x, event->y, event->weight));
  }
  std::size_t end = 0;
  for (std::size_t s = 0; s < strips_.size(); ++s) {
    strips_[s].begin = end;
    for (auto& counts : next) end += std::exchange(counts[s], end);
    strips_[s].end = end;
  }
  events_ = Uninitialised<WeightedPoint>(end);
  parallel_for(chunks, [&](std::size_t c) {
    for (const WeightedPoint& event : chunk(c)) {
      if (may_reach(event)) events_.data()[next[c][strip_of(event)]++] = event;
    }
  });
}

void EventRows::sort_and_merge(Strip& strip) {
  const std::span<WeightedPoint> events = events_.values().subspan(strip.begin, strip.end - strip.begin);
  if (events.empty()) return;
  sort_places(events);
  const std::span<WeightedPoint> kept = events.first(merge_sorted(events));
  strip.end = strip.begin + kept.size();
  strip.any_negative = std::any_of(kept.begin(), kept.end(), [](const WeightedPoint& e) { return e.weight < 0; });
}

/// Gives back the memory of what was merged.
void EventRows::close_gaps() {
  Uninitialised<WeightedPoint> closed(size_);
  std::size_t end = 0;
  for (Strip& strip : strips_) {
    std::copy(events_.data() + strip.begin, events_.data() + strip.end, closed.data() + end);
    strip.begin = std::exchange(end, end + strip.end - strip.begin);
    strip.end = end;
  }
  events_ = std::move(closed);
}

std::span<const WeightedPoint> EventRows::near_columns(std::size_t strip, const CellBlock& block) const {
  const WeightedPoint* begin = events_.data() + strips_[strip].begin;
  const WeightedPoint* end = events_.data() + strips_[strip].end;
  const double margin = reach_m_ + grid_.cell_m;  // the cell allows for rounding
  const double west = grid_.x_of_column(block.first_column) - margin;
  const double east = grid_.x_of_column(block.end_column - 1) + margin;
  begin = std::lower_bound(begin, end, west, [](const WeightedPoint& event, double x) { return event.x < x; });
  end = std::upper_bound(begin, end, east, [](double x, const WeightedPoint& event) { return x < event.x; });
  return {begin, end};
}

}  // namespace tocsin
