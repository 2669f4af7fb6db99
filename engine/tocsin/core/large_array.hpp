#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace tocsin {

namespace detail {
/// Memory in pages of 2 MB where the system has them: the first touch of a raster then costs a five-hundredth of the
/// faults, and all threads share them.
void* allocate_large(std::size_t bytes);
void free_large(void* memory, std::size_t bytes) noexcept;
}  // namespace detail

/// As std::allocator, but elements that are not given a value are left without one: whoever fills an array from many
/// threads does not wait for one thread to fill it with zeros first.
template <typename T>
struct LargeArrayAllocator {
  using value_type = T;
  LargeArrayAllocator() = default;
  template <typename U>
  LargeArrayAllocator(const LargeArrayAllocator<U>&) noexcept {}  // NOLINT: allocators convert
  T* allocate(std::size_t count) {
    if (count > static_cast<std::size_t>(-1) / sizeof(T)) throw std::bad_array_new_length();
    return static_cast<T*>(detail::allocate_large(count * sizeof(T)));
  }
  void deallocate(T* memory, std::size_t count) noexcept { detail::free_large(memory, count * sizeof(T)); }
  template <typename U>
  void construct(U* at) noexcept {
    ::new (static_cast<void*>(at)) U;
  }
  template <typename U, typename... Arguments>
  void construct(U* at, Arguments&&... arguments) {
    ::new (static_cast<void*>(at)) U(std::forward<Arguments>(arguments)...);
  }
  friend bool operator==(const LargeArrayAllocator&, const LargeArrayAllocator&) { return true; }
};

template <typename T>
using LargeArray = std::vector<T, LargeArrayAllocator<T>>;

}  // namespace tocsin
