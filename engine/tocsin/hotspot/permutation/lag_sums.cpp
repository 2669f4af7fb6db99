#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <tocsin/hotspot/permutation/lag_sums.hpp>

namespace tocsin::permutation {
namespace {

Lanes portable(std::span<const Slot> batch, std::span<const double> weights, double rank) {
  Lanes sums{};
  for (std::size_t k = 0; k < weights.size(); ++k) {
    const Slot& slot = batch[k];
    for (std::size_t lane = 0; lane < lanes; ++lane)
      sums[lane] += weights[k] * (slot.number[lane] < rank ? slot.below[lane] : slot.above[lane]);
  }
  return sums;
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) __m256d term(const Slot& slot, std::size_t lane, __m256d rank, __m256d weight) {
  const __m256d below_rank = _mm256_cmp_pd(_mm256_loadu_pd(&slot.number[lane]), rank, _CMP_LT_OQ);
  const __m256d value =
      _mm256_blendv_pd(_mm256_loadu_pd(&slot.above[lane]), _mm256_loadu_pd(&slot.below[lane]), below_rank);
  return _mm256_mul_pd(weight, value);
}

__attribute__((target("avx2"))) Lanes avx2(std::span<const Slot> batch, std::span<const double> weights, double rank) {
  __m256d low = _mm256_setzero_pd(), high = _mm256_setzero_pd();
  const __m256d ranks = _mm256_set1_pd(rank);
  for (std::size_t k = 0; k < weights.size(); ++k) {
    const __m256d weight = _mm256_set1_pd(weights[k]);
    low = _mm256_add_pd(low, term(batch[k], 0, ranks, weight));
    high = _mm256_add_pd(high, term(batch[k], 4, ranks, weight));
  }
  Lanes sums;
  _mm256_storeu_pd(sums.data(), low);
  _mm256_storeu_pd(&sums[4], high);
  return sums;
}
#endif

}  // namespace

LagSums lag_sums([[maybe_unused]] InstructionSet set) {
#if defined(__x86_64__)
  if (set != InstructionSet::portable) return avx2;
#endif
  return portable;
}

}  // namespace tocsin::permutation
