#pragma once

#include <string>

#include "own_indicators.hpp"

namespace tocsin::cli {

/// The scenario as a commented TOML file that runs at once. Nothing of a single record is in it: names of files, layers
/// and columns, counts, days and choices with their reasons.
/// @param name  of the scenario
std::string scenario_text(const std::string& name, const OwnData& own, const OwnChoices& choices,
                          const IndicatorPlan& plan);

}  // namespace tocsin::cli
