#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace tocsin {

/// How a measure's value becomes a number between 0 (no sign of risk) and 1 (the strongest sign).
enum class NormaliseKind { none, goalposts, minmax, zscore, rank, percentile, threshold, log };

/// Whether a larger raw value means more or less risk. Less: 1 - x after normalising.
enum class Direction { higher_is_worse, higher_is_better };

struct NormaliseOptions {
  NormaliseKind kind = NormaliseKind::goalposts;
  /// goalposts: value at 0 and value at 1 (low > high reverses). log: goalposts on log(1 + x / scale).
  double low = 0, high = 1;
  double scale = 1;
  /// threshold: (value, score) knots, values strictly rising, scores in [0, 1]; flat outside.
  std::vector<std::pair<double, double>> knots;
  Direction direction = Direction::higher_is_worse;
  void validate() const;  ///< @throws Error invalid_argument
};

std::optional<NormaliseKind> parse_normalise_kind(std::string_view text);
/// True for minmax, zscore, rank, percentile: those that look at the data.
bool needs_reference(NormaliseKind kind);

/// What a data-dependent normalisation has to know, learnt from the observed values of the reference periods.
///
/// minmax and zscore: extremes, mean, standard deviation (n - 1), in no memory to speak of. rank and percentile: the
/// distribution; exactly up to 4 million values. Beyond, values are counted in classes a thousandth of themselves wide
/// and keep the mean rank of their class, in at most 40 MB: what that moves is below the share of values in a class.
/// Values added in the same order give the same bits, however they are cut into parts.
class Reference {
 public:
  /// Values that are not finite are left out.
  void add(std::span<const float> values);
  /// Call once after the last add.
  void finish(NormaliseKind kind);
  [[nodiscard]] bool empty() const { return count_ == 0; }

 private:
  friend class Normaliser;
  void count_in_classes(std::span<const float> values);
  [[nodiscard]] double mean_rank_of_class(std::uint32_t index) const;
  [[nodiscard]] double mean_rank(float value) const;

  std::vector<float> values_;           ///< all of them while they are few; sorted by finish()
  std::vector<std::uint64_t> classes_;  ///< count by class; after finish() the values up to its end
  std::size_t count_ = 0;
  bool finished_ = false, ranks_ = false;
  double min_ = 0, max_ = 0, mean_ = 0, squares_ = 0, deviation_ = 0;
};

/// Maps values in place to [0, 1]; NaN stays NaN. Without spread in the reference (all values equal, or none) the
/// result of a data-dependent rule is NaN: undefined, not zero. zscore maps z to the standard normal cumulative
/// probability.
/// rank (mean rank - 1) / (n - 1), percentile (mean rank - 0.5) / n; ties have their mean rank. A value that is not in
/// the reference gets a rank between those of its two neighbours, in proportion to its distance from them; beyond the
/// ends the rank of the end. none: the value is a score already. none, goalposts, minmax and log are cut off at 0 and
/// 1; log takes values at or below -scale for lower than any goalpost.
class Normaliser {
 public:
  /// @param reference  may be null for rules that do not look at the data; finished for the same rule; must outlive the
  ///                   normaliser
  /// @throws Error invalid_argument (options, or a reference that is missing or was finished for another rule)
  Normaliser(NormaliseOptions options, const Reference* reference);
  [[nodiscard]] float operator()(float value) const;
  void apply(std::span<float> values) const;

 private:
  [[nodiscard]] double score(float value) const;

  NormaliseOptions options_;
  const Reference* reference_;
};

}  // namespace tocsin
