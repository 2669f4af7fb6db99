#if defined(__x86_64__)

#if defined(__GNUC__) && !defined(__clang__)
// g++ 12 takes the intrinsics' undefined operands, which masks hide, for a mistake (GCC bug 105593).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif

#include <cstdint>

#include <immintrin.h>

#include <tocsin/density/sweep.hpp>
#include <tocsin/density/vector_kernels.hpp>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,avx512f,avx512vl,avx512dq,avx512bw"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,avx512f,avx512vl,avx512dq,avx512bw,prefer-vector-width=512")
#endif

namespace tocsin::avx512 {

#define TOCSIN_INLINE inline __attribute__((always_inline))

constexpr int widest = 8;

template <int N>
struct VecOf {
  typedef double type __attribute__((vector_size(N * sizeof(double))));
};
template <int N>
using Vec = typename VecOf<N>::type;
using Four = Vec<4>;
using Eight = Vec<8>;

template <int N>
TOCSIN_INLINE Vec<N> load(const double* from) {
  if constexpr (N == 8) {
    return _mm512_loadu_pd(from);
  } else {
    return _mm256_loadu_pd(from);
  }
}
TOCSIN_INLINE void store(double* to, Four v) {
  _mm256_storeu_pd(to, v);
}
TOCSIN_INLINE void store(double* to, Eight v) {
  _mm512_storeu_pd(to, v);
}
template <int N>
TOCSIN_INLINE Vec<N> fill(double v) {
  if constexpr (N == 8) {
    return _mm512_set1_pd(v);
  } else {
    return _mm256_set1_pd(v);
  }
}
TOCSIN_INLINE Eight square_root(Eight v) {
  return _mm512_sqrt_pd(v);
}
TOCSIN_INLINE Eight least(Eight a, Eight b) {
  return _mm512_min_pd(a, b);
}
TOCSIN_INLINE Four greatest(Four a, Four b) {
  return _mm256_max_pd(a, b);
}
TOCSIN_INLINE Eight greatest(Eight a, Eight b) {
  return _mm512_max_pd(a, b);
}
TOCSIN_INLINE Eight round_down(Eight v) {
  return _mm512_roundscale_pd(v, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
}
TOCSIN_INLINE Eight round_up(Eight v) {
  return _mm512_roundscale_pd(v, _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC);
}
TOCSIN_INLINE void store_offsets(std::int32_t* to, Eight v, int shift) {
  const __m256i whole = _mm256_slli_epi32(_mm512_cvttpd_epi32(v), shift);
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), whole);
}
TOCSIN_INLINE unsigned not_at_least(Eight a, Eight b) {
  return _mm512_cmp_pd_mask(a, b, _CMP_NGE_UQ);
}
TOCSIN_INLINE Eight masked_add(Eight sum, Eight v, Eight d, Eight most) {
  return sum + _mm512_maskz_mov_pd(_mm512_cmp_pd_mask(d, most, _CMP_LE_OQ), v);
}

#include <tocsin/density/vector_kernels.inc>

}  // namespace tocsin::avx512

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif  // __x86_64__
