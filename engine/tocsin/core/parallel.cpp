#include <algorithm>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_pipeline.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/core/pipeline.hpp>

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

std::size_t thread_count() {
  using oneapi::tbb::global_control;
  const std::size_t allowed = global_control::active_value(global_control::max_allowed_parallelism);
  return std::max<std::size_t>(1, allowed);
}

void run_pipeline(std::size_t n, const Pipeline& pipeline, Progress& progress) {
  using oneapi::tbb::filter_mode;
  const auto run = [&](const Pipeline::Stage& stage, std::size_t i) {
    throw_if_cancelled(progress);
    if (stage) stage(i, i % pipeline.slots);
  };
  // Items enter and leave in order, at most `slots` at a time: those in flight are neighbours, so each has its slot.
  std::size_t next = 0;
  const auto enter = [&](oneapi::tbb::flow_control& control) -> std::size_t {
    if (next == n) {
      control.stop();
      return n;
    }
    run(pipeline.read, next);
    return next++;
  };
  const auto middle = [&](std::size_t i) {
    run(pipeline.compute, i);
    return i;
  };
  const auto leave = [&](std::size_t i) {
    run(pipeline.write, i);
    progress.advance();
  };
  oneapi::tbb::parallel_pipeline(pipeline.slots,
                                 oneapi::tbb::make_filter<void, std::size_t>(filter_mode::serial_in_order, enter) &
                                     oneapi::tbb::make_filter<std::size_t, std::size_t>(filter_mode::parallel, middle) &
                                     oneapi::tbb::make_filter<std::size_t, void>(filter_mode::serial_in_order, leave));
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
