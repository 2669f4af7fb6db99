#include <cmath>
#include <csignal>
#include <filesystem>
#include <memory>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tocsin/data/file_block_store.hpp>
#include <tocsin/distance/cost_distance.hpp>

#include "temp_files.hpp"

namespace tocsin::data {
namespace {

using test::TempFiles;
using test::thrown_by;

std::vector<std::byte> record_of(int number) {
  std::vector<std::byte> record(5000);
  for (std::size_t i = 0; i < record.size(); ++i)
    record[i] = static_cast<std::byte>((i * 31 + static_cast<std::size_t>(number) * 7) & 255);
  return record;
}

TEST(FileBlockStore, GivesBackWhatItTook) {
  const TempFiles files;
  FileBlockStore store(files.path(".out.blocks"));
  EXPECT_FALSE(std::filesystem::exists(files.path(".out.blocks"))) << "nothing can be left of it";
  for (const int block : {7, 0, 3, 7}) store.write(static_cast<std::size_t>(block), record_of(block));
  std::vector<std::byte> read(5000);
  for (const int block : {3, 7, 0}) {
    store.read(static_cast<std::size_t>(block), read);
    EXPECT_EQ(read, record_of(block));
  }
  EXPECT_EQ(thrown_by([&] { store.read(8, read); }).code, ErrorCode::io) << "never written";
}

TEST(FileBlockStore, RefusesAPlaceThatItCannotHave) {
  const TempFiles files;
  files.write("taken", "the user's own");
  for (const char* name : {"taken", "no/folder"}) {
    const auto error = thrown_by([&] { FileBlockStore store(files.path(name)); });
    EXPECT_EQ(error.code, ErrorCode::io) << name;
    EXPECT_NE(error.message.find(name), std::string::npos) << error.message;
  }
}

TEST(FileBlockStore, AFullDiskIsAnError) {
  const TempFiles files;
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit most{12'000, 12'000};
    setrlimit(RLIMIT_FSIZE, &most);
    FileBlockStore store(files.path("blocks"));
    store.write(0, record_of(0));
    const auto error = thrown_by([&] { store.write(2, record_of(2)); });
    _exit(error.happened && error.code == ErrorCode::io ? 7 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 7);
}

TEST(FileBlockStore, TravelCostHasTheSameBitsOnDisk) {
  const TempFiles files;
  Grid grid;
  grid.width = 90;
  grid.height = 75;
  Raster<float> friction(grid);
  for (std::size_t i = 0; i < grid.size(); ++i)
    friction.values()[i] = i % 11 == 3 ? static_cast<float>(not_observed) : static_cast<float>(1 + i * i % 97);
  const CostOptions options{Moves::sixteen, 1e9, 8};
  const std::vector<std::size_t> starts{4, 3000};
  const Raster<float> expected = cost_distance(friction, starts, options);
  CostDistance search(grid, options, std::make_unique<FileBlockStore>(files.path("blocks")), 0);
  search.set_friction(0, friction.values());
  for (const std::size_t start : starts)
    search.start_at({static_cast<std::int64_t>(start % 90), static_cast<std::int64_t>(start / 90)});
  Progress silent;
  search.solve(silent);
  Raster<float> found(grid);
  search.read(0, found.values());
  for (std::size_t i = 0; i < grid.size(); ++i)
    ASSERT_TRUE(found.values()[i] == expected.values()[i] ||
                (std::isnan(found.values()[i]) && std::isnan(expected.values()[i])))
        << i;
}

}  // namespace
}  // namespace tocsin::data
