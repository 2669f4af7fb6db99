#pragma once

#include <cstddef>
#include <new>
#include <utility>
#include <vector>

#include <tocsin/core/uninitialised.hpp>

namespace tocsin {

/// As std::allocator, but from memory that is quick to touch first, and elements that are not given a value are left
/// without one: whoever fills an array from many threads does not wait for one thread to fill it with zeros before.
template <typename T>
struct LargeArrayAllocator {
  using value_type = T;
  LargeArrayAllocator() = default;
  template <typename U>
  LargeArrayAllocator(const LargeArrayAllocator<U>&) noexcept {}  // NOLINT: allocators convert
  T* allocate(std::size_t count) {
    if (count > static_cast<std::size_t>(-1) / sizeof(T)) throw std::bad_array_new_length();
    return static_cast<T*>(allocate_for_overwrite(count * sizeof(T)));
  }
  void deallocate(T* memory, std::size_t count) noexcept { release_for_overwrite(memory, count * sizeof(T)); }
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
