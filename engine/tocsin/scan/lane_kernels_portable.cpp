#include <cstddef>
#include <cstdint>

#include <tocsin/scan/lane_kernels.hpp>

namespace tocsin::scan_portable {

#define TOCSIN_INLINE inline __attribute__((always_inline))

constexpr std::size_t vector_bytes = 16;

#include <tocsin/scan/lane_kernels.inc>

}  // namespace tocsin::scan_portable
