#include <atomic>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include <tocsin/core/parallel.hpp>
#include <tocsin/indicators/run_cache.hpp>

namespace tocsin {
namespace {

TEST(RunCache, MakesEachValueOnce) {
  const RunCache cache;
  std::atomic<int> made = 0;
  std::vector<int> got(200);
  parallel_for(got.size(), [&](std::size_t i) {
    const int own = static_cast<int>(i % 2);
    got[i] = *cache.get<int>(own == 0 ? "even" : "odd", [&] { return ++made, 10 + own; });
  });
  EXPECT_EQ(made, 2);
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_EQ(got[i], 10 + static_cast<int>(i % 2));
}

TEST(RunCache, WhatFailedIsTriedAgain) {
  const RunCache cache;
  EXPECT_THROW(static_cast<void>(cache.get<int>("key", []() -> int { throw std::runtime_error("no"); })),
               std::runtime_error);
  EXPECT_EQ(*cache.get<int>("key", [] { return 3; }), 3);
}

TEST(RunCache, ForgetsAndLeavesWhatSomebodyHolds) {
  RunCache cache;
  const auto held = cache.get<int>("key", [] { return 1; });
  const RunCache copy = cache;
  EXPECT_EQ(*copy.get<int>("key", [] { return 2; }), 2);  // a copy begins empty
  cache.forget();
  EXPECT_EQ(*cache.get<int>("key", [] { return 3; }), 3);
  EXPECT_EQ(*held, 1);
}

/// One value may be made from another.
TEST(RunCache, OneValueMayAskForAnother) {
  const RunCache cache;
  EXPECT_EQ(*cache.get<int>("outer", [&] { return 1 + *cache.get<int>("inner", [] { return 1; }); }), 2);
}

}  // namespace
}  // namespace tocsin
