#include <cstdlib>

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <tocsin/core/uninitialised.hpp>

namespace tocsin {

namespace {

constexpr std::size_t cache_line = 64;
constexpr std::size_t huge_page = std::size_t{2} << 20;
constexpr std::size_t worth_huge_pages = 2 * huge_page;  // at most a third of what is asked for is lost by rounding up

}  // namespace

void* allocate_for_overwrite(std::size_t bytes) {
  const std::size_t alignment = bytes >= worth_huge_pages ? huge_page : cache_line;
  const std::size_t whole = (bytes / alignment + 1) * alignment;
  if (whole < bytes) throw std::bad_alloc();
  void* memory = std::aligned_alloc(alignment, whole);
  if (memory == nullptr) throw std::bad_alloc();
#if defined(__linux__)
  // Advice: where it is not taken, small pages serve as well.
  if (alignment == huge_page) static_cast<void>(madvise(memory, whole, MADV_HUGEPAGE));
#endif
  return memory;
}

void release_for_overwrite(void* memory) noexcept {
  std::free(memory);
}

}  // namespace tocsin
