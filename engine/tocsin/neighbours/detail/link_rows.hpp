#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <tocsin/core/parallel.hpp>
#include <tocsin/neighbours/neighbours.hpp>

namespace tocsin::detail {

/// Two places that are neighbours of each other.
using Pair = std::pair<std::uint32_t, std::uint32_t>;

/// parallel_for over places, a block of them at a time.
template <typename Body>
void for_each_place(std::size_t places, const Body& body) {
  constexpr std::size_t block = 256;
  parallel_for((places + block - 1) / block, [&](std::size_t task) {
    const std::size_t end = std::min(places, (task + 1) * block);
    for (std::size_t place = task * block; place < end; ++place) body(place);
  });
}

/// Turns the counts of rows, which stand at [place + 1], into offsets; the first entry is 0.
/// @return the links of all rows
std::size_t sum_counts(std::vector<std::size_t>& counts);

/// @param what  begins the message, such as "a band of 10000 m"
/// @throws Error memory: the links would not fit into what a job may take
void require_memory(double links, double bytes_a_link, const std::string& what);

/// @throws Error invalid_argument: more places than indices can number
void require_numbers(std::size_t places);

/// Binary, symmetric neighbours; pairs in any order, also repeated.
Neighbours neighbours_of_pairs(std::size_t places, const std::vector<Pair>& pairs);

}  // namespace tocsin::detail
