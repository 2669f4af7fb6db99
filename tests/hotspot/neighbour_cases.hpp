#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include <engine/shapes.hpp>
#include <gtest/gtest.h>

#include <tocsin/core/parallel.hpp>
#include <tocsin/neighbours/neighbours.hpp>

namespace tocsin::test {

using Link = std::pair<std::uint32_t, std::uint32_t>;

inline std::vector<Link> links_of(const Neighbours& neighbours) {
  std::vector<Link> links;
  for (std::size_t i = 0; i < neighbours.size(); ++i)
    for (const std::uint32_t j : neighbours.indices(i)) links.emplace_back(static_cast<std::uint32_t>(i), j);
  return links;
}

/// The links (i, j), i != j, for which `linked(i, j)` holds.
template <typename Linked>
std::vector<Link> links_where(std::size_t places, const Linked& linked) {
  std::vector<Link> links;
  for (std::uint32_t i = 0; i < places; ++i)
    for (std::uint32_t j = 0; j < places; ++j)
      if (i != j && linked(i, j)) links.emplace_back(i, j);
  return links;
}

/// Places in another order: place i of the result is place order[i] of the old ones.
inline std::vector<std::uint32_t> shuffled_order(std::size_t places, Uniform& random) {
  std::vector<std::uint32_t> order(places);
  std::iota(order.begin(), order.end(), 0U);
  for (std::size_t i = places; i > 1; --i)
    std::swap(order[i - 1], order[static_cast<std::size_t>(random() * static_cast<double>(i))]);
  return order;
}

template <typename T>
std::vector<T> reordered(const std::vector<T>& items, const std::vector<std::uint32_t>& order) {
  std::vector<T> result;
  for (const std::uint32_t i : order) result.push_back(items[i]);
  return result;
}

/// The links of places that were put into another order, as they are called in the old one.
inline std::vector<Link> links_in_old_order(const Neighbours& neighbours, const std::vector<std::uint32_t>& order) {
  std::vector<Link> links;
  for (const auto& [i, j] : links_of(neighbours)) links.emplace_back(order[i], order[j]);
  std::sort(links.begin(), links.end());
  return links;
}

/// Makes the neighbours on 1, 2, 3 and 8 threads and expects the same of each.
template <typename Make>
void expect_same_on_any_threads(const Make& make) {
  const auto on = [&](int threads) {
    const ThreadLimit limit(threads);
    return make();
  };
  const auto first = on(1);
  for (const int threads : {2, 3, 8}) EXPECT_EQ(on(threads), first) << threads << " threads";
}

inline std::vector<Point> random_points(std::size_t count, Uniform& random, double extent = 1000) {
  std::vector<Point> points;
  for (std::size_t i = 0; i < count; ++i) {
    const double x = random.between(0, extent), y = random.between(0, extent);
    points.emplace_back(x, y);
  }
  return points;
}

}  // namespace tocsin::test
