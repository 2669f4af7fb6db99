#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tocsin::data {

/// ASCII letters in lower case, the rest as it is.
std::string lower(std::string_view text);

/// Without the white space (ASCII, and the no-break space that spreadsheets leave) at both ends.
std::string_view trim(std::string_view text);

/// The whole trimmed text as a number; empty when it is not one. May return an infinity or NaN where the text says so.
std::optional<double> parse_number(std::string_view text);

/// The candidate nearest to a text in single-letter edits, ignoring case; empty when none is near enough to be meant.
std::string nearest_name(std::string_view text, std::span<const std::string> candidates);

/// "; did you mean 'latitude'?" or an empty text.
std::string did_you_mean(std::string_view text, std::span<const std::string> candidates);

}  // namespace tocsin::data
