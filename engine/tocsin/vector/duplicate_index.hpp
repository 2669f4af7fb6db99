#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <map>
#include <span>
#include <tuple>
#include <unordered_map>
#include <vector>

#include <tocsin/vector/duplicate_records.hpp>

namespace tocsin {

/// Records in buckets of place, and in each by the length of their spans (to the power of two) and by day: so that one
/// record that is dated to a year does not widen the search for those that are dated to a day.
class DatedBuckets {
 public:
  void add(std::uint64_t bucket, const ComparedRecord& record, std::size_t index) {
    entries_.push_back({bucket, record.first, static_cast<std::uint32_t>(index),
                        static_cast<std::uint8_t>(std::bit_width(static_cast<unsigned>(record.days())) - 1)});
  }
  /// After the last add().
  void settle() {
    std::sort(entries_.begin(), entries_.end());
    for (std::size_t begin = 0; begin < entries_.size();) {
      std::size_t end = begin;
      while (end < entries_.size() && entries_[end].bucket == entries_[begin].bucket &&
             entries_[end].length == entries_[begin].length)
        ++end;
      runs_[entries_[begin].bucket].push_back({begin, end, entries_[begin].length});
      begin = end;
    }
  }
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] std::size_t buckets() const { return runs_.size(); }
  /// Calls visit(entries) for those of a bucket whose spans may lie near enough to the record's, and score enough.
  template <typename Visit>
  void near(std::uint64_t bucket, const ComparedRecord& record, const DuplicateOptions& options, Visit&& visit) const {
    if (const auto runs = runs_.find(bucket); runs != runs_.end()) near_in(runs->second, record, options, visit);
  }
  /// The same for every bucket that wanted(bucket) names.
  template <typename Wanted, typename Visit>
  void near_all(Wanted&& wanted, const ComparedRecord& record, const DuplicateOptions& options, Visit&& visit) const {
    for (const auto& [bucket, runs] : runs_)
      if (wanted(bucket)) near_in(runs, record, options, visit);
  }

  struct Entry {
    std::uint64_t bucket;
    Day first;
    std::uint32_t index;
    std::uint8_t length;  ///< spans of 2^length days or more, fewer than twice as many
    friend bool operator<(const Entry& a, const Entry& b) {
      return std::tie(a.bucket, a.length, a.first, a.index) < std::tie(b.bucket, b.length, b.first, b.index);
    }
  };

 private:
  struct Run {
    std::size_t begin, end;
    std::uint8_t length;
  };

  template <typename Visit>
  void near_in(const std::vector<Run>& runs, const ComparedRecord& record, const DuplicateOptions& options,
               Visit&& visit) const {
    for (const Run& run : runs) {
      const int least = 1 << run.length, most = 2 * least - 1, own = record.days();
      if (own < least && best_score(own, least) < options.least_score) continue;
      if (own > most && best_score(most, own) < options.least_score) continue;
      const Day from = record.first - std::chrono::days{options.days + most - 1};
      const Day to = record.last + std::chrono::days{options.days};
      const auto begin = entries_.begin() + static_cast<std::ptrdiff_t>(run.begin),
                 end = entries_.begin() + static_cast<std::ptrdiff_t>(run.end);
      const auto first = std::lower_bound(begin, end, from, [](const Entry& e, Day day) { return e.first < day; });
      const auto last = std::upper_bound(first, end, to, [](Day day, const Entry& e) { return day < e.first; });
      if (first != last) visit(std::span<const Entry>(first, last));
    }
  }

  std::vector<Entry> entries_;
  std::unordered_map<std::uint64_t, std::vector<Run>> runs_;
};

/// The records of a source by place: points in squares of the tolerance, by how large a radius they have; records of
/// units, and points that name units, by code and name.
class DuplicateIndex {
 public:
  /// @param sought  the records that will be looked for: what none of them can ask for is not kept
  DuplicateIndex(std::span<const ComparedRecord> records, std::span<const ComparedRecord> sought,
                 const DuplicateOptions& options);

  /// Calls visit(entries, by_name) for records that may pair with this one; a pair may be met by code and by name.
  template <typename Visit>
  void near(const ComparedRecord& record, Visit&& visit) const {
    if (record.point) near_points(record, visit);
    near_units(record, visit);
  }

 private:
  enum class Key : std::uint8_t { unit_code, point_code, unit_name, point_name };
  static std::uint64_t key_of(Key kind, std::size_t level, std::int32_t text) {
    return (static_cast<std::uint64_t>(kind) << 48) | (static_cast<std::uint64_t>(level) << 40) |
           static_cast<std::uint64_t>(static_cast<std::uint32_t>(text));
  }
  static std::uint64_t square(std::int64_t column, std::int64_t row) {
    return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(column)) << 32) | static_cast<std::uint32_t>(row);
  }
  static int radius_class(double radius_m) {
    return radius_m <= 1 ? 0 : static_cast<int>(std::ceil(std::log2(radius_m)));
  }

  struct Squares {
    double largest_m = 0, side_m = 1;  ///< radius of its points, side of a square
    DatedBuckets points;
  };

  template <typename Visit>
  void near_points(const ComparedRecord& record, Visit& visit) const {
    const auto found = [&](std::span<const DatedBuckets::Entry> entries) { visit(entries, false); };
    for (const auto& [radius, squares] : squares_) {
      const double reach = options_.within_m + record.radius_m + squares.largest_m;
      const auto at = [side = squares.side_m](double metres) {
        return static_cast<std::int64_t>(std::floor(metres / side));
      };
      const std::int64_t west = at(record.x - reach), east = at(record.x + reach);
      const std::int64_t south = at(record.y - reach), north = at(record.y + reach);
      const double asked = static_cast<double>(east - west + 1) * static_cast<double>(north - south + 1);
      if (asked > static_cast<double>(squares.points.buckets())) {
        const auto within = [&](std::uint64_t key) {
          const auto column = static_cast<std::int32_t>(static_cast<std::uint32_t>(key >> 32));
          const auto row = static_cast<std::int32_t>(static_cast<std::uint32_t>(key));
          return west <= column && column <= east && south <= row && row <= north;
        };
        squares.points.near_all(within, record, options_, found);
        continue;
      }
      for (std::int64_t column = west; column <= east; ++column)
        for (std::int64_t row = south; row <= north; ++row)
          squares.points.near(square(column, row), record, options_, found);
    }
  }

  template <typename Visit>
  void near_units(const ComparedRecord& record, Visit& visit) const {
    const auto ask = [&](Key kind, std::size_t level, std::int32_t text, bool by_name) {
      if (text < 0) return;
      units_.near(key_of(kind, level, text), record, options_,
                  [&](std::span<const DatedBuckets::Entry> entries) { visit(entries, by_name); });
    };
    ask(Key::unit_code, 0, record.code, false);
    if (!record.point) ask(Key::point_code, 0, record.code, false);
    for (std::size_t level = 1; level < record.admin.size(); ++level) {
      if (record.point || record.level == level) ask(Key::unit_name, level, record.admin[level], true);
      if (!record.point && record.level == level) ask(Key::point_name, level, record.admin[level], true);
    }
  }

  DuplicateOptions options_;
  std::map<int, Squares> squares_;  ///< by class of radius
  DatedBuckets units_;
};

}  // namespace tocsin
