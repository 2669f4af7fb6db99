#if defined(__x86_64__)

#include <cstdint>

#include <immintrin.h>

#include <tocsin/density/sweep.hpp>
#include <tocsin/density/vector_kernels.hpp>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2")
#endif

namespace tocsin::avx2 {

#define TOCSIN_INLINE inline __attribute__((always_inline))

constexpr int widest = 4;

template <int N>
struct VecOf {
  typedef double type __attribute__((vector_size(N * sizeof(double))));
};
template <int N>
using Vec = typename VecOf<N>::type;
using Four = Vec<4>;

template <int N>
TOCSIN_INLINE Four load(const double* from) {
  return _mm256_loadu_pd(from);
}
TOCSIN_INLINE void store(double* to, Four v) {
  _mm256_storeu_pd(to, v);
}
template <int N>
TOCSIN_INLINE Four fill(double v) {
  return _mm256_set1_pd(v);
}
TOCSIN_INLINE Four square_root(Four v) {
  return _mm256_sqrt_pd(v);
}
TOCSIN_INLINE Four least(Four a, Four b) {
  return _mm256_min_pd(a, b);
}
TOCSIN_INLINE Four greatest(Four a, Four b) {
  return _mm256_max_pd(a, b);
}
TOCSIN_INLINE Four round_down(Four v) {
  return _mm256_floor_pd(v);
}
TOCSIN_INLINE Four round_up(Four v) {
  return _mm256_ceil_pd(v);
}
TOCSIN_INLINE void store_offsets(std::int32_t* to, Four v, int shift) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm_slli_epi32(_mm256_cvttpd_epi32(v), shift));
}
TOCSIN_INLINE unsigned not_at_least(Four a, Four b) {
  return static_cast<unsigned>(_mm256_movemask_pd(_mm256_cmp_pd(a, b, _CMP_NGE_UQ)));
}
TOCSIN_INLINE Four masked_add(Four sum, Four v, Four d, Four most) {
  return sum + _mm256_and_pd(v, _mm256_cmp_pd(d, most, _CMP_LE_OQ));
}

#include <tocsin/density/vector_kernels.inc>

}  // namespace tocsin::avx2

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif  // __x86_64__
