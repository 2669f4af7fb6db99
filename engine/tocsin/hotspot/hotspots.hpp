#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <tocsin/core/progress.hpp>
#include <tocsin/hotspot/local_statistic.hpp>
#include <tocsin/hotspot/multiple_testing.hpp>
#include <tocsin/hotspot/permutation.hpp>
#include <tocsin/neighbours/neighbours.hpp>

namespace tocsin {

enum class HotspotStatistic : std::uint8_t {
  gi_star,     ///< is this place, with its neighbours, high or low?
  gi,          ///< are its neighbours high or low?
  moran,       ///< is it like its neighbours, and which way?
  geary,       ///< how far is it from its neighbours?
  bivariate,   ///< its value beside its neighbours' values of another variable
  join_count,  ///< of 0/1 values: how many neighbours share its 1?
  excess       ///< of numbers of events: more than its, and its neighbours', share of people or ground? (event_excess)
};

/// "gi-star", "gi", "moran", "geary", "bivariate", "join-count", "excess"; empty when unknown.
std::optional<HotspotStatistic> parse_hotspot_statistic(std::string_view name);
std::string_view name(HotspotStatistic statistic);
std::optional<Correction> parse_correction(std::string_view name);

struct HotspotOptions {
  HotspotStatistic statistic = HotspotStatistic::gi_star;
  WeightStyle weights = WeightStyle::as_given;
  double self_weight = 1;  ///< of Gi*, before the weights are styled, where a place has no link to itself
  PermutationOptions permutation;
  Correction correction = Correction::benjamini_hochberg;
  double level = 0.05;    ///< what counts as significant: the false discovery rate, for corrections of that
  void validate() const;  ///< @throws Error invalid_argument
};

/// How a place stands at the options' level.
enum class Standing : std::uint8_t {
  undefined,  ///< LocalStatistic::undefined says why
  not_significant,
  high,  ///< high among high ones (Gi, Gi*, Moran), with the event (join count), like its neighbours (Geary)
  low,   ///< low among low ones
  other  ///< unlike its neighbours: high among low ones, low among high ones (Moran, Geary)
};

/// What is known of each of n places; parallel columns, NaN where undefined.
struct HotspotTable {
  LocalStatistic local;
  std::vector<double> p_greater, p_less;  ///< pseudo p of a statistic at least as large, at least as small
  std::vector<double> p_sim;              ///< one-sided, folded: the smaller of the two; of join counts p_greater
  std::vector<double> p_sim_error;        ///< its Monte-Carlo standard error; 0 where p is exact
  std::vector<double> draws;              ///< permutations that the place really had
  std::vector<double> q;                  ///< two-sided pseudo p (of join counts p_sim), corrected over all places
  std::vector<std::string_view> classes;  ///< in words, by q: "hot spot (99 %)", "high-high", "not observed"
  std::vector<Standing> standing;
  std::vector<std::int32_t> neighbours;  ///< observed ones, without itself

  [[nodiscard]] std::size_t size() const { return p_sim.size(); }
};

/// The weights that a statistic works with: links among the places whose values are observed, with itself for Gi*,
/// styled.
Neighbours weights_for(std::span<const double> values, const Neighbours& neighbours, const HotspotOptions& options);

/// The statistic alone, with its moments.
/// @param weights  as weights_for() makes them
/// @param other    for bivariate the second variable, for excess the exposure
LocalStatistic local_statistic(std::span<const double> values, const Neighbours& weights, HotspotStatistic statistic,
                               std::span<const double> other = {});

/// Pseudo p of the statistic alone, by conditional permutation; of excess the exact binomial ones.
/// @param neighbours  with weights or without, not styled: a row's scale changes no p
PermutationResult permute_statistic(std::span<const double> values, const Neighbours& neighbours,
                                    const HotspotOptions& options, Progress& progress,
                                    std::span<const double> other = {});

/// The whole chain for one map: links of what was observed, weights, statistic, permutation, correction, class.
/// @param values      n; NaN = not observed
/// @param neighbours  n places
/// @param other       for bivariate: n values of which the lags are made; for excess: n exposures. A place counts where
///                    both are observed
/// @throws Error shape_mismatch; invalid_argument (options, infinite values, join counts of values other than 0 and 1);
///         input: fewer than three observed values, or all of them equal; cancelled
/// Cost    that of permute_lags (or permute_local_geary)
HotspotTable find_hotspots(std::span<const double> values, const Neighbours& neighbours, const HotspotOptions& options,
                           Progress& progress, std::span<const double> other = {});

/// Makes p_sim, q, classes and standing from what a table has of `local`, p_greater and p_less: for p that were
/// changed, as by averaging over several maps.
/// @param values  as in find_hotspots
void classify(HotspotTable& table, std::span<const double> values, const Neighbours& weights,
              const HotspotOptions& options, std::span<const double> other = {});

}  // namespace tocsin
