#pragma once

#include <optional>
#include <string_view>

namespace tocsin::data {

/// The month, 1 to 12, that a word names in English, French or Spanish, in full or shortened as calendars and
/// spreadsheets do ("Sept", "juil.", "dic"). Case and accents do not matter. Empty when it names none.
std::optional<unsigned> month_of(std::string_view word);

/// True for words that may stand in a date and say nothing of the day: weekdays, "of", "de", "le", "th", "er", "am".
bool is_filler(std::string_view word);

}  // namespace tocsin::data
