#pragma once

#include <cstdint>
#include <vector>

#include <tocsin/scan/likelihood.hpp>
#include <tocsin/scan/sites.hpp>

namespace tocsin {

/// Windows of one form: circles, or ellipses of one shape and angle.
struct WindowForm {
  double shape = 1;
  double angle = 0;   ///< radians from east to north
  double factor = 1;  ///< of the log likelihood ratio: the penalty
};
std::vector<WindowForm> window_forms(const ScanOptions& options);

/// Consecutive sites of a centre's order whose windows' measures lie in one bin.
struct WindowRun {
  std::uint32_t end = 0;  ///< position after the last; the run begins where the one before ends
  std::uint16_t bin = 0;
  double measure_before = 0;  ///< of all sites before the run, added up one after the other
};

/// Sites around a centre, nearest first, as far as the largest window reaches. A window ends after position k where
/// `ends[k]` is 1; sites at the same distance enter together.
struct CentreWindows {
  std::uint32_t centre = 0;
  std::uint32_t form = 0;
  std::vector<std::uint32_t> sites;
  std::vector<std::uint8_t> ends;
  std::vector<WindowRun> runs;
};

/// Distance of a site from a centre in the metric of a form, metres: half of the width of the ellipse through it.
double window_radius(const ScanSites& sites, const WindowForm& form, std::uint32_t centre, std::uint32_t site);

/// Orders sites around centres. One a thread: it keeps its buffers.
class WindowBuilder {
 public:
  WindowBuilder(const ScanSites& sites, const ScanOptions& options, const MeasureBins& bins)
      : sites_(sites), options_(options), bins_(bins) {}
  CentreWindows build(const WindowForm& form, std::uint32_t form_number, std::uint32_t centre);

 private:
  struct Near {
    std::uint32_t key;  ///< square of the distance as the bits of a float, which are in its order
    std::uint32_t site;
  };
  void find_near(const WindowForm& form, std::uint32_t centre);
  void sort_near();
  void add_sites(CentreWindows& windows) const;
  static void add_runs(const ScanSites& sites, const MeasureBins& bins, CentreWindows& windows);

  const ScanSites& sites_;
  const ScanOptions& options_;
  const MeasureBins& bins_;
  std::vector<double> distance2_;  ///< by site
  std::vector<Near> near_, sorted_;
};

}  // namespace tocsin
