#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include <tocsin/core/parallel.hpp>
#include <tocsin/hotspot/local_statistic.hpp>
#include <tocsin/neighbours/neighbours.hpp>

/// Internal part of the local and global statistics: sums that do not lose digits, and the moments of a spatial lag
/// under conditional permutation, which every local statistic here is a function of.
namespace tocsin::detail {

inline constexpr std::size_t places_per_block = 4096;

/// body(i) for every i in [0, n), in blocks over the threads.
template <typename Body>
void for_each_place(std::size_t n, Body body) {
  parallel_for((n + places_per_block - 1) / places_per_block, [&](std::size_t block) {
    const std::size_t end = std::min(n, (block + 1) * places_per_block);
    for (std::size_t i = block * places_per_block; i < end; ++i) body(i);
  });
}

/// Sum of term(i) over i in [0, n): in fixed blocks, so that threads do not change it and rounding stays small.
template <typename Term>
double block_sum(std::size_t n, Term term) {
  std::vector<double> sums((n + places_per_block - 1) / places_per_block);
  parallel_for(sums.size(), [&](std::size_t block) {
    const std::size_t end = std::min(n, (block + 1) * places_per_block);
    double sum = 0;
    for (std::size_t i = block * places_per_block; i < end; ++i) sum += term(i);
    sums[block] = sum;
  });
  double total = 0;
  for (const double sum : sums) total += sum;
  return total;
}

/// Mean and variance (divisor: their number) of some values. The mean is kept as origin + offset, with the origin one
/// of the values, so that a deviation keeps its digits where the values are large beside their spread.
struct Frame {
  double origin = 0, offset = 0, variance = 0;

  [[nodiscard]] double deviation(double value) const { return (value - origin) - offset; }
  [[nodiscard]] double mean() const { return origin + offset; }
};

/// The observed values among n, and their moments.
class ObservedSample {
 public:
  /// @param values  NaN = not observed; outlives this
  /// @throws Error invalid_argument for an infinite value
  explicit ObservedSample(std::span<const double> values);

  [[nodiscard]] std::span<const double> values() const { return values_; }
  /// How many are observed.
  [[nodiscard]] std::size_t count() const { return count_; }
  /// Fewer than three are observed, or all are equal: nothing can be said.
  [[nodiscard]] bool degenerate() const { return degenerate_; }
  [[nodiscard]] const Frame& all() const { return all_; }
  /// Value minus the mean; exactly 0 where it is only rounding.
  [[nodiscard]] double deviation(std::size_t i) const;
  /// The others, without place i, which is observed. Cost: constant, but for at most one place, which holds nearly all
  /// of the variance: there the others are visited, lest their spread drowns in it.
  [[nodiscard]] Frame without(std::size_t i) const;
  /// Central moment of order 3 or 4 (divisor: their number).
  [[nodiscard]] double central_moment(int order) const;

 private:
  [[nodiscard]] Frame visit_others(std::size_t i) const;

  std::span<const double> values_;
  std::size_t count_ = 0;
  bool degenerate_ = true;
  Frame all_;
};

/// Whether a place counts as its own neighbour.
enum class SelfLink { ignored, counted };

/// A row of weights over the candidates: the places whose values could stand at the neighbours.
struct RowWeights {
  std::size_t links = 0;
  double sum = 0;
  double squares = 0;
  double dispersion = 0;  ///< sum over all candidates of (weight - mean weight)^2; not a difference of large numbers
  bool constant = true;   ///< every candidate has the same weight: the lag is the same for each permutation
};

/// visit(neighbour, weight) for the observed neighbours of a place.
template <typename Visit>
void for_each_link(const Neighbours& neighbours, std::span<const double> values, std::size_t place, SelfLink self,
                   Visit visit) {
  const auto row = neighbours.indices(place);
  for (std::size_t k = 0; k < row.size(); ++k) {
    const std::uint32_t j = row[k];
    if (values[j] != values[j] || (self == SelfLink::ignored && j == place)) continue;
    visit(j, neighbours.weight(place, k));
  }
}

/// Collects a row: first `add` every weight, then `spread` every weight, then `finish`.
class RowCollector {
 public:
  explicit RowCollector(std::size_t candidates) : candidates_(static_cast<double>(candidates)) {}
  void add(double weight) {
    ++row_.links;
    row_.sum += weight;
    row_.squares += weight * weight;
    low_ = row_.links == 1 ? weight : std::min(low_, weight);
    high_ = row_.links == 1 ? weight : std::max(high_, weight);
  }
  void spread(double weight) {
    const double difference = weight - row_.sum / candidates_;
    row_.dispersion += difference * difference;
  }
  RowWeights finish();

 private:
  double candidates_;
  double low_ = 0, high_ = 0;
  RowWeights row_;
};

RowWeights row_weights(const Neighbours& neighbours, std::span<const double> values, std::size_t place, SelfLink self,
                       std::size_t candidates);

/// Variance of the lag when values of this variance (divisor: candidates) are dealt to the candidates at random.
double lag_variance(double value_variance, const RowWeights& row, std::size_t candidates);

/// A spatial lag with what it would be by chance.
struct LagMoments {
  RowWeights row;
  double above_mean = 0;  ///< lag minus its expectation
  double variance = 0;
  Undefined undefined = Undefined::no;
};

/// The lag at a place of values that are dealt to all other places at random.
/// @param others  sample.without(place)
LagMoments conditional_lag(const ObservedSample& sample, const Neighbours& neighbours, std::size_t place,
                           const Frame& others);

/// All NaN, with the reasons that hold for whole places: not observed, or no variance where the sample is degenerate.
LocalStatistic undefined_statistic(const ObservedSample& sample);

/// Writes one place. z is given, because it may be defined where the scale of the statistic is not.
void set_place(LocalStatistic& out, std::size_t place, double statistic, double expectation, double variance, double z);

/// Two-sided p of a standard normal deviate, at least least_p; NaN of NaN.
double two_sided_p(double z);

/// @throws Error shape_mismatch
void check_places(std::span<const double> values, const Neighbours& neighbours);

/// @throws Error invalid_argument unless each value is 0, 1 or NaN
void check_events(std::span<const double> values);

}  // namespace tocsin::detail
