#pragma once

#include <memory>
#include <string>

#include <tocsin/indicators/assessment.hpp>
#include <tocsin/indicators/source_loading.hpp>
#include <tocsin/ports/memory_sources.hpp>

namespace tocsin::test {

/// A square with its south-west corner at (x, y), kilometres.
inline MultiPolygon square_km(double x, double y, double side) {
  const double a = x * 1000, b = y * 1000, c = (x + side) * 1000, d = (y + side) * 1000;
  return {Polygon{{{a, b}, {a, d}, {c, d}, {c, b}, {a, b}}}};
}

/// Two districts side by side, 20 km each:   +---+---+
///                                           | W | E |
///                                           +---+---+
inline Areas two_districts() {
  return {{square_km(0, 0, 20), square_km(20, 0, 20)}, {"W", "E"}, {"West", "East"}, {{"people", {1000, 3000}}}};
}

/// Sources for the two districts; events and tables are added by the test.
inline Sources two_district_sources(Events events) {
  Sources sources;
  sources.areas[area_source_name] = std::make_unique<MemoryAreaSource>(two_districts());
  sources.areas[areas_source_name] = std::make_unique<MemoryAreaSource>(two_districts());
  sources.events["incidents"] = std::make_unique<MemoryEventSource>(std::move(events));
  return sources;
}

/// A scenario over the two districts with the given indicator blocks (TOML).
inline Scenario two_district_scenario(const std::string& indicators, const std::string& more = {}) {
  return parse_scenario(R"(
scenario = { name = "two districts", area = "memory", cell = "1 km", from = 2021-06-01, to = 2021-08-31 }
areas = { path = "memory", code = "code", population = "people" }
sources.incidents = { path = "memory", format = "incidents" }
sources.table = { path = "memory.csv" }
sources.layer = { path = "memory.geojson", code = "code" }
sources.raster = { path = "memory.tif" }
)" + more + indicators,
                        "memory");
}

inline std::string indicator(const std::string& id, const std::string& source, const std::string& measure,
                             const std::string& normalise = "{ kind = \"none\" }", const std::string& more = {}) {
  return "[[indicator]]\nid = \"" + id + "\"\npillar = \"p\"\nsource = \"" + source + "\"\nmeasure = " + measure +
         "\nnormalise = " + normalise + "\n" + more + "\n";
}

}  // namespace tocsin::test
