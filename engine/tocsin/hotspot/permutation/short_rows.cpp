#include <algorithm>
#include <cmath>
#include <limits>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <tocsin/hotspot/permutation/short_rows.hpp>

namespace tocsin::permutation {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// By insertion: every value is carried past those before it.

LaneSums portable(std::span<Lanes> values) {
  LaneSums found{};
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    for (std::size_t k = 1; k < values.size(); ++k)
      for (std::size_t j = 0; j < k; ++j) {
        const double before = values[j][lane], carried = values[k][lane];
        values[j][lane] = std::min(before, carried);
        values[k][lane] = std::max(before, carried);
      }
    for (const Lanes& row : values) {
      const double value = row[lane] < infinity ? row[lane] : 0;
      found.sums[lane] += value;
      found.sizes[lane] += std::abs(value);
    }
  }
  return found;
}

#if defined(__x86_64__)
/// Four lanes from the first.
__attribute__((target("avx2"))) void sort_and_sum_four(std::span<Lanes> values, std::size_t first, LaneSums& found) {
  for (std::size_t k = 1; k < values.size(); ++k) {
    __m256d carried = _mm256_loadu_pd(&values[k][first]);
    for (std::size_t j = 0; j < k; ++j) {
      const __m256d before = _mm256_loadu_pd(&values[j][first]);
      _mm256_storeu_pd(&values[j][first], _mm256_min_pd(before, carried));
      carried = _mm256_max_pd(before, carried);
    }
    _mm256_storeu_pd(&values[k][first], carried);
  }
  __m256d sums = _mm256_setzero_pd(), sizes = _mm256_setzero_pd();
  for (const Lanes& row : values) {
    const __m256d value = _mm256_loadu_pd(&row[first]);
    const __m256d finite = _mm256_and_pd(value, _mm256_cmp_pd(value, _mm256_set1_pd(infinity), _CMP_LT_OQ));
    sums = _mm256_add_pd(sums, finite);
    sizes = _mm256_add_pd(sizes, _mm256_andnot_pd(_mm256_set1_pd(-0.0), finite));
  }
  _mm256_storeu_pd(&found.sums[first], sums);
  _mm256_storeu_pd(&found.sizes[first], sizes);
}

__attribute__((target("avx2"))) LaneSums avx2(std::span<Lanes> values) {
  LaneSums found;
  sort_and_sum_four(values, 0, found);
  sort_and_sum_four(values, 4, found);
  return found;
}
#endif

}  // namespace

SortAndSum sort_and_sum([[maybe_unused]] InstructionSet set) {
#if defined(__x86_64__)
  if (set != InstructionSet::portable) return avx2;
#endif
  return portable;
}

ShortRows::ShortRows(double cancelling_size)
    : cancelling_size_(cancelling_size), sort_and_sum_(sort_and_sum(widest_instruction_set())) {
  for (Lanes& values : values_) values.fill(infinity);
}

void ShortRows::add(std::span<const double> values, std::span<const std::uint32_t> row, LagPlace& place) {
  for (std::size_t k = 0; k < row.size(); ++k) values_[k][held_] = values[row[k]];
  count_ = std::max(count_, row.size());
  place.count = static_cast<std::uint32_t>(row.size());
  places_[held_++] = &place;
  if (held_ == lanes) finish();
}

void ShortRows::finish() {
  const LaneSums found = sort_and_sum_(std::span(values_).first(count_));
  for (std::size_t lane = 0; lane < held_; ++lane) {
    LagPlace& place = *places_[lane];
    place.sum = found.sums[lane];
    place.tie = tie_size * std::max(found.sizes[lane], place.count * cancelling_size_);
  }
  for (std::size_t k = 0; k < count_; ++k) values_[k].fill(infinity);
  held_ = count_ = 0;
}

}  // namespace tocsin::permutation
