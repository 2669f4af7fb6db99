#pragma once

#include <span>
#include <vector>

#include <tocsin/hotspot/local_statistic.hpp>
#include <tocsin/neighbours/neighbours.hpp>

namespace tocsin {

/// A place's events beside its share of people (or of ground): is there more, or less, than chance gives?
struct EventExcess {
  LocalStatistic local;           ///< statistic: events of the place and its neighbours; expectation, variance, z
  std::vector<double> p_greater;  ///< of at least as many; never 0: least_p stands for what is smaller
  std::vector<double> p_less;     ///< of at most as many; the same
};

/// The binomial test of each place with its neighbours.
///
/// Chance deals single events, each to a place with probability in proportion to its exposure. So of N events all told
/// a place and its neighbours, with share s of the exposure, get a binomial number:
///   expectation  N s        variance  N s (1 - s)
///   p_greater    P(X >= O) = I_s(O, N - O + 1), p_less = P(X <= O) = 1 - I_s(O + 1, N - O), I the incomplete beta
/// which is exact for whole numbers and goes on smoothly for others (an event shared between two months).
/// Permuting the values of places, as for Gi*, deals the events of a town as one; this deals each by itself. It takes
/// events for independent of each other: where one attack makes many records, count it once.
///
/// @param events      n numbers of events; NaN = not observed: neither its events nor its exposure count
/// @param exposure    n, >= 0: persons, or square kilometres; NaN or 0 = not observed where there are no events
/// @param neighbours  n places; weights do not count, nor whether a place is its own neighbour: it always counts
/// @return undefined: unobserved; no_variance (no event at all, or a place with its neighbours holds all of the
///         exposure or none)
/// @throws Error shape_mismatch; invalid_argument: a negative or infinite number, naming its row
/// Cost: O(n + links) and two incomplete beta functions a place, in parallel; the same bytes for any number of threads.
/// Source: the test of Choynowski (1959), Journal of the American Statistical Association 54:385-388, over
///         neighbourhoods as in Besag and Newell (1991), Journal of the Royal Statistical Society A 154:143-155, given
///         the total.
EventExcess event_excess(std::span<const double> events, std::span<const double> exposure,
                         const Neighbours& neighbours);

}  // namespace tocsin
