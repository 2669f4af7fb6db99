#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <tocsin/vector/duplicates.hpp>

namespace tocsin {

/// What find_duplicates compares of a record. Texts are numbers of ComparedTexts; -1: not given.
struct ComparedRecord {
  std::size_t event = 0;
  double x = 0, y = 0, radius_m = 0;  ///< NaN where there are none
  bool point = false;                 ///< the coordinates are the place, or the centre of a disc
  std::uint8_t level = 0;             ///< of the unit that a record without a point is known to
  Day first, last;
  double persons = 0;
  std::int32_t code = -1, actor = -1, category = -1;
  std::array<std::int32_t, 4> admin{-1, -1, -1, -1};  ///< by level; the first is not used

  [[nodiscard]] int days() const { return days_between(first, last) + 1; }
};

/// Folded texts of all sources, each a number.
class ComparedTexts {
 public:
  /// -1 for a text of which nothing is left.
  std::int32_t number(const std::string& folded);
  [[nodiscard]] const std::string& text(std::int32_t number) const { return texts_[static_cast<std::size_t>(number)]; }

 private:
  std::unordered_map<std::string, std::int32_t> numbers_;
  std::vector<std::string> texts_;
};

/// The records of a source that can be compared: usable, and with a place smaller than the country.
std::vector<ComparedRecord> compared_records(const EventsOfSource& source, ComparedTexts& texts);

/// Days between two spans; 0 where they touch.
int gap_days(const ComparedRecord& a, const ComparedRecord& b);

/// Score, distance, days apart and unit of a pair whose spans lie near enough; empty: no pair.
std::optional<DuplicatePair> compare(const ComparedRecord& a, const ComparedRecord& b, const ComparedTexts& texts,
                                     const DuplicateOptions& options);

/// The most that two spans of so many days can score, whatever else agrees.
double best_score(int shorter_days, int longer_days);

}  // namespace tocsin
