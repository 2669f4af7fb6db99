#pragma once

#include <cstdint>
#include <vector>

#include <tocsin/scan/scan.hpp>

namespace tocsin {

/// The data as the scan works on them: places at the same coordinates are one site, sites lie along a space-filling
/// curve, so that their numbers depend on where they are and not on how they were listed. Tables are n x T.
struct ScanSites {
  std::vector<double> x, y;
  std::size_t intervals = 1;
  std::vector<double> cases;
  std::vector<double> measure;       ///< expected cases are measure x total_cases / total_measure
  std::vector<double> site_measure;  ///< over all intervals; what the largest size is a share of
  double total_cases = 0, total_measure = 0;
  std::vector<std::vector<std::uint32_t>> places;  ///< by site, ascending
  std::size_t observed_places = 0, not_observed = 0;

  [[nodiscard]] std::size_t size() const { return x.size(); }
};

/// @throws Error as scan_statistic
ScanSites scan_sites(const ScanData& data, const ScanOptions& options);

}  // namespace tocsin
