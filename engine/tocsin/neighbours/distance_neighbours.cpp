#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/neighbours/detail/link_rows.hpp>
#include <tocsin/neighbours/detail/point_tree.hpp>
#include <tocsin/neighbours/distance_neighbours.hpp>

namespace tocsin {
namespace {

using detail::Near;
using detail::PointTree;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The largest number whose square root is at most (or, for an open rim, below) a distance: squares can then be
/// compared instead, and a band of the distance that smallest_band_without_islands names holds the pair that it was
/// taken from.
double largest_square(double distance_m) {
  double square = distance_m * distance_m;
  while (std::sqrt(square) > distance_m) square = std::nextafter(square, 0);
  while (std::sqrt(std::nextafter(square, infinity)) <= distance_m) square = std::nextafter(square, infinity);
  return square;
}

double largest_square_below(double distance_m) {
  double square = largest_square(distance_m);
  while (square > 0 && std::sqrt(square) >= distance_m) square = std::nextafter(square, 0);
  return square;
}

void sort_by_place(std::vector<Near>& row) {
  std::sort(row.begin(), row.end(), [](const Near& a, const Near& b) { return a.place < b.place; });
}

struct Links {
  std::vector<std::size_t> offsets;
  std::vector<std::uint32_t> indices;
  std::vector<double> weights;
};

/// The links of each place to all within its own reach, counted first so that memory is known before it is taken.
/// @param square_of  position in the tree to the largest squared distance of a link
/// @param weight_of  position and squared distance to weight; ignored unless `weighted`
enum class Stored { links_alone, weights };
template <typename Square, typename Weight>
Neighbours links_within(const PointTree& tree, std::size_t places, const std::string& what, Stored stored,
                        const Square& square_of, const Weight& weight_of) {
  Links links;
  links.offsets.assign(places + 1, 0);
  detail::for_each_place(tree.size(), [&](std::size_t at) {
    links.offsets[tree.places()[at] + 1] = tree.count_within(at, square_of(at));
  });
  const std::size_t total = detail::sum_counts(links.offsets);
  detail::require_memory(static_cast<double>(total), stored == Stored::weights ? 12 : 4, what);
  links.indices.resize(total);
  if (stored == Stored::weights) links.weights.resize(total);
  detail::for_each_place(tree.size(), [&](std::size_t at) {
    std::vector<Near> row;
    tree.within(at, square_of(at), row);
    sort_by_place(row);
    std::size_t link = links.offsets[tree.places()[at]];
    for (const Near& near : row) {
      links.indices[link] = near.place;
      if (stored == Stored::weights) links.weights[link] = weight_of(at, near.squared_m);
      ++link;
    }
  });
  return {std::move(links.offsets), std::move(links.indices), std::move(links.weights)};
}

/// The distance of each place's k-th nearest, beside the tree's places.
std::vector<double> distances_of_nearest(const PointTree& tree, std::size_t k) {
  std::vector<double> distances(tree.size());
  detail::for_each_place(tree.size(), [&](std::size_t at) {
    std::vector<Near> row;
    tree.nearest(at, k, row);
    distances[at] = std::sqrt(row.back().squared_m);
  });
  return distances;
}

void require_places(const PointTree& tree, std::size_t k) {
  if (k >= tree.size())
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{} nearest neighbours were asked for, but there are {} places with a location; ask for "
                            "fewer than that",
                            k, tree.size()));
}

double kernel_weight(Kernel kernel, double z) {
  const double rest = 1 - z * z;
  switch (kernel) {
    case Kernel::uniform:
      return 1;
    case Kernel::triangular:
      return 1 - z;
    case Kernel::epanechnikov:
      return rest;
    case Kernel::quartic:
      return rest * rest;
    case Kernel::triweight:
      return rest * rest * rest;
    case Kernel::gaussian:
      return std::exp(-0.5 * z * z);
  }
  throw Error(ErrorCode::internal, "a kernel without a weight");
}

/// The largest squared distance at which the kernel still weighs something.
double largest_square_of_kernel(const KernelWeightsOptions& options, double bandwidth_m) {
  if (options.kernel == Kernel::gaussian) return largest_square(options.gaussian_reach * bandwidth_m);
  return options.kernel == Kernel::uniform ? largest_square(bandwidth_m) : largest_square_below(bandwidth_m);
}

}  // namespace

Neighbours nearest_neighbours(std::span<const Point> points, std::size_t k) {
  if (k < 1) throw Error(ErrorCode::invalid_argument, "0 nearest neighbours were asked for; ask for at least 1");
  const PointTree tree(points);
  require_places(tree, k);
  detail::require_memory(static_cast<double>(tree.size()) * static_cast<double>(k), 4,
                         fmt::format("a neighbourhood of the {} nearest", k));
  std::vector<std::size_t> offsets(points.size() + 1, 0);
  for (const std::uint32_t place : tree.places()) offsets[place + 1] = k;
  std::vector<std::uint32_t> indices(detail::sum_counts(offsets));
  detail::for_each_place(tree.size(), [&](std::size_t at) {
    std::vector<Near> row;
    row.reserve(k);
    tree.nearest(at, k, row);
    sort_by_place(row);
    std::transform(row.begin(), row.end(), indices.begin() + static_cast<std::ptrdiff_t>(offsets[tree.places()[at]]),
                   [](const Near& near) { return near.place; });
  });
  return {std::move(offsets), std::move(indices)};
}

Neighbours band_neighbours(std::span<const Point> points, double distance_m) {
  if (!(distance_m > 0) || std::isinf(distance_m))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("a distance band must be a positive length, got {} m", distance_m));
  const double square = largest_square(distance_m);
  return links_within(
      PointTree(points), points.size(), fmt::format("a distance band of {} m", distance_m), Stored::links_alone,
      [&](std::size_t) { return square; }, [](std::size_t, double) { return 1.0; });
}

double smallest_band_without_islands(std::span<const Point> points) {
  const PointTree tree(points);
  if (tree.size() < 2) return std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> distances = distances_of_nearest(tree, 1);
  return *std::max_element(distances.begin(), distances.end());
}

void InverseDistanceOptions::validate() const {
  if (!(power > 0) || std::isinf(power))
    throw Error(ErrorCode::invalid_argument, fmt::format("power must be a positive number, got {}", power));
  if (!(least_distance_m > 0) || std::isinf(least_distance_m))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("least_distance_m must be a positive length, got {}", least_distance_m));
}

Neighbours inverse_distance_weights(const Neighbours& neighbours, std::span<const Point> points,
                                    const InverseDistanceOptions& options) {
  options.validate();
  if (points.size() != neighbours.size())
    throw Error(ErrorCode::shape_mismatch, fmt::format("{} points for {} places", points.size(), neighbours.size()));
  std::vector<double> weights(neighbours.links());
  detail::for_each_place(neighbours.size(), [&](std::size_t place) {
    const auto row = neighbours.indices(place);
    for (std::size_t k = 0; k < row.size(); ++k) {
      const double dx = points[place].x() - points[row[k]].x(), dy = points[place].y() - points[row[k]].y();
      const double distance = std::sqrt(dx * dx + dy * dy);
      if (!std::isfinite(distance))
        throw Error(ErrorCode::invalid_argument,
                    fmt::format("places {} and {} are linked, but one of them has no location", place, row[k]));
      weights[neighbours.offsets()[place] + k] =
          1 / std::pow(std::max(distance, options.least_distance_m), options.power);
    }
  });
  return {{neighbours.offsets().begin(), neighbours.offsets().end()},
          {neighbours.all_indices().begin(), neighbours.all_indices().end()},
          std::move(weights)};
}

void KernelWeightsOptions::validate() const {
  const auto refuse = [](const std::string& message) { throw Error(ErrorCode::invalid_argument, message); };
  if (!(bandwidth_m >= 0) || std::isinf(bandwidth_m))
    refuse(fmt::format("bandwidth_m must be a positive length, got {}", bandwidth_m));
  if ((bandwidth_m > 0) == (nearest > 0)) refuse("give kernel weights either bandwidth_m or nearest, not both or none");
  if (nearest == 1) refuse("nearest must be at least 2: the nearest-th place stands on the rim, at weight 0");
  if (!(gaussian_reach > 0) || std::isinf(gaussian_reach))
    refuse(fmt::format("gaussian_reach must be a positive number of bandwidths, got {}", gaussian_reach));
}

Neighbours kernel_weights(std::span<const Point> points, const KernelWeightsOptions& options) {
  options.validate();
  const PointTree tree(points);
  std::vector<double> adaptive;
  if (options.nearest > 0) {
    require_places(tree, options.nearest);
    adaptive = distances_of_nearest(tree, options.nearest);
  }
  const auto bandwidth_of = [&](std::size_t at) { return adaptive.empty() ? options.bandwidth_m : adaptive[at]; };
  return links_within(
      tree, points.size(), "the kernel", Stored::weights,
      [&](std::size_t at) { return largest_square_of_kernel(options, bandwidth_of(at)); },
      [&](std::size_t at, double squared_m) {
        const double bandwidth = bandwidth_of(at);
        return bandwidth > 0 ? kernel_weight(options.kernel, std::sqrt(squared_m) / bandwidth) : 1.0;
      });
}

Neighbours symmetric_union(const Neighbours& neighbours) {
  const std::size_t n = neighbours.size();
  struct Link {
    std::uint32_t to;
    double weight;
  };
  std::vector<std::vector<Link>> rows(n);
  for (std::size_t i = 0; i < n; ++i) {
    const auto row = neighbours.indices(i);
    for (std::size_t k = 0; k < row.size(); ++k) {
      rows[i].push_back({row[k], neighbours.weight(i, k)});
      if (row[k] != i) rows[row[k]].push_back({static_cast<std::uint32_t>(i), neighbours.weight(i, k)});
    }
  }
  std::vector<std::size_t> offsets{0};
  std::vector<std::uint32_t> indices;
  std::vector<double> weights;
  for (std::vector<Link>& row : rows) {
    std::sort(row.begin(), row.end(),
              [](const Link& a, const Link& b) { return a.to != b.to ? a.to < b.to : a.weight > b.weight; });
    row.erase(std::unique(row.begin(), row.end(), [](const Link& a, const Link& b) { return a.to == b.to; }),
              row.end());
    for (const Link& link : row) {
      indices.push_back(link.to);
      if (!neighbours.binary()) weights.push_back(link.weight);
    }
    offsets.push_back(indices.size());
  }
  return {std::move(offsets), std::move(indices), std::move(weights)};
}

}  // namespace tocsin
