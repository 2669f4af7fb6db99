#pragma once

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
  /// threshold: (value, score) knots in rising order of value; flat outside.
  std::vector<std::pair<double, double>> knots;
  Direction direction = Direction::higher_is_worse;
  void validate() const;  ///< @throws Error invalid_argument
};

std::optional<NormaliseKind> parse_normalise_kind(std::string_view text);
/// True for minmax, zscore, rank, percentile: those that look at the data.
bool needs_reference(NormaliseKind kind);

/// What a data-dependent normalisation has to know. Built from the observed values of the reference periods.
/// minmax, zscore: extremes, mean, standard deviation (n - 1). rank, percentile: all values sorted.
class Reference {
 public:
  /// NaN are left out. The order of values does not matter.
  void add(std::span<const float> values);
  /// Call once after the last add.
  void finish(NormaliseKind kind);
  [[nodiscard]] bool empty() const { return values_.empty(); }

 private:
  friend class Normaliser;
  std::vector<float> values_;
  double min_ = 0, max_ = 0, mean_ = 0, deviation_ = 0;
};

/// Maps values in place to [0, 1]; NaN stays NaN. Without spread in the reference (all values equal, or none) the
/// result of a data-dependent rule is NaN: undefined, not zero. zscore maps z to the standard normal cumulative
/// probability; rank and percentile give ties their mean rank.
class Normaliser {
 public:
  /// @param reference  may be null for rules that do not look at the data; must outlive the normaliser
  Normaliser(NormaliseOptions options, const Reference* reference);
  [[nodiscard]] float operator()(float value) const;
  void apply(std::span<float> values) const;

 private:
  NormaliseOptions options_;
  const Reference* reference_;
};

}  // namespace tocsin
