#pragma once

#include <string>
#include <vector>

#include <tocsin/indicators/scenario.hpp>

namespace tocsin {

/// How indicators hang together: pillars in the order of the scenario, and who belongs to which.
struct IndexLayout {
  struct Pillar {
    std::string id;
    double weight = 0;
    std::vector<std::size_t> indicators;    ///< indices into Scenario::indicators, role risk only
    std::vector<double> indicator_weights;  ///< as given; scaled to 1 over what is observed when combined
  };
  std::vector<Pillar> pillars;
  std::vector<std::size_t> exposure;   ///< indicators shown beside the score
  std::vector<std::size_t> reporting;  ///< indicators of who could have reported
  double total_weight = 0;             ///< sum over pillars
};

/// @throws Error scenario when no indicator with role risk has weight
IndexLayout layout_of(const Scenario& scenario);

}  // namespace tocsin
