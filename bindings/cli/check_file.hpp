#pragma once

#include <string>

#include "verbs.hpp"

namespace tocsin::cli {

/// Prints what a file of data would be taken for and, of events, what they hold.
/// @throws Error as data::look_at_file
void check_file(const std::string& path, const CommonOptions& common);

}  // namespace tocsin::cli
