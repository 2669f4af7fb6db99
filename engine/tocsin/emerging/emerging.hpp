#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <tocsin/core/progress.hpp>
#include <tocsin/emerging/emerging_category.hpp>
#include <tocsin/emerging/space_time_cube.hpp>
#include <tocsin/neighbours/neighbours.hpp>
#include <tocsin/temporal/mann_kendall.hpp>

namespace tocsin {

/// What the neighbourhood of a bin is compared with: the bins whose mean and variance stand for chance.
enum class ComparisonWindow {
  cube,           ///< all observed bins: hot beside all places and all times
  neighbourhood,  ///< those of the periods that the neighbourhood reaches into: hot beside the places of that time
  step            ///< those of the bin's own period
};

/// How many of the bins that are called significant may be so by chance.
enum class BinCorrection {
  none,               ///< each bin by itself: of bins without any pattern a share `alpha` is called hot or cold
  benjamini_hochberg  ///< of the bins that are called hot or cold, a share `alpha`, over all defined bins of the cube
                      ///< (Benjamini and Hochberg 1995, JRSS B 57:289); the published tool corrects so
};

struct EmergingOptions {
  /// Periods before a bin's own whose bins are its neighbours too. 0 with ComparisonWindow::step: Gi* compares a
  /// neighbourhood with a population that it is a part of.
  int time_steps = 1;
  ComparisonWindow window = ComparisonWindow::cube;
  double alpha = 0.05;  ///< a bin's two-sided p at which it is hot or cold
  BinCorrection correction = BinCorrection::benjamini_hochberg;
  CategoryRules rules = {};
  void validate() const;  ///< @throws Error invalid_argument
};

/// Gi* of each bin of a cube: periods x places, as the cube's values. NaN where the cube has a gap; where it has a
/// value, NaN means no variance: the window's bins are all equal, or all neighbours.
struct SpaceTimeGi {
  std::vector<double> z;
  std::vector<double> p;  ///< two-sided, from the standard normal distribution
};

/// What became of one place over the periods.
struct EmergingPlace {
  CategoryDecision decision;
  MannKendall trend;                  ///< of its Gi* z
  int hot = 0, cold = 0;              ///< periods
  int observed = 0;                   ///< periods with a Gi*; hot and cold are parts of them
  int gaps = 0;                       ///< periods in which its own value was not observed
  int first_hot = -1, last_hot = -1;  ///< periods; -1: none
  int last_observed = -1;             ///< the last period with a Gi*; -1: none
};

struct EmergingHotspots {
  SpaceTimeGi gi;
  std::vector<BinClass> bins;  ///< by bin
  double p_at_most = 0;        ///< bins with this p or less are hot or cold; 0: none is
  std::vector<EmergingPlace> of_place;
};

/// Getis-Ord Gi* in space and time, with z as in Ord and Getis (1995): the neighbours of place i in period t are i
/// itself and its spatial neighbours, in t and in each of the `time_steps` periods before it that the cube has,
///   z = (sum w x - m W) / (s sqrt((n S1 - W^2) / (n - 1))),
/// W and S1 the sums of w and w^2, and n, m, s (divisor n) of the observed bins in the window. With the whole cube as
/// window it is Gi* of the cube as one map whose places are the bins.
///
/// A gap has no z, is nobody's neighbour, and does not count in the window. A place without neighbours has itself.
///
/// @param neighbours  of the cube's places; one that is not its own neighbour becomes so with weight 1
/// @throws Error      shape_mismatch, invalid_argument, cancelled
/// Cost               O(periods x links); memory 16 bytes a bin. The same bytes for any number of threads.
SpaceTimeGi space_time_gi(const SpaceTimeCube& cube, const Neighbours& neighbours, int time_steps,
                          ComparisonWindow window, Progress& progress);

/// Emerging hot spots: Gi* of each bin, what is beyond chance, the trend of each place's z, and its category.
/// @throws Error as above; also invalid_argument where the cube has fewer periods than the rules ask for
/// Cost          that of Gi*, of sorting p where they are corrected, and O(periods log periods) a place
EmergingHotspots emerging_hotspots(const SpaceTimeCube& cube, const Neighbours& neighbours,
                                   const EmergingOptions& options = {});
EmergingHotspots emerging_hotspots(const SpaceTimeCube& cube, const Neighbours& neighbours,
                                   const EmergingOptions& options, Progress& progress);

}  // namespace tocsin
