#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/hotspot/permutation.hpp>
#include <tocsin/hotspot/permutation/dealing.hpp>
#include <tocsin/hotspot/permutation/lag_places.hpp>
#include <tocsin/hotspot/permutation/reference_samples.hpp>

namespace tocsin {
namespace {

using permutation::Dealt;
using permutation::LagPlaces;
using permutation::ReferenceSample;
using permutation::TailCounts;

constexpr std::int64_t most_permutations = 1'000'000'000;  // what counters of 32 bits hold, twice over

// Measured on one core, in ns: a value drawn for a reference sample, and a value dealt from draws that places share.
constexpr double drawn_ns = 10, dealt_ns = 0.7;
constexpr double cheap_ns = 2e9;  // a reference sample that takes no longer is always drawn: it is more precise

void check(std::span<const double> values, const Neighbours& neighbours) {
  if (values.size() != neighbours.size())
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("{} values for the neighbours of {} places", values.size(), neighbours.size()));
  const auto infinite = std::find_if(values.begin(), values.end(), [](double value) { return std::isinf(value); });
  if (infinite != values.end())
    throw Error(ErrorCode::invalid_argument,
                fmt::format("the value of place {} is {}; give a finite number, or NaN where nothing was observed",
                            infinite - values.begin(), *infinite));
}

/// Which places are served how.
struct Plan {
  std::vector<ReferenceSample> exact, sampled;  ///< ascending counts
  std::vector<std::uint32_t> dealt;
};

/// Counts from the largest down leave the sample while that saves much: the sample costs what its largest count does.
void deal_largest_counts(Plan& plan, const PermutationOptions& options) {
  double dealing = 0;
  auto keep = plan.sampled.size();
  for (std::size_t s = keep; s-- > 0;) {
    const ReferenceSample& sample = plan.sampled[s];
    const auto places = static_cast<double>(sample.ranks.size());
    dealing += places * sample.count * permutation::expected_draws(options) * dealt_ns;
    if (static_cast<double>(sample.draws) * sample.count * drawn_ns > std::max(cheap_ns, dealing)) keep = s;
  }
  for (std::size_t s = keep; s < plan.sampled.size(); ++s)
    plan.dealt.insert(plan.dealt.end(), plan.sampled[s].ranks.begin(), plan.sampled[s].ranks.end());
  plan.sampled.resize(keep);
}

Plan plan_of(const LagPlaces& places, const PermutationOptions& options) {
  Plan plan;
  std::vector<std::vector<std::uint32_t>> by_count;
  for (std::uint32_t rank = 0; rank < places.size(); ++rank) {
    const permutation::LagPlace& place = places.ranks[rank];
    if (place.dealt == Dealt::weighted) plan.dealt.push_back(rank);
    if (place.dealt != Dealt::neighbours && place.dealt != Dealt::others) continue;
    if (by_count.size() <= place.count) by_count.resize(place.count + std::size_t{1});
    by_count[place.count].push_back(rank);
  }
  const auto permutations = static_cast<std::uint64_t>(options.permutations);
  const std::uint64_t n = places.size();
  for (std::uint32_t count = 1; count < by_count.size(); ++count) {
    if (by_count[count].empty()) continue;
    ReferenceSample sample{.count = count, .ranks = std::move(by_count[count])};
    if (permutation::subsets(n - 1, count, permutations) <= permutations) {
      sample.draws = static_cast<std::int64_t>(permutation::subsets(n, count, 2 * permutations + 2));
      plan.exact.push_back(std::move(sample));
    } else {
      // A place's own value is in count of n draws, which are not for it.
      sample.draws = static_cast<std::int64_t>((permutations * n + (n - count) - 1) / (n - count));
      plan.sampled.push_back(std::move(sample));
    }
  }
  deal_largest_counts(plan, options);
  return plan;
}

struct Tails {
  double greater, less, standard_error;
};

Tails p_values(const TailCounts& tail) {
  if (tail.ended == TailCounts::Ended::exact) return {tail.greater / tail.draws, tail.less / tail.draws, 0};
  double greater = std::min(1.0, (tail.greater + 1) / (tail.draws + 1));
  double less = std::min(1.0, (tail.less + 1) / (tail.draws + 1));
  const double exceedances = std::min(tail.greater, tail.less);
  if (tail.ended == TailCounts::Ended::all_drawn) {
    const double mean = (exceedances + 1) / (tail.draws + 2);
    return {greater, less, std::sqrt(mean * (1 - mean) / (tail.draws + 3))};
  }
  const double p = exceedances / tail.draws;
  if (tail.greater == exceedances) greater = p;
  if (tail.less == exceedances) less = p;
  return {greater, less, p * std::sqrt((1 - p) / exceedances)};
}

PermutationResult result_of(const LagPlaces& places, std::span<const TailCounts> tails, std::size_t n) {
  constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
  PermutationResult result;
  for (auto* column : {&result.p_greater, &result.p_less, &result.standard_error, &result.draws})
    column->assign(n, undefined);
  constexpr std::size_t places_a_block = 1024;
  parallel_for((places.size() + places_a_block - 1) / places_a_block, [&](std::size_t block) {
    const std::size_t end = std::min<std::size_t>(places.size(), (block + 1) * places_a_block);
    for (std::size_t rank = block * places_a_block; rank < end; ++rank) {
      const permutation::LagPlace& place = places.ranks[rank];
      if (place.dealt == Dealt::nothing) continue;
      Tails p = p_values(tails[rank]);
      if (place.dealt == Dealt::others) std::swap(p.greater, p.less);  // their sum is low where the lag is high
      result.p_greater[place.place] = p.greater;
      result.p_less[place.place] = p.less;
      result.standard_error[place.place] = p.standard_error;
      result.draws[place.place] = tails[rank].draws;
    }
  });
  return result;
}

}  // namespace

void PermutationOptions::validate() const {
  if (permutations < 1 || permutations > most_permutations)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("permutations is {}; it must be 1 to {}", permutations, most_permutations));
  if (exceedances < 2)
    throw Error(ErrorCode::invalid_argument, fmt::format("exceedances is {}; it must be at least 2", exceedances));
}

PermutationResult permute_lags(std::span<const double> values, const Neighbours& neighbours,
                               const PermutationOptions& options, Progress& progress) {
  options.validate();
  check(values, neighbours);
  const LagPlaces places = permutation::lag_places(values, neighbours, progress);
  std::vector<TailCounts> tails(places.size());
  const Plan plan = plan_of(places, options);
  progress.stage("permutations", static_cast<std::int64_t>(places.size()));
  for (const ReferenceSample& sample : plan.exact)
    permutation::compare_with_all_subsets(places, sample, progress, tails);
  permutation::compare_with_samples(places, plan.sampled, options.seed, progress, tails);
  permutation::deal(places, plan.dealt, options, progress, tails);
  return result_of(places, tails, values.size());
}

PermutationResult permute_lags(std::span<const double> values, const Neighbours& neighbours,
                               const PermutationOptions& options) {
  Progress silent;
  return permute_lags(values, neighbours, options, silent);
}

double folded_p(double p_greater, double p_less) {
  if (std::isnan(p_greater) || std::isnan(p_less)) return std::numeric_limits<double>::quiet_NaN();
  return std::min(p_greater, p_less);
}

double two_sided_p(double p_greater, double p_less) {
  const double doubled = 2 * folded_p(p_greater, p_less);
  return doubled > 1 ? 1 : doubled;  // NaN stays
}

}  // namespace tocsin
