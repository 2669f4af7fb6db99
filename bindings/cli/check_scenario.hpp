#pragma once

#include <string>

#include <tocsin/indicators/scenario_paths.hpp>

#include "verbs.hpp"

namespace tocsin::cli {

/// Prints everything that is wrong with a scenario, and what its sources hold.
/// @param outside  whether its paths may leave its folder
/// @throws Error scenario, input: all faults, one a line
void check_scenario(const std::string& path, OutsidePaths outside, const CommonOptions& common);

}  // namespace tocsin::cli
