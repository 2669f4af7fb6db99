#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tocsin/core/nearest_name.hpp>

namespace tocsin::data {

/// ASCII letters in lower case, the rest as it is.
std::string lower(std::string_view text);

/// Without the white space (ASCII, and the no-break space that spreadsheets leave) at both ends.
std::string_view trim(std::string_view text);

/// The whole trimmed text as a number; empty when it is not one. May return an infinity or NaN where the text says so.
std::optional<double> parse_number(std::string_view text);

}  // namespace tocsin::data
