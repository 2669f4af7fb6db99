#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/neighbours/neighbours.hpp>

namespace tocsin {

/// Towards what a rate was drawn.
enum class Shrinkage : std::uint8_t {
  undefined,        ///< not observed
  to_all,           ///< the mean of all areas
  to_neighbourhood  ///< the mean of the area and its neighbours
};

/// Rates of n areas, drawn towards a mean the more, the fewer people they rest on; parallel columns, NaN where not
/// observed. Rates are cases per person, or per what the populations count.
struct SmoothedRates {
  std::vector<double> crude;     ///< cases / population
  std::vector<double> smoothed;  ///< mean + share (crude - mean), share = variance / (variance + mean / population)
  std::vector<double> mean;      ///< towards which it was drawn
  std::vector<double> variance;  ///< of the true rates about it, by moments; 0: the spread is what chance alone gives
  std::vector<Shrinkage> towards;
};

// Of all functions below:
// @param cases        n counts (or sums of weights); NaN = not observed
// @param populations  n, at risk and able to report; 0 or NaN = not observed: a place that nobody could report from has
//                     no rate, whatever its cases. What is not observed is in no sum
// @throws Error shape_mismatch; invalid_argument for a negative or infinite number, naming its row
// Cost: O(n + links); the same bytes for any number of threads.

/// Global Empirical Bayes: mean m = sum O / sum P; variance a = sum P (r - m)^2 / sum P - m / (sum P / n), at least 0.
/// As spdep's EBest.
/// Source: Marshall (1991), Applied Statistics 40:283-294.
SmoothedRates smooth_rates(std::span<const double> cases, std::span<const double> populations);

/// About what the rates of a neighbourhood vary.
enum class LocalSpread : std::uint8_t {
  each_own_mean,  ///< each rate about the mean of ITS neighbourhood: spdep's EBlocal(geoda = FALSE), after Bailey and
                  ///< Gatrell (1995)
  neighbourhood_mean  ///< about the mean of this neighbourhood: Marshall (1991), GeoDa
};

struct LocalRateOptions {
  LocalSpread spread = LocalSpread::each_own_mean;
  /// An area with fewer observed neighbours is drawn towards the mean of all instead, and says so: a variance of a few
  /// rates is hardly known. 0: never.
  std::size_t fewest_neighbours = 4;
};

/// Local Empirical Bayes: as smooth_rates, with the sums over each area and its neighbours; their weights do not count.
/// Source: Marshall (1991).
SmoothedRates smooth_rates_locally(std::span<const double> cases, std::span<const double> populations,
                                   const Neighbours& neighbours, const LocalRateOptions& options = {});

/// Rates made comparable for Moran's I ("EB Moran"): z = (r - m) / sqrt(a + m / P), m and a as in smooth_rates, but a
/// negative a stands, and where a + m / P < 0 it is m / P. Without it small populations look extreme, and I has no
/// constant variance. Use them as the values of moran_i or local_moran.
/// @return n deviates; NaN where not observed, and everywhere if there is no case
/// Source: Assuncao and Reis (1999), Statistics in Medicine 18:2147-2162.
std::vector<double> standardised_rates(std::span<const double> cases, std::span<const double> populations);

}  // namespace tocsin
