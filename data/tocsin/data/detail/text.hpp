#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tocsin/core/nearest_name.hpp>

namespace tocsin::data {

/// ASCII letters in lower case, the rest as it is.
std::string lower(std::string_view text);

/// Without the white space (ASCII, and the no-break space that spreadsheets leave) at both ends.
inline std::string_view trim(std::string_view text);

/// As trim; for those that may need it.
std::string_view trim_blanks(std::string_view text);

inline std::string_view trim(std::string_view text) {
  // Nearly all cells: neither end can be white space.
  const auto is_ink = [](char letter) { return letter > ' ' && letter < 127; };
  return text.empty() || (is_ink(text.front()) && is_ink(text.back())) ? text : trim_blanks(text);
}

/// The whole trimmed text as a number; empty when it is not one. May return an infinity or NaN where the text says so.
std::optional<double> parse_number(std::string_view text);

}  // namespace tocsin::data
