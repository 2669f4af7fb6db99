#include <tocsin/indicators/measures/measures.hpp>

namespace tocsin {

const std::vector<MeasureKind>& measure_kinds() {
  static const std::vector<MeasureKind> kinds{
      {"density", "events per km2 around each cell, fading with age", &measures::make_density},
      {"count", "events or persons by area in a window of time", &measures::make_count},
      {"rate", "events or persons per population and year, by area", &measures::make_rate},
      {"proximity", "closeness to features or events, decaying with distance", &measures::make_proximity},
      {"presence", "1 where a feature or event lies within a distance, else 0", &measures::make_presence},
      {"value", "a raster's value, or an attribute of areas", &measures::make_value},
      {"flow", "persons who arrived in (or left) an area in a window of time", &measures::make_flow},
      {"access", "share of days on which an area could not be reached; makes reports from there not observed",
       &measures::make_access},
      {"calendar", "nearness to dates or seasons, 0 to 1", &measures::make_calendar},
      {"diversity", "number of actors in reach, or their entropy", &measures::make_diversity},
      {"trend", "rate ratio of an area's events, against the span before or a year before", &measures::make_trend},
      {"surge", "how unlikely an area's events are under its own past", &measures::make_surge},
      {"nowcast", "events of an area once all are reported, or the share still to be reported",
       &measures::make_nowcast},
      {"spillover", "events among an area's neighbours a period earlier", &measures::make_spillover},
  };
  return kinds;
}

}  // namespace tocsin
