#include <cstdint>
#include <cstring>

#include <tocsin/density/sweep.hpp>
#include <tocsin/density/vector_kernels.hpp>

namespace tocsin::portable {

#define TOCSIN_INLINE inline __attribute__((always_inline))

constexpr int widest = 2;

template <int N>
struct VecOf {
  typedef double type __attribute__((vector_size(N * sizeof(double))));
};
template <int N>
using Vec = typename VecOf<N>::type;
using Pair = Vec<2>;

template <int N>
TOCSIN_INLINE Pair load(const double* from) {
  return Pair{from[0], from[1]};
}
TOCSIN_INLINE void store(double* to, Pair v) {
  to[0] = v[0];
  to[1] = v[1];
}
template <int N>
TOCSIN_INLINE Pair fill(double v) {
  return Pair{v, v};
}
TOCSIN_INLINE Pair square_root(Pair v) {
  return Pair{__builtin_sqrt(v[0]), __builtin_sqrt(v[1])};
}
TOCSIN_INLINE Pair least(Pair a, Pair b) {
  return a < b ? a : b;
}
TOCSIN_INLINE Pair greatest(Pair a, Pair b) {
  return a > b ? a : b;
}
TOCSIN_INLINE double floored(double v) {
  const auto whole = static_cast<double>(static_cast<std::int64_t>(v));
  return whole > v ? whole - 1 : whole;
}
TOCSIN_INLINE Pair round_down(Pair v) {
  return Pair{floored(v[0]), floored(v[1])};
}
TOCSIN_INLINE Pair round_up(Pair v) {
  return Pair{-floored(-v[0]), -floored(-v[1])};
}
TOCSIN_INLINE void store_offsets(std::int32_t* to, Pair v, int shift) {
  to[0] = static_cast<std::int32_t>(v[0]) << shift;
  to[1] = static_cast<std::int32_t>(v[1]) << shift;
}
TOCSIN_INLINE unsigned not_at_least(Pair a, Pair b) {
  return (a[0] >= b[0] ? 0U : 1U) | (a[1] >= b[1] ? 0U : 2U);
}
TOCSIN_INLINE Pair masked_add(Pair sum, Pair v, Pair d, Pair most) {
  return sum + (d <= most ? v : Pair{0, 0});
}

#include <tocsin/density/vector_kernels.inc>

}  // namespace tocsin::portable
