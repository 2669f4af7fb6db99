#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tocsin {

/// A value that was observed, in how many cells, and how much of them is covered in all.
struct ObservedValue {
  double value = 0;
  double covered = 0;  ///< in cells
  std::int64_t cells = 0;
};

/// All values observed in an area, for quantiles and the like.
///
/// They are kept in flat lists and sorted once, at the end, or in between when they are many: memory is 8 bytes a cell
/// (16 at the boundary) up to `most_pending`, and 24 bytes for each distinct value beyond.
/// Shares of equal values add up in the order of adding, so that the result does not depend on sorting.
class ObservedValues {
 public:
  static constexpr std::size_t most_pending = std::size_t{1} << 20;

  /// Cells covered by the same share; NaN is skipped.
  void add(std::span<const double> values, double share);
  void append(ObservedValues&& other);
  /// By value, each once.
  [[nodiscard]] std::vector<ObservedValue> sorted() &&;

 private:
  struct Part {
    double value = 0, share = 0;
  };
  void fold();

  std::vector<ObservedValue> folded_;  ///< by value, each once
  std::vector<double> whole_;          ///< of cells that are wholly covered
  std::vector<Part> parts_;
};

/// Values sorted, each cell placed at i w + (n - 1) W, w its covered share and W the shares before it, and read off
/// linearly: with equal shares the usual quantile of type 7. NaN for no values.
double quantile_of(std::span<const ObservedValue> values, double probability);

enum class Covers { most, least };

/// The value that covers most (of equals the largest) or least (of equals the smallest). NaN for no values.
double value_that_covers(Covers wanted, std::span<const ObservedValue> values);

}  // namespace tocsin
