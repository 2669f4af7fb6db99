#pragma once

#include <string>
#include <string_view>

namespace tocsin::cli {

/// A text of which parts may come from a stranger's file (a column's name, a place's), fit for a terminal: control
/// characters and those that turn the direction of writing become "\x1b" and the like; line ends stay.
std::string printable(std::string_view text);

}  // namespace tocsin::cli
