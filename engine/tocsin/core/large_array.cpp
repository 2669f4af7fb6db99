#include <tocsin/core/large_array.hpp>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace tocsin::detail {
namespace {

constexpr std::size_t large_page = std::size_t{1} << 21;
constexpr std::size_t worth_it = 4 * large_page;  // below, rounding up to whole pages would waste more than it gains

}  // namespace

void* allocate_large(std::size_t bytes) {
  if (bytes < worth_it) return ::operator new(bytes);
  void* memory = ::operator new (bytes, std::align_val_t{large_page});
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  madvise(memory, bytes / large_page * large_page, MADV_HUGEPAGE);  // advice: nothing depends on whether it is taken
#endif
  return memory;
}

void free_large(void* memory, std::size_t bytes) noexcept {
  if (bytes < worth_it) {
    ::operator delete(memory);
  } else {
    ::operator delete (memory, std::align_val_t{large_page});
  }
}

}  // namespace tocsin::detail
