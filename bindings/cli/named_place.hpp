#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace tocsin::cli {

/// The number of the place with a code, else with a name.
/// @param option  that it was written in, for messages
/// @throws Error usage: no such place (names the nearest); a name that several places have
std::size_t place_named(const std::string& option, const std::string& text, std::span<const std::string> codes,
                        std::span<const std::string> names);

/// "'Tambura' (SS1009)": a place as messages name it.
std::string place_label(const std::string& code, const std::string& name);

}  // namespace tocsin::cli
