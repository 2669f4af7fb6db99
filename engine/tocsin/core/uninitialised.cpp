#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <tocsin/core/uninitialised.hpp>

namespace tocsin {

namespace {

constexpr std::size_t cache_line = 64;
constexpr std::size_t huge_page = std::size_t{2} << 20;

std::align_val_t alignment_of(std::size_t bytes) {
  return std::align_val_t{bytes >= huge_page ? huge_page : cache_line};
}

}  // namespace

void* allocate_for_overwrite(std::size_t bytes) {
  void* memory = ::operator new(bytes, alignment_of(bytes));
#if defined(__linux__)
  // Only advice: where it is not taken, small pages serve as well. A last page that would stay mostly empty is left
  // out.
  const std::size_t advised = (bytes + huge_page / 4) / huge_page * huge_page;
  if (bytes >= huge_page) static_cast<void>(madvise(memory, advised, MADV_HUGEPAGE));
#endif
  return memory;
}

void release_for_overwrite(void* memory, std::size_t bytes) noexcept {
  ::operator delete(memory, alignment_of(bytes));
}

}  // namespace tocsin
