#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <tocsin/core/random.hpp>
#include <tocsin/hotspot/detail/lag_moments.hpp>
#include <tocsin/hotspot/detail/tail_counts.hpp>
#include <tocsin/hotspot/local_geary.hpp>

namespace tocsin {
namespace {

using detail::Frame;
using detail::ObservedSample;
using detail::SelfLink;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// A variance below this share of its terms is computed from all places.
constexpr double cancelled_share = 1e-6;
constexpr double tie = 1e-11;

double square(double value) {
  return value * value;
}

/// Mean and variance (divisor: their number) of the squared differences between a value and those of other places.
struct SquaredDifferences {
  double mean = 0, variance = 0;
};

/// From the moments of all values, in constant time, but where they cancel.
class OwnDifferences {
 public:
  explicit OwnDifferences(const ObservedSample& sample)
      : sample_(&sample), m3_(sample.central_moment(3)), m4_(sample.central_moment(4)) {}

  [[nodiscard]] SquaredDifferences of(std::size_t place, const Frame& others) const {
    const auto n = static_cast<double>(sample_->count());
    const double own = sample_->all().deviation(sample_->values()[place]);
    // Moments of the others about the mean of all, then about their own.
    const double fourth_sum = n * m4_ - square(square(own));
    const double r1 = -own / (n - 1), v2 = others.variance;
    const double r2 = v2 + r1 * r1, r3 = (n * m3_ - own * own * own) / (n - 1), r4 = fourth_sum / (n - 1);
    const double v3 = r3 - r1 * (3 * r2 - 2 * r1 * r1);
    const double v4 = r4 - r1 * (4 * r3 - r1 * (6 * r2 - 3 * r1 * r1));
    const double from_mean = own - r1;
    const double spread = 4 * square(from_mean) * v2, skew = 4 * from_mean * v3;
    const double variance = spread - skew + v4 - v2 * v2;
    const bool cancelled =
        variance < cancelled_share * (spread + std::abs(skew) + v4 + v2 * v2) || fourth_sum < cancelled_share * n * m4_;
    if (cancelled) return visit_others(place);
    return {square(from_mean) + v2, variance};
  }

 private:
  [[nodiscard]] SquaredDifferences visit_others(std::size_t place) const {
    const auto values = sample_->values();
    const auto mean_of = [&](auto term) {
      double sum = 0;
      for (std::size_t j = 0; j < values.size(); ++j)
        if (j != place && !std::isnan(values[j])) sum += term(square(values[place] - values[j]));
      return sum / static_cast<double>(sample_->count() - 1);
    };
    SquaredDifferences out;
    out.mean = mean_of([](double u) { return u; });
    out.mean += mean_of([&](double u) { return u - out.mean; });
    out.variance = mean_of([&](double u) { return square(u - out.mean); });
    // Differences that are all the same leave a variance of rounding alone.
    if (out.variance <= square(1e-14 * out.mean)) out.variance = 0;
    return out;
  }

  const ObservedSample* sample_;
  double m3_, m4_;
};

/// Deals the values of all other observed places to the neighbours of a place, without replacement.
class Dealer {
 public:
  explicit Dealer(const ObservedSample& sample) : place_of_(sample.values().size()) {
    pool_.reserve(sample.count());
    for (std::size_t j = 0; j < place_of_.size(); ++j) {
      if (std::isnan(sample.values()[j])) continue;
      place_of_[j] = static_cast<std::uint32_t>(pool_.size());
      pool_.push_back(sample.values()[j]);
    }
  }

  /// Counts the draws of one place. The pool is left as it was found, so that who came before does not matter.
  detail::TailCounts count(std::size_t place, std::span<const double> weights, double observed, std::int64_t draws,
                           RandomStream random) {
    double& own = pool_[place_of_[place]];
    std::swap(own, pool_.back());
    detail::TailCounts counts;
    for (std::int64_t d = 0; d < draws; ++d) counts.add(draw(weights, random), observed, tie * observed);
    std::swap(own, pool_.back());
    return counts;
  }

 private:
  double draw(std::span<const double> weights, RandomStream& random) {
    const auto candidates = static_cast<std::uint32_t>(pool_.size() - 1);
    const double own = pool_.back();
    double sum = 0;
    swapped_.resize(weights.size());
    for (std::uint32_t k = 0; k < weights.size(); ++k) {
      swapped_[k] = k + random.below(candidates - k);
      std::swap(pool_[k], pool_[swapped_[k]]);
      sum += weights[k] * square(own - pool_[k]);
    }
    for (std::size_t k = weights.size(); k-- > 0;) std::swap(pool_[k], pool_[swapped_[k]]);
    return sum;
  }

  std::vector<double> pool_;
  std::vector<std::uint32_t> place_of_;  ///< in the pool
  std::vector<std::uint32_t> swapped_;
};

/// sum_j w_ij (x_i - x_j)^2, and the weights.
double own_sum(const ObservedSample& sample, const Neighbours& neighbours, std::size_t i,
               std::vector<double>& weights) {
  const auto values = sample.values();
  double sum = 0;
  weights.clear();
  detail::for_each_link(neighbours, values, i, SelfLink::ignored, [&](std::uint32_t j, double weight) {
    sum += weight * square(values[i] - values[j]);
    weights.push_back(weight);
  });
  return sum;
}

}  // namespace

LocalStatistic local_geary(std::span<const double> values, const Neighbours& neighbours) {
  detail::check_places(values, neighbours);
  const ObservedSample sample(values);
  LocalStatistic out = detail::undefined_statistic(sample);
  if (sample.degenerate()) return out;
  const OwnDifferences differences(sample);
  const auto n = static_cast<double>(sample.count());
  const double scale = sample.all().variance * n / (n - 1);
  detail::for_each_place(values.size(), [&](std::size_t i) {
    if (out.undefined[i] == Undefined::unobserved) return;
    const std::size_t candidates = sample.count() - 1;
    const auto row = detail::row_weights(neighbours, values, i, SelfLink::ignored, candidates);
    if (!(row.sum > 0)) out.undefined[i] = Undefined::no_neighbours;
    if (!(row.sum > 0) || row.constant) return;
    const SquaredDifferences u = differences.of(i, sample.without(i));
    if (u.variance == 0) return;
    double sum = 0, above_mean = 0;
    detail::for_each_link(neighbours, values, i, SelfLink::ignored, [&](std::uint32_t j, double weight) {
      const double difference = square(values[i] - values[j]);
      sum += weight * difference;
      above_mean += weight * (difference - u.mean);
    });
    const double variance = detail::lag_variance(u.variance, row, candidates);
    detail::set_place(out, i, sum / scale, row.sum * u.mean / scale, variance / (scale * scale),
                      above_mean / std::sqrt(variance));
  });
  return out;
}

PermutationResult permute_local_geary(std::span<const double> values, const Neighbours& neighbours,
                                      const PermutationOptions& options) {
  Progress silent;
  return permute_local_geary(values, neighbours, options, silent);
}

PermutationResult permute_local_geary(std::span<const double> values, const Neighbours& neighbours,
                                      const PermutationOptions& options, Progress& progress) {
  options.validate();
  const std::vector<Undefined> undefined = local_geary(values, neighbours).undefined;
  const ObservedSample sample(values);
  const std::vector<double> column(values.size(), nan);
  PermutationResult out{column, column, column, column};
  // Each block copies the values once: few blocks, but enough for the threads.
  constexpr std::size_t most_blocks = 256;
  const std::size_t blocks = std::min(most_blocks, values.size());
  progress.stage("permuting", static_cast<std::int64_t>(blocks));
  parallel_for(blocks, progress, [&](std::size_t block) {
    Dealer dealer(sample);
    std::vector<double> weights;
    for (std::size_t i = block * values.size() / blocks; i < (block + 1) * values.size() / blocks; ++i) {
      if (undefined[i] != Undefined::no) continue;
      throw_if_cancelled(progress);
      const double observed = own_sum(sample, neighbours, i, weights);
      const auto purpose = static_cast<std::uint32_t>(RandomPurpose::conditional_draws);
      const auto counts = dealer.count(i, weights, observed, options.permutations,
                                       RandomStream({.seed = options.seed, .purpose = purpose, .item = i}));
      out.p_greater[i] = counts.p_greater();
      out.p_less[i] = counts.p_less();
      out.standard_error[i] = counts.standard_error();
      out.draws[i] = static_cast<double>(counts.draws);
    }
  });
  return out;
}

}  // namespace tocsin
