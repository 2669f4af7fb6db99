#include <tocsin/density/vector_kernels.hpp>

namespace tocsin {

namespace portable {
extern const VectorKernels kernels;
}
#if defined(__x86_64__)
namespace avx2 {
extern const VectorKernels kernels;
}
namespace avx512 {
extern const VectorKernels kernels;
}
#endif

const VectorKernels& vector_kernels(InstructionSet set) {
#if defined(__x86_64__)
  if (set == InstructionSet::avx512) return avx512::kernels;
  if (set == InstructionSet::avx2) return avx2::kernels;
#endif
  static_cast<void>(set);
  return portable::kernels;
}

}  // namespace tocsin
