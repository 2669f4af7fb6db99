#pragma once

#include <string>

#include "verbs.hpp"

namespace tocsin::cli {

/// Prints everything that is wrong with a scenario, and what its sources hold.
/// @throws Error scenario, input: all faults, one a line
void check_scenario(const std::string& path, const CommonOptions& common);

}  // namespace tocsin::cli
