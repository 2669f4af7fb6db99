#include <limits>
#include <numeric>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/memory.hpp>
#include <tocsin/neighbours/detail/link_rows.hpp>

namespace tocsin::detail {

std::size_t sum_counts(std::vector<std::size_t>& counts) {
  std::partial_sum(counts.begin(), counts.end(), counts.begin());
  return counts.back();
}

void require_memory(double links, double bytes_a_link, const std::string& what) {
  const double needed = links * bytes_a_link, most = default_memory_bytes();
  if (needed > most)
    throw Error(ErrorCode::memory,
                fmt::format("{} gives {:.3g} links, which need {:.1f} GB where {:.1f} GB may be used; choose fewer "
                            "neighbours or fewer places",
                            what, links, needed / 1e9, most / 1e9));
}

void require_numbers(std::size_t places) {
  if (places > std::numeric_limits<std::uint32_t>::max())
    throw Error(ErrorCode::invalid_argument, fmt::format("{} places are more than can be numbered (2^32)", places));
}

Neighbours neighbours_of_pairs(std::size_t places, const std::vector<Pair>& pairs) {
  std::vector<std::size_t> starts(places + 1, 0);
  for (const auto& [a, b] : pairs) ++starts[a + 1], ++starts[b + 1];
  std::vector<std::uint32_t> mixed(sum_counts(starts));
  std::vector<std::size_t> next(starts.begin(), starts.end() - 1), offsets(places + 1, 0);
  for (const auto& [a, b] : pairs) mixed[next[a]++] = b, mixed[next[b]++] = a;
  const auto row = [&](std::size_t place) { return mixed.begin() + static_cast<std::ptrdiff_t>(starts[place]); };
  for_each_place(places, [&](std::size_t place) {
    std::sort(row(place), row(place + 1));
    offsets[place + 1] = static_cast<std::size_t>(std::unique(row(place), row(place + 1)) - row(place));
  });
  std::vector<std::uint32_t> indices(sum_counts(offsets));
  for_each_place(places, [&](std::size_t place) {
    std::copy_n(row(place), offsets[place + 1] - offsets[place],
                indices.begin() + static_cast<std::ptrdiff_t>(offsets[place]));
  });
  return {std::move(offsets), std::move(indices)};
}

}  // namespace tocsin::detail
