#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <tocsin/core/random.hpp>
#include <tocsin/hotspot/detail/tail_counts.hpp>
#include <tocsin/hotspot/detail/weight_sums.hpp>
#include <tocsin/hotspot/global_statistics.hpp>

namespace tocsin {
namespace {

using detail::DealtSums;
using detail::GlobalSample;

/// Draws closer to the observed than this share of their standard deviation, or of the sums' size, are ties.
constexpr double tie_deviations = 1e-9;
constexpr double tie_size = 1e-12;

/// A statistic as a function of the sums: offset + scale * (products + margins * .. + squares * ..).
struct LinearForm {
  double products = 0, margins = 0, squares = 0;
  double scale = 1, offset = 0;
  double size = 1;  ///< of the terms

  [[nodiscard]] double of(const DealtSums& sums) const {
    return products * sums.products + margins * sums.margins + squares * sums.squares;
  }
};

std::vector<DealtSums> draw_all(const GlobalSample& global, const PermutationOptions& options, Progress& progress) {
  std::vector<double> pool;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < global.deviations.size(); ++i) {
    if (std::isnan(global.sample.values()[i])) continue;
    places.push_back(i);
    pool.push_back(global.deviations[i]);
  }
  constexpr std::size_t draws_per_block = 32;
  const auto draws = static_cast<std::size_t>(options.permutations);
  const std::size_t blocks = (draws + draws_per_block - 1) / draws_per_block;
  std::vector<DealtSums> sums(draws);
  progress.stage("permuting", static_cast<std::int64_t>(blocks));
  parallel_for(blocks, progress, [&](std::size_t block) {
    std::vector<double> shuffled, dealt(global.deviations.size());
    for (std::size_t d = block * draws_per_block; d < std::min(draws, (block + 1) * draws_per_block); ++d) {
      throw_if_cancelled(progress);
      RandomStream random({.seed = options.seed,
                           .purpose = static_cast<std::uint32_t>(RandomPurpose::global_draws),
                           .draw = static_cast<std::uint32_t>(d)});
      shuffled = pool;
      for (std::size_t left = shuffled.size(); left > 1; --left)
        std::swap(shuffled[left - 1], shuffled[random.below(static_cast<std::uint32_t>(left))]);
      for (std::size_t k = 0; k < places.size(); ++k) dealt[places[k]] = shuffled[k];
      sums[d] = global.sums(dealt);
    }
  });
  return sums;
}

GlobalPermutation summary(const LinearForm& form, const DealtSums& observed, const std::vector<DealtSums>& draws) {
  const auto count = static_cast<double>(draws.size());
  double mean = 0, squares = 0;
  for (const DealtSums& draw : draws) mean += form.of(draw) / count;
  for (const DealtSums& draw : draws) squares += (form.of(draw) - mean) * (form.of(draw) - mean);
  const double deviation = std::sqrt(squares / (count - 1));  // NaN for a single draw
  const double tolerance = std::fmax(tie_deviations * deviation, tie_size * form.size);
  detail::TailCounts tails;
  for (const DealtSums& draw : draws) tails.add(form.of(draw), form.of(observed), tolerance);
  return {tails.p_greater(), tails.p_less(), tails.standard_error(), form.offset + form.scale * mean,
          std::abs(form.scale) * deviation};
}

LinearForm moran_form(const GlobalSample& global) {
  const double size = global.weights.s0 * global.m2;
  return {.products = 1, .scale = 1 / size, .size = size};
}

/// Half the squared differences over the links, times scale.
LinearForm difference_form(const GlobalSample& global, double scale) {
  return {.products = -1, .squares = 0.5, .scale = scale, .size = global.weights.s0 * global.m2};
}

/// The sum of w_ij x_i x_j, times scale; `mean` has the sign of the deviations.
LinearForm cross_product_form(const GlobalSample& global, double mean, double scale) {
  return {.products = 1,
          .margins = mean,
          .scale = scale,
          .offset = scale * mean * mean * global.weights.s0,
          .size = global.weights.s0 * (global.m2 + std::abs(mean) * std::sqrt(global.m2))};
}

}  // namespace

GlobalPermutations permute_global(std::span<const double> values, const Neighbours& neighbours,
                                  const PermutationOptions& options) {
  Progress silent;
  return permute_global(values, neighbours, options, silent);
}

GlobalPermutations permute_global(std::span<const double> values, const Neighbours& neighbours,
                                  const PermutationOptions& options, Progress& progress) {
  options.validate();
  GlobalPermutations out;
  const bool moran = moran_i(values, neighbours).undefined == Undefined::no;
  const bool geary = geary_c(values, neighbours).undefined == Undefined::no;
  const bool getis_ord = getis_ord_g(values, neighbours).undefined == Undefined::no;
  if (!moran && !geary && !getis_ord) return out;
  const GlobalSample global(values, neighbours);
  const std::vector<DealtSums> draws = draw_all(global, options, progress);
  const DealtSums observed = global.sums(global.deviations);
  const double n = global.n, pairs = detail::pair_product_sum(global);
  const double ratio = pairs != 0 ? 1 / pairs : std::numeric_limits<double>::quiet_NaN();
  if (moran) out.moran = summary(moran_form(global), observed, draws);
  if (geary)
    out.geary = summary(difference_form(global, (n - 1) / (global.weights.s0 * n * global.m2)), observed, draws);
  if (getis_ord)
    out.getis_ord = summary(cross_product_form(global, global.sample.all().mean(), ratio), observed, draws);
  return out;
}

JoinCountPermutations permute_join_counts(std::span<const double> values, const Neighbours& neighbours,
                                          const PermutationOptions& options) {
  Progress silent;
  return permute_join_counts(values, neighbours, options, silent);
}

JoinCountPermutations permute_join_counts(std::span<const double> values, const Neighbours& neighbours,
                                          const PermutationOptions& options, Progress& progress) {
  options.validate();
  const JoinCounts counts = join_counts(values, neighbours);
  const auto defined = [](const GlobalStatistic& statistic) { return statistic.undefined == Undefined::no; };
  JoinCountPermutations out;
  if (!defined(counts.black_black) && !defined(counts.white_white) && !defined(counts.black_white)) return out;
  const GlobalSample global(values, neighbours);
  const std::vector<DealtSums> draws = draw_all(global, options, progress);
  const DealtSums observed = global.sums(global.deviations);
  const double mean = global.sample.all().mean();
  // White values are 1 - x: their deviations are turned, so that the mean has the sign of the black ones' turned.
  if (defined(counts.black_black)) out.black_black = summary(cross_product_form(global, mean, 0.5), observed, draws);
  if (defined(counts.white_white))
    out.white_white = summary(cross_product_form(global, mean - 1, 0.5), observed, draws);
  if (defined(counts.black_white)) out.black_white = summary(difference_form(global, 1), observed, draws);
  return out;
}

}  // namespace tocsin
