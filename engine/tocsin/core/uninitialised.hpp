#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

namespace tocsin {

/// Memory that begins on a cache line, or for some MiB and more on a huge page where the system has them: filling fresh
/// memory then costs a fraction of what it costs page by page.
///
/// @throws std::bad_alloc
void* allocate_for_overwrite(std::size_t bytes);
/// @param bytes  as they were asked for
void release_for_overwrite(void* memory, std::size_t bytes) noexcept;

/// `n` objects of a plain type, not yet written: for what is filled at once, and in parallel.
template <typename T>
class Uninitialised {
 public:
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
  Uninitialised() = default;
  explicit Uninitialised(std::size_t n)
      : data_(static_cast<T*>(allocate_for_overwrite(n * sizeof(T))), Release{n * sizeof(T)}), size_(n) {}

  [[nodiscard]] T* data() { return data_.get(); }
  [[nodiscard]] const T* data() const { return data_.get(); }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::span<T> values() { return {data_.get(), size_}; }
  [[nodiscard]] std::span<const T> values() const { return {data_.get(), size_}; }

 private:
  struct Release {
    std::size_t bytes = 0;
    void operator()(T* data) const noexcept { release_for_overwrite(data, bytes); }
  };
  std::unique_ptr<T, Release> data_;
  std::size_t size_ = 0;
};

}  // namespace tocsin
