#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include <tocsin/core/progress.hpp>

namespace tocsin {

/// Calls body(i) once for every i in [0, n), on all threads that the current ThreadLimit allows; the order is not
/// defined. Results are the same for any number of threads as long as body(i) writes only what belongs to i: combine
/// partial results afterwards, serially and in index order.
/// The first exception that a body throws is rethrown here. Cost of a call of body is one indirect call: give it a row
/// or a block, not a cell.
void parallel_for(std::size_t n, const std::function<void(std::size_t)>& body);

/// As above; stops early and throws Error cancelled when the progress says so, and advances it by one for each i.
void parallel_for(std::size_t n, Progress& progress, const std::function<void(std::size_t)>& body);

/// Threads that a parallel_for may use now; at least 1.
std::size_t thread_count();

/// Limits the number of threads of every parallel_for in this process while it lives.
class ThreadLimit {
 public:
  /// @param threads  at least 1; 0 means one for each processor
  explicit ThreadLimit(int threads);
  ~ThreadLimit();
  ThreadLimit(const ThreadLimit&) = delete;
  ThreadLimit& operator=(const ThreadLimit&) = delete;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tocsin
