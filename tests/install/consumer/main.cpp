// The main job on data in memory: no file is read or written.
#include <cstdio>

#include <tocsin/indicators/assessment.hpp>
#include <tocsin/indicators/source_loading.hpp>
#include <tocsin/ports/memory_sources.hpp>

using namespace tocsin;

int main() {
  const Scenario scenario = parse_scenario(R"(
    scenario = { name = "two districts", area = "memory", cell = "1 km", from = 2021-08-01, to = 2021-08-31 }
    areas = { path = "memory", code = "code" }
    sources.incidents = { path = "memory", format = "incidents" }
    [[indicator]]
    id = "density"
    pillar = "incidents"
    source = "incidents"
    measure = { kind = "density", bandwidth = "15 km" }
    normalise = { kind = "goalposts", low = 0, high = 0.01 }
  )",
                                           "scenario");
  const MultiPolygon west{{{{0, 0}, {0, 20e3}, {20e3, 20e3}, {20e3, 0}, {0, 0}}}};
  const MultiPolygon east{{{{20e3, 0}, {20e3, 20e3}, {40e3, 20e3}, {40e3, 0}, {20e3, 0}}}};
  const Areas districts{{west, east}, {"W", "E"}, {"West", "East"}, {}};
  Events events;
  events.add(10e3, 10e3, make_day(2021, 8, 14));
  Sources sources;
  sources.areas[area_source_name] = std::make_unique<MemoryAreaSource>(districts);
  sources.areas[areas_source_name] = std::make_unique<MemoryAreaSource>(districts);
  sources.events["incidents"] = std::make_unique<MemoryEventSource>(events);
  MemoryResultSink sink;
  run_assessment(scenario, sources, sink);
  const auto& areas = sink.periods().front().areas;
  std::printf("West %.1f, East %.1f\n", areas[0].score, areas[1].score);
  return areas[0].score > areas[1].score && areas[1].score > 0 ? 0 : 1;
}
