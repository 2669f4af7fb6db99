#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tocsin {

/// Spatial weights of n places in compressed rows: row i holds the neighbours of place i, ascending, and the weight of
/// each. A place may be its own neighbour ("with self"). Weights need not be symmetric. An island has no neighbour but,
/// perhaps, itself.
class Neighbours {
 public:
  Neighbours() = default;
  /// @param offsets  n + 1 entries; row i is [offsets[i], offsets[i + 1]) of the other two
  /// @param indices  each below n, ascending and without repeats in a row
  /// @param weights  as many, finite and >= 0; or empty: all are 1 ("binary")
  /// @throws Error invalid_argument
  Neighbours(std::vector<std::size_t> offsets, std::vector<std::uint32_t> indices, std::vector<double> weights = {});

  [[nodiscard]] std::size_t size() const { return offsets_.empty() ? 0 : offsets_.size() - 1; }
  [[nodiscard]] std::size_t links() const { return indices_.size(); }
  /// All weights are 1 and none is stored.
  [[nodiscard]] bool binary() const { return weights_.empty(); }
  [[nodiscard]] std::size_t count(std::size_t place) const { return offsets_[place + 1] - offsets_[place]; }
  [[nodiscard]] std::span<const std::uint32_t> indices(std::size_t place) const {
    return std::span(indices_).subspan(offsets_[place], count(place));
  }
  /// Empty for binary weights; otherwise beside indices(place).
  [[nodiscard]] std::span<const double> weights(std::size_t place) const {
    return binary() ? std::span<const double>{} : std::span(weights_).subspan(offsets_[place], count(place));
  }
  /// Weight of the k-th neighbour of a place.
  [[nodiscard]] double weight(std::size_t place, std::size_t k) const {
    return binary() ? 1.0 : weights_[offsets_[place] + k];
  }
  /// The whole arrays, for who walks all links.
  [[nodiscard]] std::span<const std::size_t> offsets() const { return offsets_; }
  [[nodiscard]] std::span<const std::uint32_t> all_indices() const { return indices_; }
  [[nodiscard]] std::span<const double> all_weights() const { return weights_; }

  friend bool operator==(const Neighbours&, const Neighbours&) = default;

 private:
  std::vector<std::size_t> offsets_;
  std::vector<std::uint32_t> indices_;
  std::vector<double> weights_;
};

/// How the weights of a row are scaled.
enum class WeightStyle {
  as_given,             ///< unchanged: binary, inverse distance, kernel
  row_standardised,     ///< each row sums to 1
  variance_stabilising  ///< Tiefelsdorf, Griffith and Boots (1999): each row over its root sum of squares, all to sum
                        ///< to n
};

/// Places without a neighbour other than themselves, ascending.
std::vector<std::uint32_t> islands(const Neighbours& neighbours);

/// Neighbours with each place as its own neighbour, at `weight`; a self weight that was there is replaced.
Neighbours with_self(const Neighbours& neighbours, double weight = 1);
Neighbours without_self(const Neighbours& neighbours);

/// The links among the places that are present: what was not observed is nobody's neighbour. Numbers of places stay.
/// @param present  n flags, 0 or 1
/// @throws Error shape_mismatch
Neighbours among(const Neighbours& neighbours, std::span<const std::uint8_t> present);

/// @return the same links, scaled; rows that sum to 0 stay
Neighbours styled(const Neighbours& neighbours, WeightStyle style);

}  // namespace tocsin
