#pragma once

#include <cstdint>
#include <vector>

#include <tocsin/scan/sites.hpp>

namespace tocsin {

/// Which sites may enter a window under Tango's restricted likelihood ratio: those whose own count has a mid-p value
/// P(N > c) + P(N = c) / 2 below a limit; for low rates the other tail.
struct RestrictedPlaces {
  std::vector<double> at_least;  ///< by site: counts from here on may enter windows of high rates
  std::vector<double> at_most;   ///< counts up to here may enter windows of low rates; -1: none

  [[nodiscard]] bool restricts() const { return !at_least.empty(); }
};

/// @param cases  in all, of which each site has a Poisson (or binomial) share
/// @return       nothing that restricts where options.restricted_below is empty
RestrictedPlaces restricted_places(const ScanSites& sites, const ScanOptions& options, double cases);

}  // namespace tocsin
