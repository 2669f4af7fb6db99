#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>

namespace tocsin {

void parallel_for(std::size_t n, const std::function<void(std::size_t)>& body) {
  oneapi::tbb::parallel_for(std::size_t{0}, n, body);
}

void parallel_for(std::size_t n, Progress& progress, const std::function<void(std::size_t)>& body) {
  oneapi::tbb::parallel_for(std::size_t{0}, n, [&](std::size_t i) {
    throw_if_cancelled(progress);
    body(i);
    progress.advance();
  });
}

struct ThreadLimit::Impl {
  explicit Impl(std::size_t threads) : control(oneapi::tbb::global_control::max_allowed_parallelism, threads) {}
  oneapi::tbb::global_control control;
};

ThreadLimit::ThreadLimit(int threads) {
  if (threads < 0) throw Error(ErrorCode::invalid_argument, "threads must be 0 (all) or more");
  const int wanted = threads == 0 ? oneapi::tbb::info::default_concurrency() : threads;
  impl_ = std::make_unique<Impl>(static_cast<std::size_t>(wanted));
}

ThreadLimit::~ThreadLimit() = default;

}  // namespace tocsin
