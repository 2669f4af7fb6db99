#pragma once

#include <tocsin/core/progress.hpp>
#include <tocsin/indicators/scenario.hpp>
#include <tocsin/ports/result_sink.hpp>
#include <tocsin/ports/sources.hpp>

namespace tocsin {

/// The main job: scores the cells and areas of a scenario for every period and hands them to the sink.
///
/// Nothing reaches the sink's reader unless all of it does. Same scenario and sources: the same results for any number
/// of threads.
/// @param sources  one for every name that the scenario uses, and "scenario.area", "areas", "placement.adminN"; asked
/// for
///                 coordinates in sources.crs_wkt
/// @throws Error   scenario, input, io, cancelled; the sink is then left without finish()
AssessmentReport run_assessment(const Scenario& scenario, Sources& sources, ResultSink& sink);
AssessmentReport run_assessment(const Scenario& scenario, Sources& sources, ResultSink& sink, Progress& progress);

}  // namespace tocsin
