#include <filesystem>
#include <fstream>

#include <data/made_up_run.hpp>
#include <data/temp_files.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

#include <tocsin/data/staging_folder.hpp>

namespace tocsin::data {
namespace {

namespace fs = std::filesystem;
using test::contains;
using test::TempFiles;
using test::text_of;
using test::thrown_by;

void put(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// A published folder with one output and a run.json that lists it.
void publish_one(const std::string& folder, const std::string& text, Overwrite overwrite = Overwrite::no) {
  StagingFolder staging(folder, overwrite);
  put(staging.path_of("areas.csv"), text);
  put(staging.path_of("run.json"), R"({"tocsin": "1", "outputs": [{"path": "areas.csv"}]})");
  staging.publish();
}

TEST(StagingFolder, AppearsOnlyWhenPublished) {
  const TempFiles files;
  StagingFolder staging(files.path("out/"), Overwrite::no);
  put(staging.path_of("a.txt"), "new");
  EXPECT_FALSE(fs::exists(files.path("out")));
  staging.publish();
  EXPECT_EQ(text_of(files.path("out/a.txt")), "new");
  EXPECT_FALSE(fs::exists(staging.path()));
}

TEST(StagingFolder, GoesWithoutPublish) {
  const TempFiles files;
  { put(StagingFolder(files.path("out"), Overwrite::no).path_of("a.txt"), "new"); }
  EXPECT_TRUE(fs::is_empty(files.path("")));
}

TEST(StagingFolder, RefusesWhatStandsThere) {
  const TempFiles files;
  publish_one(files.path("out"), "old");
  const auto exists = thrown_by([&] { StagingFolder(files.path("out"), Overwrite::no); });
  EXPECT_EQ(exists.code, ErrorCode::usage);
  EXPECT_TRUE(contains(exists.message, "--overwrite"));
  const auto file = thrown_by([&] { StagingFolder(files.write("file", ""), Overwrite::yes); });
  EXPECT_TRUE(contains(file.message, "is not a folder"));
  fs::create_directory(files.path("photos"));
  files.write("photos/1.jpg", "");
  const auto foreign = thrown_by([&] { StagingFolder(files.path("photos"), Overwrite::yes); });
  EXPECT_EQ(foreign.code, ErrorCode::usage);
  EXPECT_TRUE(contains(foreign.message, "does not look like a tocsin output"));
  EXPECT_TRUE(fs::exists(files.path("photos/1.jpg")));
  const auto parent = thrown_by([&] { StagingFolder(files.path("no/such/out"), Overwrite::no); });
  EXPECT_EQ(parent.code, ErrorCode::usage);
  EXPECT_TRUE(contains(parent.message, "does not exist"));
  for (const char* none : {"", "/", "."}) {
    const auto error = thrown_by([&] { StagingFolder(none, Overwrite::no); });
    EXPECT_EQ(error.code, ErrorCode::usage) << none;
  }
}

TEST(StagingFolder, AForeignRunJsonIsNotOurs) {
  const TempFiles files;
  fs::create_directory(files.path("out"));
  for (const char* text : {"", "[]", "{\"tocsin\": 1}", "{\"outputs\": []}", "{\"tocsin\": 1, \"outputs\": [}"}) {
    files.write("out/run.json", text);
    EXPECT_TRUE(thrown_by([&] { StagingFolder(files.path("out"), Overwrite::yes); }).happened) << text;
  }
}

TEST(StagingFolder, ReplacesAnEmptyFolder) {
  const TempFiles files;
  fs::create_directory(files.path("out"));
  publish_one(files.path("out"), "new", Overwrite::yes);
  EXPECT_EQ(text_of(files.path("out/areas.csv")), "new");
}

TEST(StagingFolder, CarriesOverTheUsersFiles) {
  const TempFiles files;
  publish_one(files.path("out"), "old");
  files.write("out/notes.txt", "mine");
  fs::create_directory(files.path("out/more"));
  files.write("out/more/deep.txt", "mine too");
  fs::create_symlink("notes.txt", files.path("out/link"));
  publish_one(files.path("out"), "new", Overwrite::yes);
  EXPECT_EQ(text_of(files.path("out/areas.csv")), "new");
  EXPECT_EQ(text_of(files.path("out/notes.txt")), "mine");
  EXPECT_EQ(text_of(files.path("out/more/deep.txt")), "mine too");
  EXPECT_EQ(fs::read_symlink(files.path("out/link")), "notes.txt");
  EXPECT_EQ(std::distance(fs::directory_iterator(files.path("")), {}), 1);
}

TEST(StagingFolder, DropsSideFilesOfOldOutputs) {
  const TempFiles files;
  publish_one(files.path("out"), "old");
  files.write("out/areas.csv.aux.xml", "of the old one");
  files.write("out/mine.tif.aux.xml", "mine");
  publish_one(files.path("out"), "new", Overwrite::yes);
  EXPECT_FALSE(fs::exists(files.path("out/areas.csv.aux.xml")));
  EXPECT_TRUE(fs::exists(files.path("out/mine.tif.aux.xml")));
}

TEST(StagingFolder, KeepsThePermissionsOfTheFolder) {
  const TempFiles files;
  publish_one(files.path("out"), "old");
  fs::permissions(files.path("out"), fs::perms::owner_all);
  publish_one(files.path("out"), "new", Overwrite::yes);
  EXPECT_EQ(fs::status(files.path("out")).permissions(), fs::perms::owner_all);
}

TEST(StagingFolder, DropsOldOutputsThatAreNoLongerWritten) {
  const TempFiles files;
  publish_one(files.path("out"), "old");
  StagingFolder staging(files.path("out"), Overwrite::yes);
  put(staging.path_of("other.csv"), "new");
  staging.publish();
  EXPECT_FALSE(fs::exists(files.path("out/areas.csv")));
}

TEST(StagingFolder, NeverWritesOverAFileOfTheUsersOwn) {
  const TempFiles files;
  publish_one(files.path("out"), "old");
  files.write("out/map.png", "mine");
  const auto error = thrown_by([&] {
    StagingFolder staging(files.path("out"), Overwrite::yes);
    put(staging.path_of("map.png"), "ours");
    staging.publish();
  });
  EXPECT_EQ(error.code, ErrorCode::usage);
  EXPECT_EQ(text_of(files.path("out/map.png")), "mine");
  EXPECT_EQ(text_of(files.path("out/areas.csv")), "old");
}

TEST(StagingFolder, OneRunAtATime) {
  const TempFiles files;
  {
    const StagingFolder first(files.path("out"), Overwrite::no);
    const auto error = thrown_by([&] { StagingFolder(files.path("out"), Overwrite::no); });
    EXPECT_EQ(error.code, ErrorCode::io);
    EXPECT_TRUE(contains(error.message, "another run"));
    EXPECT_TRUE(fs::exists(first.path()));
  }
  EXPECT_NO_THROW(StagingFolder(files.path("out"), Overwrite::no));
}

TEST(StagingFolder, ClearsWhatAKilledRunLeft) {
  const TempFiles files;
  fs::create_directories(files.path(".out.partial/deep"));
  files.write(".out.partial/old.txt", "stale");
  publish_one(files.path("out"), "new");
  EXPECT_FALSE(fs::exists(files.path("out/old.txt")));
  EXPECT_FALSE(fs::exists(files.path("out/deep")));
}

TEST(StagingFolder, BringsBackAFolderThatAKilledRunHadMovedAside) {
  const TempFiles files;
  publish_one(files.path("out"), "old");
  fs::rename(files.path("out"), files.path(".out.previous"));
  const auto error = thrown_by([&] { StagingFolder(files.path("out"), Overwrite::no); });
  EXPECT_EQ(error.code, ErrorCode::usage);
  EXPECT_EQ(text_of(files.path("out/areas.csv")), "old");
  EXPECT_FALSE(fs::exists(files.path(".out.partial")));
}

TEST(StagingFolder, WritesThroughALinkToAFolder) {
  const TempFiles files;
  publish_one(files.path("real"), "old");
  fs::create_directory_symlink(files.path("real"), files.path("link"));
  publish_one(files.path("link"), "new", Overwrite::yes);
  EXPECT_TRUE(fs::is_symlink(files.path("link")));
  EXPECT_EQ(text_of(files.path("real/areas.csv")), "new");
}

TEST(StagingFolder, TakesRelativePaths) {
  const TempFiles files;
  const fs::path before = fs::current_path();
  fs::current_path(files.path(""));
  publish_one("out/", "new");
  fs::current_path(before);
  EXPECT_EQ(text_of(files.path("out/areas.csv")), "new");
}

}  // namespace
}  // namespace tocsin::data
