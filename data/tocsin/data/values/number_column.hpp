#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::data {

/// Which of point and comma is the decimal mark; the other one, like a space or an apostrophe, groups thousands.
enum class DecimalMark { automatic, point, comma };

/// Reads "auto", "." and ",".
std::optional<DecimalMark> parse_decimal_mark(std::string_view text);

/// True for texts that people write where a number is not known: "n/a", "NA", "-", "?", "unknown", "inconnu".
bool says_unknown(std::string_view text);

/// The text; empty where it says that what it should hold is not known.
std::string_view unless_unknown(std::string_view text);

/// One column of numbers as people write them: "50,170", "50 170", "1.234,5", "15960.0". What a mark means is decided
/// over the whole column, by the numbers in it that can be read in one way only.
///
/// Use: observe every text, decide once, then read.
class NumberColumn {
 public:
  /// @param source  for messages, such as "source 'incidents'"
  /// @param whole   counts of persons and the like: three digits behind a lone mark are thousands, not decimals
  NumberColumn(std::string source, std::string name, bool whole, DecimalMark declared)
      : source_(std::move(source)), name_(std::move(name)), whole_(whole), mark_(declared) {}

  void observe(std::string_view text, std::int64_t row);
  /// @throws Error input: commas that could be decimal or group thousands ("50,170") and no number that tells, or
  /// numbers
  ///         that contradict each other beside some that could be either. Names rows and the scenario's key `decimal`.
  void decide();
  /// The number; empty when the text is none under what was decided. May be infinite or NaN where the text says so.
  [[nodiscard]] std::optional<double> read(std::string_view text) const;
  /// What was decided where the numbers are not plain; after decide().
  [[nodiscard]] std::vector<std::string> notes() const;

 private:
  std::string source_, name_;
  bool whole_;
  DecimalMark mark_;
  std::int64_t point_ = 0, comma_ = 0, either_comma_ = 0, either_point_ = 0;
  std::int64_t row_point_ = 0, row_comma_ = 0, row_either_comma_ = 0, row_either_point_ = 0;
  bool thousands_ = false;  ///< a lone mark before three digits groups thousands
};

}  // namespace tocsin::data
