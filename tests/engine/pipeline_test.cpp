#include <atomic>
#include <numeric>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/core/pipeline.hpp>

namespace tocsin {
namespace {

class Pipelines : public testing::TestWithParam<int> {};

TEST_P(Pipelines, ItemsPassInOrderAndKeepTheirSlot) {
  const ThreadLimit threads(GetParam());
  constexpr std::size_t items = 200, slots = 3;
  std::vector<std::size_t> held(slots, items), read, written;
  std::atomic<std::size_t> in_flight{0}, most{0};
  Pipeline pipeline;
  pipeline.slots = slots;
  pipeline.read = [&](std::size_t i, std::size_t slot) {
    const std::size_t now = ++in_flight;
    if (now > most) most = now;
    EXPECT_EQ(held[slot], items) << "the slot is still in use";
    held[slot] = i;
    read.push_back(i);
  };
  pipeline.compute = [&](std::size_t i, std::size_t slot) { EXPECT_EQ(held[slot], i); };
  pipeline.write = [&](std::size_t i, std::size_t slot) {
    EXPECT_EQ(held[slot], i);
    held[slot] = items;
    --in_flight;
    written.push_back(i);
  };
  Progress quiet;
  run_pipeline(items, pipeline, quiet);
  std::vector<std::size_t> expected(items);
  std::iota(expected.begin(), expected.end(), std::size_t{0});
  EXPECT_EQ(read, expected);
  EXPECT_EQ(written, expected);
  EXPECT_LE(most, slots);
}

INSTANTIATE_TEST_SUITE_P(Threads, Pipelines, testing::Values(1, 2, 3, 8));

TEST(Pipeline, AStageThatThrowsStopsIt) {
  Pipeline pipeline;
  pipeline.slots = 4;
  std::size_t written = 0;
  pipeline.compute = [](std::size_t i, std::size_t) {
    if (i == 10) throw Error(ErrorCode::io, "the disk is full");
  };
  pipeline.write = [&](std::size_t, std::size_t) { ++written; };
  Progress quiet;
  EXPECT_THROW(run_pipeline(1000, pipeline, quiet), Error);
  EXPECT_LE(written, 10U);
}

TEST(Pipeline, NothingToDoIsFine) {
  Progress quiet;
  EXPECT_NO_THROW(run_pipeline(0, {}, quiet));
}

TEST(Pipeline, SlotsFollowThreadsAndMemory) {
  const ThreadLimit threads(3);
  EXPECT_EQ(pipeline_slots(100, 100), 6U);
  EXPECT_EQ(pipeline_slots(100, 2), 2U);
  EXPECT_EQ(pipeline_slots(1, 100), 1U);
  EXPECT_EQ(pipeline_slots(0, 0), 1U);
}

}  // namespace
}  // namespace tocsin
