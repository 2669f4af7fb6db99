#include <cmath>

#include <tocsin/hotspot/detail/weight_sums.hpp>
#include <tocsin/hotspot/global_statistics.hpp>

namespace tocsin {
namespace {

using detail::DealtSums;
using detail::GlobalSample;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// A difference below this share of its terms is rounding of 0.
constexpr double rounding = 1e-12;

double unless_rounding(double difference, double terms) {
  return std::abs(difference) <= rounding * terms ? 0 : difference;  // NaN stays
}

/// Moments of sum w d d and sum a d when values are dealt to the places.
struct DealtMoments {
  double products_mean, products_variance;
  double margins_variance, covariance;
};

double kurtosis(const GlobalSample& global) {
  return global.sample.central_moment(4) / (global.m2 * global.m2);
}

/// Variance of Moran's I under randomisation (Cliff and Ord 1981, page 21).
double moran_randomisation_variance(const GlobalSample& global) {
  const double n = global.n, b2 = kurtosis(global);
  const auto& [s0, s1, s2, margin] = global.weights;
  if (n < 4) return nan;
  const double scale = (n - 1) * (n - 2) * (n - 3) * s0 * s0;
  const double square = n * ((n * n - 3 * n + 3) * s1 - n * s2 + 3 * s0 * s0) / scale;
  const double fourth = b2 * ((n * n - n) * s1 - 2 * n * s2 + 6 * s0 * s0) / scale;
  const double mean = 1 / ((n - 1) * (n - 1));
  return unless_rounding(square - fourth - mean, std::abs(square) + std::abs(fourth) + mean);
}

/// Page 21 of the same.
double moran_normality_variance(const GlobalSample& global) {
  const double n = global.n;
  const auto& [s0, s1, s2, margin] = global.weights;
  const double square = (n * n * s1 - n * s2 + 3 * s0 * s0) / ((n * n - 1) * s0 * s0);
  const double mean = 1 / ((n - 1) * (n - 1));
  return unless_rounding(square - mean, square + mean);
}

double geary_randomisation_variance(const GlobalSample& global) {
  const double n = global.n, b2 = kurtosis(global);
  const auto& [s0, s1, s2, margin] = global.weights;
  if (n < 4) return nan;
  const double scale = n * (n - 2) * (n - 3) * s0 * s0;
  const double pairs = (n - 1) * s1 * (n * n - 3 * n + 3 - (n - 1) * b2) / scale;
  const double margins = (n - 1) * s2 * (n * n + 3 * n - 6 - (n * n - n + 2) * b2) / 4 / scale;
  const double total = s0 * s0 * (n * n - 3 - (n - 1) * (n - 1) * b2) / scale;
  return unless_rounding(pairs - margins + total, std::abs(pairs) + std::abs(margins) + std::abs(total));
}

double geary_normality_variance(const GlobalSample& global) {
  const double n = global.n;
  const auto& [s0, s1, s2, margin] = global.weights;
  const double pairs = (2 * s1 + s2) * (n - 1), total = 4 * s0 * s0;
  return unless_rounding(pairs - total, pairs + total) / (2 * (n + 1) * s0 * s0);
}

/// Since the margins' deviations are summed as such, weights with equal margins leave exactly no variance.
DealtMoments dealt_moments(const GlobalSample& global) {
  const double n = global.n, m2 = global.m2, s0 = global.weights.s0;
  const auto values = global.sample.values();
  const double spread = detail::block_sum(values.size(), [&](std::size_t i) {
    if (std::isnan(values[i])) return 0.0;
    const double deviation = global.weights.margin[i] - global.mean_margin;
    return deviation * deviation;
  });
  DealtMoments moments{};
  moments.products_mean = -s0 * m2 / (n - 1);
  moments.products_variance = moran_randomisation_variance(global) * s0 * s0 * m2 * m2;
  moments.margins_variance = spread * n * m2 / (n - 1);
  moments.covariance = -spread * n * global.sample.central_moment(3) / ((n - 1) * (n - 2));
  return moments;
}

NullMoments null_moments(double above_mean, double variance) {
  if (!(variance > 0)) return {};
  const double z = above_mean / std::sqrt(variance);
  return {variance, z, detail::two_sided_p(z)};
}

/// Why nothing can be said of any statistic of the map.
Undefined undefined_map(const GlobalSample& global) {
  if (global.sample.degenerate()) return Undefined::no_variance;
  return global.weights.s0 > 0 ? Undefined::no : Undefined::no_neighbours;
}

/// Sum of w_ij x_i x_j with its moments: m^2 S0 + m sum a d + sum w d d.
struct CrossProduct {
  double above_mean, variance;
};

/// @param sign  -1 for the values mirrored (1 - x beside x), which turns deviations and the third moment
CrossProduct cross_product(const DealtSums& sums, const DealtMoments& moments, double mean, double sign) {
  const double shared = sign * mean;
  const double linear = mean * mean * moments.margins_variance, mixed = 2 * shared * moments.covariance;
  const double variance = linear + mixed + moments.products_variance;
  return {shared * sums.margins + sums.products - moments.products_mean,
          unless_rounding(variance, linear + std::abs(mixed) + moments.products_variance)};
}

GlobalStatistic join_count(const CrossProduct& product, double expectation) {
  GlobalStatistic out;
  out.randomisation = null_moments(product.above_mean / 2, product.variance / 4);
  if (product.variance == 0) return out;
  out.expectation = expectation;
  out.statistic = expectation + product.above_mean / 2;
  out.undefined = Undefined::no;
  return out;
}

/// Squared differences over the links.
double difference_sum(const GlobalSample& global) {
  return detail::block_sum(global.links.size(), [&](std::size_t i) {
    double row = 0;
    for (std::size_t k = 0; k < global.links.count(i); ++k) {
      const double difference = global.deviations[i] - global.deviations[global.links.indices(i)[k]];
      row += global.links.weight(i, k) * difference * difference;
    }
    return row;
  });
}

GlobalStatistic geary_of(const GlobalSample& global) {
  GlobalStatistic out;
  out.undefined = undefined_map(global);
  if (out.undefined != Undefined::no) return out;
  const double normality = geary_normality_variance(global), randomisation = geary_randomisation_variance(global);
  if (normality == 0 || randomisation == 0) {
    out.undefined = Undefined::no_variance;
    return out;
  }
  out.statistic = (global.n - 1) * difference_sum(global) / (2 * global.weights.s0 * global.n * global.m2);
  out.expectation = 1;
  out.normality = null_moments(out.statistic - 1, normality);
  out.randomisation = null_moments(out.statistic - 1, randomisation);
  return out;
}

}  // namespace

GlobalStatistic moran_i(std::span<const double> values, const Neighbours& neighbours) {
  const GlobalSample global(values, neighbours);
  GlobalStatistic out;
  out.undefined = undefined_map(global);
  if (out.undefined != Undefined::no) return out;
  const double normality = moran_normality_variance(global), randomisation = moran_randomisation_variance(global);
  if (normality == 0 || randomisation == 0) {
    out.undefined = Undefined::no_variance;
    return out;
  }
  out.statistic = global.sums(global.deviations).products / (global.weights.s0 * global.m2);
  out.expectation = -1 / (global.n - 1);
  out.normality = null_moments(out.statistic - out.expectation, normality);
  out.randomisation = null_moments(out.statistic - out.expectation, randomisation);
  return out;
}

GlobalStatistic geary_c(std::span<const double> values, const Neighbours& neighbours) {
  return geary_of(GlobalSample(values, neighbours));
}

GlobalStatistic getis_ord_g(std::span<const double> values, const Neighbours& neighbours) {
  const GlobalSample global(values, neighbours);
  GlobalStatistic out;
  out.undefined = undefined_map(global);
  if (out.undefined != Undefined::no) return out;
  const double n = global.n, mean = global.sample.all().mean(), s0 = global.weights.s0;
  const CrossProduct product = cross_product(global.sums(global.deviations), dealt_moments(global), mean, 1);
  if (product.variance == 0) {
    out.undefined = Undefined::no_variance;
    return out;
  }
  out.randomisation = null_moments(product.above_mean, product.variance);
  const double pairs = detail::pair_product_sum(global);
  out.expectation = pairs != 0 ? s0 / (n * (n - 1)) : nan;
  out.statistic = pairs != 0 ? out.expectation + product.above_mean / pairs : nan;
  out.randomisation.variance = pairs != 0 ? product.variance / (pairs * pairs) : nan;
  return out;
}

JoinCounts join_counts(std::span<const double> values, const Neighbours& neighbours) {
  detail::check_events(values);
  const GlobalSample global(values, neighbours);
  JoinCounts out;
  const Undefined undefined = undefined_map(global);
  if (undefined != Undefined::no) {
    out.black_black.undefined = out.white_white.undefined = out.black_white.undefined = undefined;
    return out;
  }
  const double n = global.n, mean = global.sample.all().mean(), black = n * mean, white = n - black;
  const double per_pair = global.weights.s0 / (n * (n - 1));
  const DealtMoments moments = dealt_moments(global);
  const DealtSums sums = global.sums(global.deviations);
  out.black_black = join_count(cross_product(sums, moments, mean, 1), per_pair * black * (black - 1) / 2);
  out.white_white = join_count(cross_product(sums, moments, 1 - mean, -1), per_pair * white * (white - 1) / 2);
  // Black-white joins are Geary's C in another unit: half the squared differences.
  out.black_white = geary_of(global);
  const double scale = per_pair * black * white;
  out.black_white.statistic *= scale;
  out.black_white.expectation *= scale;
  out.black_white.randomisation.variance *= scale * scale;
  out.black_white.normality = {};
  return out;
}

}  // namespace tocsin
