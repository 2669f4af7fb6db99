#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/indicators/scenario.hpp>
#include <tocsin/indicators/scenario_paths.hpp>

namespace tocsin {
namespace {

namespace fs = std::filesystem;

/// job/ holds the scenario, data.csv and links; secret.csv lies beside job/.
class ScenarioPaths : public testing::Test {
 protected:
  ScenarioPaths() {
    std::string pattern = (fs::temp_directory_path() / "tocsin-paths-XXXXXX").string();
    root_ = mkdtemp(pattern.data());
    fs::create_directories(root_ / "job/sub");
    for (const char* name : {"job/data.csv", "job/sub/more.csv", "job/a.zip", "secret.csv"})
      std::ofstream(root_ / name) << "x";
    fs::create_symlink(root_ / "secret.csv", root_ / "job/link.csv");
    fs::create_directory_symlink(root_, root_ / "job/up");
    fs::create_symlink(root_ / "job/data.csv", root_ / "job/good_link.csv");
  }
  ~ScenarioPaths() override {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }

  [[nodiscard]] std::string refusal(const std::string& path, OutsidePaths outside = OutsidePaths::refused) const {
    const PathRules rules{(root_ / "job/s.toml").string(), outside};
    return refusal_of_path(resolve_path(path, rules.file), rules);
  }

  fs::path root_;
};

TEST_F(ScenarioPaths, WhatLiesInTheFolderMayBeRead) {
  for (const std::string path :
       {"data.csv", "sub/more.csv", "sub/../data.csv", "good_link.csv", "not_there.csv", "/vsizip/a.zip/in/b.csv",
        "/vsizip/{a.zip}/in/b.csv", "/vsigzip/data.csv.gz", "https://host/data.csv", "http://host/data.csv"})
    EXPECT_EQ(refusal(path), "") << path;
  EXPECT_EQ(refusal((root_ / "job/data.csv").string()), "");
  EXPECT_EQ(refusal("/vsizip/" + (root_ / "job/a.zip").string() + "/b.csv"), "");
}

TEST_F(ScenarioPaths, WhatLiesElsewhereMayNotUnlessSaidSo) {
  for (const std::string& path :
       {std::string("../secret.csv"), std::string("sub/../../secret.csv"), (root_ / "secret.csv").string(),
        std::string("link.csv"), std::string("up/secret.csv"), std::string("/etc/passwd"),
        std::string("/vsizip/../a.zip/b.csv"), std::string("/vsizip/a.zip/../../secret.csv"),
        std::string("/vsizip/{a.zip}/../../secret.csv"), std::string("/vsizip/{../a.zip}/b.csv"),
        std::string("/vsizip//vsizip/{../a.zip}/b.zip/c.csv"), std::string("/vsigzip/" + (root_ / "x.gz").string()),
        std::string("/vsistdin/"), std::string("/vsimem/x.csv"), std::string("/vsisubfile/0_10,data.csv")}) {
    EXPECT_NE(refusal(path), "") << path;
    EXPECT_NE(refusal(path).find("--allow-outside"), std::string::npos) << refusal(path);
    EXPECT_EQ(refusal(path, OutsidePaths::allowed), "") << path;
  }
}

TEST_F(ScenarioPaths, NetworksAreReachedByTheirAddressOnly) {
  for (const char* path : {"/vsicurl/https://host/a.csv", "/vsizip//vsicurl/https://host/a.zip/b.csv", "/vsis3/b/k",
                           "/vsisubfile/0_10,/vsicurl/http://host/a", "/vsicurl_streaming/http://host/a",
                           "/vsizip/{/vsigs/b/k.zip}/a.csv", "ftp://host/a.csv", "file:///etc/passwd"})
    for (const OutsidePaths outside : {OutsidePaths::refused, OutsidePaths::allowed}) {
      EXPECT_NE(refusal(path, outside), "") << path;
      EXPECT_NE(refusal(path, outside).find("http"), std::string::npos) << refusal(path, outside);
    }
}

TEST_F(ScenarioPaths, ArchivesAreRelativeToTheScenario) {
  const std::string file = "dir/s.toml";
  EXPECT_EQ(resolve_path("/vsizip/a.zip/b.csv", file), "/vsizip/dir/a.zip/b.csv");
  EXPECT_EQ(resolve_path("/vsizip/{a.zip}/b.csv", file), "/vsizip/{dir/a.zip}/b.csv");
  EXPECT_EQ(resolve_path("/vsizip//data/a.zip/b.csv", file), "/vsizip//data/a.zip/b.csv");
  EXPECT_EQ(resolve_path("/vsizip//vsizip/{a.zip}/b.zip/c.csv", file), "/vsizip//vsizip/{dir/a.zip}/b.zip/c.csv");
  EXPECT_EQ(resolve_path("a.csv", file), "dir/a.csv");
  EXPECT_EQ(resolve_path("https://host/a.csv", file), "https://host/a.csv");
}

/// Every key that names a file is looked at, and the message says where it stands.
TEST_F(ScenarioPaths, EveryPathOfAScenarioIsLookedAt) {
  const std::string text = R"([scenario]
name = "a place"
area = "../area.geojson"
cell = "1 km"
from = 2021-01-01
to = 2021-08-31
[areas]
code = "pcode"
[[areas.editions]]
id = "a"
path = "/etc/passwd"
[placement.admin1]
path = "link.csv"
code = "c"
[sources.incidents]
path = "up/secret.csv"
[[indicator]]
id = "crsv"
pillar = "incidents"
source = "incidents"
measure = { kind = "density", bandwidth = "25 km" }
normalise = { kind = "none" }
)";
  const std::string file = (root_ / "job/s.toml").string();
  std::string said;
  try {
    parse_scenario(text, file);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::scenario);
    said = error.what();
  }
  for (const char* where : {":3:8:", ":11:8:", ":13:8:", ":16:8:"})
    EXPECT_NE(said.find(file + where), std::string::npos) << where << " in " << said;
  EXPECT_NO_THROW(parse_scenario(text, file, OutsidePaths::allowed));
}

TEST(ScenarioText, DeepKeysEndInAMessage) {
  std::string key = "a";
  for (int i = 0; i < 200'000; ++i) key += ".a";
  EXPECT_THROW(parse_scenario(key + " = 1\n", "s.toml"), Error);
  EXPECT_THROW(parse_scenario("[" + key + "]\n", "s.toml"), Error);
  EXPECT_THROW(parse_scenario("a = " + std::string(100'000, '[') + "\n", "s.toml"), Error);
}

}  // namespace
}  // namespace tocsin
