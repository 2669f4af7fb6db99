#pragma once

#include <span>
#include <vector>

#include <tocsin/core/progress.hpp>
#include <tocsin/core/random.hpp>
#include <tocsin/pattern/observation_window.hpp>

namespace tocsin {

/// How pairs are counted whose circle reaches beyond the window.
enum class KEdgeCorrection {
  none,         ///< as if nothing were outside: too low
  border,       ///< only points at least r from the boundary are centres; any window; noisy at large r
  translation,  ///< a pair weighs window area / area that the window shares with itself moved by the pair; boxes only
  isotropic     ///< a pair weighs 1 / share of the circle around its first point that lies inside (Ripley); boxes only
};

struct KOptions {
  std::vector<double> distances_m{};  ///< ascending, >= 0; empty: 64 steps to a quarter of the box's shorter side
  KEdgeCorrection edge = KEdgeCorrection::border;
  void validate() const;  ///< @throws Error invalid_argument
};

/// Ripley's K over distance; parallel columns.
struct KFunction {
  std::vector<double> distances_m;
  std::vector<double> k_m2;  ///< NaN where no point is a centre (border)
  std::vector<double> l_m;   ///< sqrt(K / pi): r itself under complete spatial randomness; above it clustering
};

/// Ripley's K function (Ripley 1976, Journal of Applied Probability 13, 255-266) and Besag's L of n points.
/// K(r) = area / (n (n - 1)) times the sum of the weights of the ordered pairs at most r apart; with the border
/// correction area / n times the mean number of others within r of a centre (as spatstat's Kest, whose values these
/// are). Coincident points are pairs at distance 0: events that were placed on the same town all cluster there, so
/// merge or spread them first where that is no finding.
/// @param points  at least 2, inside the window
/// @throws Error invalid_argument: a point outside or not finite, fewer than 2; a correction that needs a box; with
///         translation or isotropic a distance beyond half of the box's shorter side
/// Cost: O(pairs within the largest distance), in parallel; the same for any number of threads.
KFunction k_function(std::span<const Point> points, const ObservationWindow& window, const KOptions& options = {});

/// The cross function: of ordered pairs from one pattern to another (incidents around checkpoints), area / (n m) times
/// the sum of weights; border: area / m times the mean number within r of a centre.
/// @param from  the centres, at least 1
/// @param to    at least 1
KFunction cross_k_function(std::span<const Point> from, std::span<const Point> to, const ObservationWindow& window,
                           const KOptions& options = {});

struct EnvelopeOptions {
  int simulations = 999;  ///< at least 19, and enough that 2 / (simulations + 1) <= level
  double level = 0.05;    ///< of a test with the envelope, in (0, 1)
  std::uint64_t seed = 1;
  void validate() const;  ///< @throws Error invalid_argument
};

/// L beside what chance does; columns over the distances.
struct KEnvelope {
  KFunction observed;
  std::vector<double> mean_l_m;       ///< of the simulations and the points themselves
  std::vector<double> low_m, high_m;  ///< pointwise: at one distance chosen beforehand, L leaves them with `level`
  std::vector<double> global_low_m, global_high_m;  ///< mean -+ a constant: L leaves them anywhere with `level`
  /// Of the largest |L - mean| over all distances: (simulations at least as large + 1) / (simulations + 1).
  double p_value = 0;
};

/// Is there clustering at all, and at which distances? L of the points beside L of as many points that are scattered
/// at random over the window (complete spatial randomness), each simulation with a stream of its own. Read the global
/// envelope or p_value first: a pattern without any structure leaves the pointwise one at some distance more often than
/// `level`. Where people live in towns, all that happens to people clusters: this is not yet a finding about risk.
/// Source: Ripley (1977), JRSS B 39, 172-212; Baddeley et al. (2014), Ecological Monographs 84, 477-489.
/// @throws Error as k_function; cancelled
/// Cost: simulations times that of k_function
KEnvelope k_envelope(std::span<const Point> points, const ObservationWindow& window, const KOptions& options,
                     const EnvelopeOptions& envelope, Progress& progress);
KEnvelope k_envelope(std::span<const Point> points, const ObservationWindow& window, const KOptions& options = {},
                     const EnvelopeOptions& envelope = {});

/// The same for the cross function: `from` stays where it is, as many points as in `to` are scattered.
KEnvelope cross_k_envelope(std::span<const Point> from, std::span<const Point> to, const ObservationWindow& window,
                           const KOptions& options, const EnvelopeOptions& envelope, Progress& progress);
KEnvelope cross_k_envelope(std::span<const Point> from, std::span<const Point> to, const ObservationWindow& window,
                           const KOptions& options = {}, const EnvelopeOptions& envelope = {});

}  // namespace tocsin
