#pragma once

#include <memory>

#include <tocsin/indicators/measure.hpp>

namespace tocsin::measures {

/// Makers of the measures, one file each. docs/scenario.md describes their keys.
std::unique_ptr<Measure> make_density(Parameters& parameters, const MeasureSetting& setting);
std::unique_ptr<Measure> make_count(Parameters& parameters, const MeasureSetting& setting);
std::unique_ptr<Measure> make_rate(Parameters& parameters, const MeasureSetting& setting);
std::unique_ptr<Measure> make_proximity(Parameters& parameters, const MeasureSetting& setting);
std::unique_ptr<Measure> make_presence(Parameters& parameters, const MeasureSetting& setting);
std::unique_ptr<Measure> make_value(Parameters& parameters, const MeasureSetting& setting);
std::unique_ptr<Measure> make_flow(Parameters& parameters, const MeasureSetting& setting);
std::unique_ptr<Measure> make_access(Parameters& parameters, const MeasureSetting& setting);
std::unique_ptr<Measure> make_calendar(Parameters& parameters, const MeasureSetting& setting);
/// Of make_calendar(), where its season is the one that past events show.
std::unique_ptr<Measure> make_season(Parameters& parameters, const MeasureSetting& setting);
std::unique_ptr<Measure> make_diversity(Parameters& parameters, const MeasureSetting& setting);
std::unique_ptr<Measure> make_trend(Parameters& parameters, const MeasureSetting& setting);
std::unique_ptr<Measure> make_surge(Parameters& parameters, const MeasureSetting& setting);
std::unique_ptr<Measure> make_nowcast(Parameters& parameters, const MeasureSetting& setting);
std::unique_ptr<Measure> make_spillover(Parameters& parameters, const MeasureSetting& setting);

}  // namespace tocsin::measures
