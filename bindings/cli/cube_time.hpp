#pragma once

#include <string>
#include <vector>

#include <tocsin/indicators/event_layer.hpp>

#include "emerging_cube.hpp"

namespace tocsin::cli {

/// Whole periods from --from, else the first event, to --to, else the last; warns of an end that is cut.
std::vector<Period> periods_of(const EventOptions& options, const std::string& every, const TimeWindow& window,
                               std::vector<std::string>& warnings);

/// Adds the days of every place of the cube that the whole source does not cover.
void add_uncovered_days(const CubeOptions& options, const SpaceTimeCube& cube, std::vector<UnobservedDays>& gaps);

/// Warns where the source may begin or end within the first or last period, which then has too few events.
void warn_of_ends(const CubeOptions& options, const EventLayer& layer, const std::vector<Period>& periods,
                  std::vector<std::string>& warnings);

}  // namespace tocsin::cli
