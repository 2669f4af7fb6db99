#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tocsin/core/progress.hpp>
#include <tocsin/density/density.hpp>
#include <tocsin/vector/geometry.hpp>

namespace tocsin {

/// How a bandwidth is chosen from the events themselves. All three choose the standard deviation of a gaussian kernel;
/// other kernels get the bandwidth that smooths as much (canonical_factor).
///
/// All look at distinct places with the sum of their events' weights, and what is left out in cross-validation is a
/// whole place: towns repeat in conflict data, and events that support each other from distance 0 would pull every such
/// criterion to a bandwidth of 0.
enum class BandwidthSelector {
  automatic,   ///< likelihood; diggle where that has no peak in its bracket; scott for fewer than 50 places, or
               ///< where neither has one
  scott,       ///< rule of thumb, sqrt(s_x s_y) n^(-1/6) with n = (sum w)^2 / sum w^2 places; smooths clusters away
  diggle,      ///< least mean square error of the intensity; best where events cluster at one scale
  likelihood,  ///< leave-one-out likelihood; a far-off place alone can make it wide
};

/// "auto", "scott", "diggle" or "likelihood"; empty when unknown.
std::optional<BandwidthSelector> parse_bandwidth_selector(std::string_view name);
std::string_view to_string(BandwidthSelector selector);

/// The bandwidth of a kernel that smooths as much as a gaussian of standard deviation 1: 2 for uniform, 2.7792 for
/// quartic. It makes R / m^2 equal, with R the integral of the squared kernel and m its variance along an axis.
/// @see Marron and Nolan (1988), Statistics and Probability Letters 7, 195-199
double canonical_factor(Kernel kernel);

/// Leave-one-out log-likelihood of a gaussian bandwidth: sum over places of w log(sum over other places of w K). With
/// an area each inner sum is divided by the kernel's mass inside it (EdgeMass; the border is simplified to a hundredth
/// of the bandwidth). Lengths in metres: the density is per m2. Larger is better.
/// @throws Error invalid_argument: events as in merge_places(); a bandwidth that is not a positive length; a place
///         outside the area
/// Cost    as log_sums_of_others(); with an area, places x edges
double likelihood_of_bandwidth(std::span<const WeightedPoint> events, Length deviation,
                               const MultiPolygon* area = nullptr);

/// Estimate of the mean square error of the intensity, but for a constant that does not depend on the bandwidth: sum
/// over all pairs of w w K*K(d) minus twice the sum over pairs of distinct places of w w K(d), over the square of all
/// weights; per m2. Smaller is better. This is Berman and Diggle's (1989, J. R. Stat. Soc. B 51, 81-92) criterion with
/// a gaussian kernel in place of the disc and without edge correction of K, which makes it the same as least-squares
/// cross-validation (Diggle and Marron (1988), J. Am. Stat. Assoc. 83, 793-800).
/// @throws Error as likelihood_of_bandwidth()
double mean_square_error_of_bandwidth(std::span<const WeightedPoint> events, Length deviation);

struct BandwidthOptions {
  BandwidthSelector selector = BandwidthSelector::automatic;
  Kernel kernel = Kernel::quartic;        ///< that the bandwidth is for
  std::optional<Length> least{}, most{};  ///< standard deviations to search; default: from 1/50 to 2 of scott's
  const MultiPolygon* area = nullptr;     ///< for the edge correction of the likelihood
  void validate() const;                  ///< @throws Error invalid_argument
};

enum class BracketEnd { none, least, most };

struct BandwidthChoice {
  struct Score {
    double deviation_m = 0, score = 0;
  };
  BandwidthSelector selector = BandwidthSelector::scott;  ///< the one that chose, never automatic
  Length deviation, bandwidth;                            ///< of the gaussian; of the kernel asked for
  double score = 0;                                       ///< the selector's criterion there; 0 for scott
  std::vector<Score> curve;                               ///< all that was tried, in rising order; empty for scott
  BracketEnd end = BracketEnd::none;  ///< the best value is an end of the bracket: there is no peak inside it
  std::size_t places = 0;
  std::string reason;  ///< one line: which selector and why
};

/// Chooses a bandwidth: the curve at 17 values in geometric steps, then golden section about the best to 0.1 %.
///
/// @param events  those with an exact point, each with its weight; spread places say nothing about a bandwidth
/// @throws Error invalid_argument as merge_places(), options; input: fewer than 3 distinct places, or all on one line
///         along an axis; cancelled
/// Cost    scott: one pass. The others: about 30 evaluations of their criterion
BandwidthChoice choose_bandwidth(std::span<const WeightedPoint> events, const BandwidthOptions& options,
                                 Progress& progress);
BandwidthChoice choose_bandwidth(std::span<const WeightedPoint> events, const BandwidthOptions& options = {});

}  // namespace tocsin
