#if defined(__x86_64__)

#include <cstddef>
#include <cstdint>

#include <tocsin/scan/lane_kernels.hpp>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2")
#endif

namespace tocsin::scan_avx2 {

#define TOCSIN_INLINE inline __attribute__((always_inline))

constexpr std::size_t vector_bytes = 32;

#include <tocsin/scan/lane_kernels.inc>

}  // namespace tocsin::scan_avx2

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif  // __x86_64__
