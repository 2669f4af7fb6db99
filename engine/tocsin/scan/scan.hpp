#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include <tocsin/core/instruction_set.hpp>
#include <tocsin/core/progress.hpp>

namespace tocsin {

/// What the cases are compared with.
enum class ScanModel {
  poisson,     ///< cases among a population, or against expected cases (adjusted for whatever covariates)
  bernoulli,   ///< cases and controls
  permutation  ///< cases alone, in space and time: is the time of a case independent of its place?
};
enum class ScanRates { high, low, both };
enum class ScanShape {
  circle,
  ellipse  ///< circles, and ellipses 1.5, 2, 3, 4, 5 times as long as wide at 4, 6, 9, 12, 15 angles
};
/// How elongated windows are held back: the log likelihood ratio is multiplied by (4 s / (s + 1)^2)^a for shape s.
enum class EllipsePenalty { none /* a = 0 */, medium /* a = 1/2 */, strong /* a = 1 */ };
enum class ScanTime {
  retrospective,  ///< clusters of any days
  prospective     ///< clusters that are alive: they reach the last interval
};
/// Which clusters are reported beside the most likely one.
enum class SecondaryClusters {
  non_overlapping,  ///< the most likely window of each centre (in space-time: any window), best first, unless it shares
                    ///< a place (and, in space-time, an interval) with a more likely cluster
  gini              ///< the same for each of 15 largest sizes; of these collections the one whose significant clusters
                    ///< have the largest Gini coefficient
};

/// Cases and who was at risk, at n places over T intervals of equal length. Tables are n x T, place after place.
struct ScanData {
  std::vector<double> x_m, y_m;  ///< n; places at the same coordinates are taken together
  std::size_t intervals = 1;     ///< T; 1: purely spatial
  double interval_days = 1;      ///< length of an interval
  std::vector<double> cases;  ///< n x T. Whole numbers, but for Poisson they may be shares of cases. NaN: not observed
  /// n (the same in every interval) or n x T. Poisson: population, or expected cases. Bernoulli: cases and controls
  /// together, whole numbers. NaN: not observed. Empty for the permutation model.
  std::vector<double> at_risk;
};

struct ScanOptions {
  ScanModel model = ScanModel::poisson;
  ScanRates rates = ScanRates::high;
  ScanShape shape = ScanShape::circle;
  EllipsePenalty penalty = EllipsePenalty::medium;
  ScanTime time = ScanTime::retrospective;
  SecondaryClusters secondary = SecondaryClusters::non_overlapping;
  double most_at_risk = 0.5;  ///< share of those at risk (permutation model: of cases) in a window, over (0, 1]
  double most_radius_m = std::numeric_limits<double>::infinity();  ///< of an ellipse: half of its width
  double most_time = 0.5;                                          ///< share of the intervals in a window, over (0, 1]
  std::size_t most_intervals = std::numeric_limits<std::size_t>::max();  ///< the same as a number
  std::size_t least_intervals = 1;
  std::int64_t least_cases = 2;  ///< in a window of high rates
  /// Tango's restricted likelihood ratio: only windows of places of which each has a mid-p value below this. Spatial.
  std::optional<double> restricted_below;
  std::int64_t replicates = 999;  ///< 0: no p-values
  std::uint64_t seed = 1;
  /// Stops once so many replicates reached the observed maximum (Besag and Clifford 1991); 0: all replicates run.
  std::int64_t stop_after = 0;
  double significance = 0.05;  ///< of the clusters that the Gini coefficient is computed from
  double memory_bytes = 2e9;
  InstructionSet instructions = widest_instruction_set();  ///< the result is the same with all

  void validate() const;  ///< @throws Error invalid_argument
};

struct ScanCluster {
  std::vector<std::uint32_t> places;  ///< members, nearest to the centre first
  std::uint32_t centre = 0;           ///< place
  double radius_m = 0;                ///< distance to the farthest member; of an ellipse: half of its width
  double shape = 1;                   ///< length over width
  double angle_degrees = 0;           ///< of the long axis, from east to north
  std::size_t first_interval = 0, last_interval = 0;  ///< both included
  ScanRates rates = ScanRates::high;
  double cases = 0;
  double expected = 0;
  double at_risk = 0;        ///< persons (or expected cases, or cases) in the places, on average over the intervals
  double relative_risk = 0;  ///< cases over expected inside, divided by the same outside
  double llr = 0;            ///< natural log of the likelihood ratio, penalised where elongated
  double p = 0;  ///< (replicates whose maximum reached llr + 1) / (replicates + 1); see ScanResult::p_is_sequential
  double p_gumbel = 0;         ///< from a Gumbel distribution fitted to the replicates' maxima by moments
  double recurrence_days = 0;  ///< interval_days / p; NaN unless prospective
};

struct ScanResult {
  std::vector<ScanCluster> clusters;  ///< most likely first; further ones that every replicate surpassed are left out
  std::vector<double> null_maxima;    ///< of the replicates that ran, in their order
  /// True where replicates stopped early: the most likely cluster's p is then reached / replicates that ran.
  bool p_is_sequential = false;
  double cases = 0;                  ///< in all
  double at_risk = 0;                ///< in all, on average over the intervals
  std::size_t places = 0;            ///< observed
  std::size_t sites = 0;             ///< places with coordinates of their own
  std::size_t not_observed = 0;      ///< places left out: NaN among their coordinates, cases or at_risk
  std::optional<double> gini_share;  ///< the largest size (share at risk) that the Gini coefficient chose

  [[nodiscard]] std::int64_t replicates() const { return static_cast<std::int64_t>(null_maxima.size()); }
};

/// Kulldorff's scan statistic: the window (a circle or ellipse around a place, in space-time times an interval) whose
/// inside differs most from its outside by the likelihood ratio, and how often chance makes one as good.
///
/// A window holds every place within its radius: places whose distances differ by less than 1e-9 of them enter
/// together. Under the null hypothesis cases fall on places (and intervals) in proportion to those at risk, given their
/// number (Poisson: multinomial; a number that is not whole is rounded); are drawn from cases and controls without
/// replacement (Bernoulli); or keep their places while their times are shuffled (permutation). Replicates that come
/// within 1e-9 of the observed value count as having reached it.
///
/// Every value is the same for any number of threads, instruction set and memory, and for any order of the places.
/// @throws Error invalid_argument, shape_mismatch; input: fewer than three places, no cases, negative numbers, cases
///         where nobody is at risk, more cases than persons (Bernoulli), counts that are not whole; memory; cancelled
/// Cost          n m W operations a replicate, m places in the largest window, W intervals (1 when spatial), with 32
///               replicates side by side; memory: 64 n T bytes for 32 replicates
/// Source        Kulldorff (1997), Communications in Statistics 26, 1481-1496, and (2001), JRSS A 164, 61-72;
/// Kulldorff,
///               Heffernan, Hartman, Assuncao and Mostashari (2005), PLoS Medicine 2, e59 (permutation); Kulldorff,
///               Huang, Pickle and Duczmal (2006), Statistics in Medicine 25, 3929-3943 (ellipses); Tango (2008),
///               Japanese Journal of Biometrics 29, 75-95 (restricted); Han et al. (2016), International Journal of
///               Health Geographics 15, 27 (Gini)
ScanResult scan_statistic(const ScanData& data, const ScanOptions& options = {});
ScanResult scan_statistic(const ScanData& data, const ScanOptions& options, Progress& progress);

}  // namespace tocsin
