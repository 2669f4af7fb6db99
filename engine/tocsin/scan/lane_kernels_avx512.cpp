#if defined(__x86_64__)

#include <cstddef>
#include <cstdint>

#include <tocsin/scan/lane_kernels.hpp>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512vl,avx512dq,avx512bw")
#endif

namespace tocsin::scan_avx512 {

#define TOCSIN_INLINE inline __attribute__((always_inline))

constexpr std::size_t vector_bytes = 64;

#include <tocsin/scan/lane_kernels.inc>

}  // namespace tocsin::scan_avx512

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif  // __x86_64__
