#pragma once

#include <span>
#include <string_view>
#include <vector>

#include <tocsin/grid/raster.hpp>

namespace tocsin {

enum class AggregateKind { arithmetic, geometric, power, max };

struct AggregateRule {
  AggregateKind kind = AggregateKind::arithmetic;
  double power = 2;     ///< exponent of `power`, > 0
  double floor = 0.05;  ///< geometric: values below count as this; 0 < floor < 1
  void validate() const;
};

/// Reads "arithmetic", "max", "power: 2" (the exponent is required), "geometric", "geometric: 0.05" (its floor).
/// @throws Error invalid_argument naming the text and what exists
AggregateRule parse_aggregate_rule(std::string_view text);

enum class MissingRule {
  reweight,  ///< the observed values share the weight of the missing ones; coverage says how much was observed
  propagate  ///< one missing value makes the result not observed
};

/// Combines values in [0, 1] with weights; NaN values are missing. Returns NaN when nothing (or, with propagate,
/// not everything) was observed. Formulas: OECD/JRC Handbook on composite indicators (2008);
/// power (sum w x^r)^(1/r), geometric prod max(x, floor)^w, weights scaled to add up to 1 over what is observed.
/// A value with weight 0 takes no part, observed or not. Allocates nothing: it is called for every cell.
/// @param weights  one for each value, finite, >= 0
/// @throws Error   shape_mismatch
double aggregate(std::span<const double> values, std::span<const double> weights, const AggregateRule& rule,
                 MissingRule missing);

/// What each value added: contributions sum to the aggregate (NaN values contribute 0). All are NaN where it is NaN.
/// arithmetic w x; power w x^r / aggregate^(r-1) (Euler's theorem for a function homogeneous of degree 1); max: the
/// largest value, equally over ties; geometric: w floor + w ln(x/floor) L with the logarithmic mean
/// L = (aggregate - floor) / ln(aggregate / floor) (Ang 2004).
std::vector<double> contributions(std::span<const double> values, std::span<const double> weights,
                                  const AggregateRule& rule, MissingRule missing);

/// The same without allocation, into one slot for each value.
void contributions(std::span<const double> values, std::span<const double> weights, const AggregateRule& rule,
                   MissingRule missing, std::span<double> out);

}  // namespace tocsin
