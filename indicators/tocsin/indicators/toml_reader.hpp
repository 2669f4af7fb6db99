#pragma once

#include <string>

#include <tocsin/indicators/value.hpp>

namespace tocsin {

/// Reads TOML text into values with their positions. For a key of a table the position is that of the key's value.
/// @param file  for positions in messages
/// @throws Error scenario "file:line:column: ..." when the text is not TOML
Value parse_toml(const std::string& text, const std::string& file);

}  // namespace tocsin
