#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <tocsin/grid/raster.hpp>
#include <tocsin/indicators/hotspot_evidence.hpp>

namespace tocsin {
namespace {

/// The share of the deals in a tail, from the pseudo p that the permutation gives.
double share_of(double p, double draws, double standard_error) {
  if (standard_error == 0) return p;  // every arrangement was looked at
  return std::clamp((p * (draws + 1) - 1) / draws, 0.0, 1.0);
}

/// An exact p that is no 0 stays none.
float to_float(double share) {
  constexpr float least = std::numeric_limits<float>::min();
  return share > 0 && share < static_cast<double>(least) ? least : static_cast<float>(share);
}

}  // namespace

HotspotEvidence::HotspotEvidence(const HotspotSpec& spec, std::size_t places, int placements)
    : spec_(spec), options_(spec.options), draws_(places, 0.0) {
  const std::int64_t all = spec.options.permutation.permutations;
  options_.permutation.permutations = (all + placements - 1) / placements;
}

void HotspotEvidence::add(std::span<const double> values, const Neighbours& neighbours,
                          std::span<const double> exposure, Progress& progress) {
  // Each placement is compared with deals of its own.
  options_.permutation.seed = spec_.options.permutation.seed + 0x9E3779B97F4A7C15U * tails_.size();
  const PermutationResult permuted = permute_statistic(values, neighbours, options_, progress, exposure);
  Tails tails;
  for (std::size_t i = 0; i < draws_.size(); ++i) {
    const double draws = permuted.draws[i], error = permuted.standard_error[i];
    tails.greater.push_back(to_float(share_of(permuted.p_greater[i], draws, error)));
    tails.less.push_back(to_float(share_of(permuted.p_less[i], draws, error)));
    if (error != 0) draws_[i] += draws;  // NaN where undefined
  }
  tails_.push_back(std::move(tails));
}

void HotspotEvidence::finish(std::vector<double> values, const Neighbours& neighbours, std::vector<double> events,
                             std::span<const double> exposure) {
  values_ = std::move(values);
  events_ = std::move(events);
  const std::size_t places = draws_.size();
  if (tails_.empty()) {  // nothing stands out: all values are equal, or there are too few
    table_.local.z = table_.q = p_ = std::vector<double>(places, not_observed);
    table_.standing.assign(places, Standing::undefined);
    return;
  }
  const Neighbours weights = weights_for(values_, neighbours, spec_.options);
  table_.local = local_statistic(values_, weights, spec_.options.statistic, exposure);
  for (std::size_t i = 0; i < places; ++i) {
    double greater = 0, less = 0;
    for (const Tails& tails : tails_)
      greater += static_cast<double>(tails.greater[i]), less += static_cast<double>(tails.less[i]);
    const auto pooled = [&](double shares) {
      const double share = shares / static_cast<double>(tails_.size());
      return draws_[i] == 0 ? share : std::min(1.0, (share * draws_[i] + 1) / (draws_[i] + 1));
    };
    table_.p_greater.push_back(pooled(greater));
    table_.p_less.push_back(pooled(less));
    p_.push_back(two_sided_p(table_.p_greater[i], table_.p_less[i]));
  }
  classify(table_, values_, weights, spec_.options);
  for (std::size_t i = 0; i < places; ++i)
    if (table_.q[i] <= spec_.options.level) least_p_ = std::max(least_p_, p_[i]);
}

bool HotspotEvidence::stood(std::size_t placement, std::size_t place) const {
  const Tails& tails = tails_[placement];
  const bool high = table_.standing[place] == Standing::high;
  const float tail = high ? tails.greater[place] : tails.less[place];
  return 2 * static_cast<double>(tail) <= least_p_;
}

}  // namespace tocsin
