#pragma once

#include <map>
#include <string>

#include "own_indicators.hpp"

namespace tocsin::cli {

/// Adds what a file without events can feed: by its name what points are ("clinics"), by its columns what a table is.
/// @param needs  by id of the catalogue: what is missing, where more can be said than the catalogue does
void plan_layer(const OwnData& own, const OwnSource& source, IndicatorPlan& plan,
                std::map<std::string, std::string>& needs);

/// Why a source feeds no indicator and what could, for a comment; empty for those that do.
std::string idle_source(const OwnSource& source, const OwnData& own, const IndicatorPlan& plan);

}  // namespace tocsin::cli
