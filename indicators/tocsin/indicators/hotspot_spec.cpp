#include <fmt/format.h>

#include <tocsin/indicators/hotspot_spec.hpp>

namespace tocsin {

std::vector<std::pair<std::string, std::string>> HotspotSpec::settings() const {
  const bool excess = options.statistic == HotspotStatistic::excess;
  std::vector<std::pair<std::string, std::string>> result{{"of", of},
                                                          {"on", on == Places::cells ? "cells" : "areas"},
                                                          {"neighbours", to_string(neighbours)},
                                                          {"statistic", std::string(name(options.statistic))},
                                                          {"correction", std::string(name(options.correction))},
                                                          {"false_discovery_rate", fmt::format("{}", options.level)},
                                                          {"placements", fmt::format("{}", placements)},
                                                          {"least_events", fmt::format("{}", least_events)}};
  if (on == Places::cells && cell.metres > 0) result.emplace_back("cell_m", fmt::format("{}", cell.metres));
  if (window) result.emplace_back("window_days", fmt::format("{}", window->days));
  if (excess) {
    result.emplace_back("exposure", exposure == Exposure::population ? "population" : "area");
  } else {
    result.emplace_back("permutations", fmt::format("{}", options.permutation.permutations));
    result.emplace_back("rates", rates == Rates::none ? "none" : rates == Rates::smoothed ? "eb" : "eb-local");
    result.emplace_back("weights", options.weights == WeightStyle::row_standardised       ? "row"
                                   : options.weights == WeightStyle::variance_stabilising ? "variance-stabilising"
                                                                                          : "binary");
  }
  return result;
}

}  // namespace tocsin
