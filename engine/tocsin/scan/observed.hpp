#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/scan/replicate_block.hpp>

namespace tocsin {

/// A window of the observed data.
struct FoundWindow {
  double llr = 0;  ///< penalised; 0: nothing was found
  std::uint32_t centre = 0, form = 0;
  std::uint32_t size = 0;            ///< sites
  double radius_m = 0;               ///< of the farthest site
  std::vector<std::uint32_t> sites;  ///< nearest first; empty until fill_sites()
  std::size_t first_interval = 0, last_interval = 0;
  double cases = 0, measure = 0;
  bool high = true;
};

/// Which sites and intervals belong to more likely clusters already. Site by interval, 0 or 1; empty: none.
using TakenCells = std::vector<std::uint8_t>;

/// The most likely windows of one centre and form: the best of those whose sites' share at risk is at most each of
/// `sizes`, which ascend.
/// @param taken  windows that hold any of these do not count
std::vector<FoundWindow> best_windows(const ReplicateScan& scan, const CentreWindows& windows,
                                      std::span<const double> sizes, const TakenCells& taken);

/// Lists the sites of a window: they are not kept while there is one for each centre.
void fill_sites(const ReplicateScan& scan, FoundWindow& window);

/// True where a comes before b: by likelihood ratio (to 1e-9), then the smaller window, then by place. The order does
/// not depend on how places were listed.
bool more_likely(const ReplicateScan& scan, const FoundWindow& a, const FoundWindow& b);

}  // namespace tocsin
