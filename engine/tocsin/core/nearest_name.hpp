#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tocsin {

/// The candidate nearest to a text in single-letter edits, ignoring case; empty when none is near enough to be meant.
std::string nearest_name(std::string_view text, std::span<const std::string> candidates);

/// "; did you mean 'latitude'?" or an empty text.
std::string did_you_mean(std::string_view text, std::span<const std::string> candidates);

}  // namespace tocsin
