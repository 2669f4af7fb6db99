#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/neighbours/neighbours.hpp>

namespace tocsin {
namespace {

void check_row(std::size_t place, std::size_t places, std::span<const std::uint32_t> indices) {
  for (std::size_t k = 0; k < indices.size(); ++k) {
    if (indices[k] >= places)
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("place {} has neighbour {}, but there are {} places", place, indices[k], places));
    if (k > 0 && indices[k] <= indices[k - 1])
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("the neighbours of place {} are not in ascending order without repeats", place));
  }
}

/// The links that `keep(place, neighbour)` lets stay, with their weights.
template <typename Keep>
Neighbours filtered(const Neighbours& neighbours, Keep keep) {
  std::vector<std::size_t> offsets{0};
  std::vector<std::uint32_t> indices;
  std::vector<double> weights;
  offsets.reserve(neighbours.size() + 1);
  indices.reserve(neighbours.links());
  for (std::size_t i = 0; i < neighbours.size(); ++i) {
    const auto row = neighbours.indices(i);
    for (std::size_t k = 0; k < row.size(); ++k) {
      if (!keep(i, row[k])) continue;
      indices.push_back(row[k]);
      if (!neighbours.binary()) weights.push_back(neighbours.weight(i, k));
    }
    offsets.push_back(indices.size());
  }
  return {std::move(offsets), std::move(indices), std::move(weights)};
}

}  // namespace

Neighbours::Neighbours(std::vector<std::size_t> offsets, std::vector<std::uint32_t> indices,
                       std::vector<double> weights)
    : offsets_(std::move(offsets)), indices_(std::move(indices)), weights_(std::move(weights)) {
  if (offsets_.empty() || offsets_.front() != 0 || offsets_.back() != indices_.size() ||
      !std::is_sorted(offsets_.begin(), offsets_.end()))
    throw Error(ErrorCode::invalid_argument, "offsets must rise from 0 to the number of links");
  if (!weights_.empty() && weights_.size() != indices_.size())
    throw Error(ErrorCode::shape_mismatch, fmt::format("{} weights for {} links", weights_.size(), indices_.size()));
  for (std::size_t i = 0; i < size(); ++i) check_row(i, size(), this->indices(i));
  for (const double weight : weights_)
    if (!(weight >= 0) || std::isinf(weight))
      throw Error(ErrorCode::invalid_argument, fmt::format("a weight is {}; weights are finite and >= 0", weight));
}

std::vector<std::uint32_t> islands(const Neighbours& neighbours) {
  std::vector<std::uint32_t> found;
  for (std::size_t i = 0; i < neighbours.size(); ++i) {
    const auto row = neighbours.indices(i);
    if (row.empty() || (row.size() == 1 && row[0] == i)) found.push_back(static_cast<std::uint32_t>(i));
  }
  return found;
}

Neighbours without_self(const Neighbours& neighbours) {
  return filtered(neighbours, [](std::size_t place, std::uint32_t neighbour) { return place != neighbour; });
}

Neighbours with_self(const Neighbours& neighbours, double weight) {
  const bool binary = neighbours.binary() && weight == 1;
  std::vector<std::size_t> offsets{0};
  std::vector<std::uint32_t> indices;
  std::vector<double> weights;
  offsets.reserve(neighbours.size() + 1);
  indices.reserve(neighbours.links() + neighbours.size());
  for (std::size_t i = 0; i < neighbours.size(); ++i) {
    const auto row = neighbours.indices(i);
    bool placed = false;
    const auto place_self = [&] {
      indices.push_back(static_cast<std::uint32_t>(i));
      if (!binary) weights.push_back(weight);
      placed = true;
    };
    for (std::size_t k = 0; k < row.size(); ++k) {
      if (row[k] == i) continue;
      if (!placed && row[k] > i) place_self();
      indices.push_back(row[k]);
      if (!binary) weights.push_back(neighbours.weight(i, k));
    }
    if (!placed) place_self();
    offsets.push_back(indices.size());
  }
  return {std::move(offsets), std::move(indices), std::move(weights)};
}

Neighbours among(const Neighbours& neighbours, std::span<const std::uint8_t> present) {
  if (present.size() != neighbours.size())
    throw Error(ErrorCode::shape_mismatch, fmt::format("{} flags for {} places", present.size(), neighbours.size()));
  return filtered(neighbours, [&](std::size_t place, std::uint32_t neighbour) {
    return present[place] != 0 && present[neighbour] != 0;
  });
}

Neighbours styled(const Neighbours& neighbours, WeightStyle style) {
  if (style == WeightStyle::as_given) return neighbours;
  const std::size_t n = neighbours.size();
  std::vector<double> scale(n, 0);
  double total = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double sum = 0, squares = 0;
    for (std::size_t k = 0; k < neighbours.count(i); ++k) {
      const double weight = neighbours.weight(i, k);
      sum += weight;
      squares += weight * weight;
    }
    const double size = style == WeightStyle::row_standardised ? sum : std::sqrt(squares);
    if (size <= 0) continue;
    scale[i] = size;
    total += sum / size;
  }
  // Row-standardised rows are divided by their sum, so that equal weights give exactly 1 / count.
  const double factor = style == WeightStyle::variance_stabilising && total > 0 ? static_cast<double>(n) / total : 1.0;
  std::vector<double> weights(neighbours.links());
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t k = 0; k < neighbours.count(i); ++k) {
      const double weight = neighbours.weight(i, k);
      weights[neighbours.offsets()[i] + k] = scale[i] > 0 ? factor * weight / scale[i] : weight;
    }
  return {{neighbours.offsets().begin(), neighbours.offsets().end()},
          {neighbours.all_indices().begin(), neighbours.all_indices().end()},
          std::move(weights)};
}

}  // namespace tocsin
