#include <type_traits>

#include <tocsin/scan/lane_kernels.hpp>

namespace tocsin {

#define TOCSIN_SCAN_KERNELS(name)                    \
  namespace name {                                   \
  extern const LaneKernels<std::int16_t> kernels_16; \
  extern const LaneKernels<std::int32_t> kernels_32; \
  }
TOCSIN_SCAN_KERNELS(scan_portable)
#if defined(__x86_64__)
TOCSIN_SCAN_KERNELS(scan_avx2)
TOCSIN_SCAN_KERNELS(scan_avx512)
#endif

template <typename Count>
const LaneKernels<Count>& lane_kernels(InstructionSet set) {
  const auto choose = [](const auto& narrow, const auto& wide) -> const LaneKernels<Count>& {
    if constexpr (std::is_same_v<Count, std::int16_t>) {
      return narrow;
    } else {
      return wide;
    }
  };
#if defined(__x86_64__)
  if (set == InstructionSet::avx512) return choose(scan_avx512::kernels_16, scan_avx512::kernels_32);
  if (set == InstructionSet::avx2) return choose(scan_avx2::kernels_16, scan_avx2::kernels_32);
#endif
  static_cast<void>(set);
  return choose(scan_portable::kernels_16, scan_portable::kernels_32);
}

template const LaneKernels<std::int16_t>& lane_kernels(InstructionSet set);
template const LaneKernels<std::int32_t>& lane_kernels(InstructionSet set);

}  // namespace tocsin
