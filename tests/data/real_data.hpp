#pragma once

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include <tocsin/ports/source_spec.hpp>

namespace tocsin::test {

/// Tests on published data, which are not part of the repository: TOCSIN_REAL_DATA names the folder that holds data/.
/// Without it they are skipped, and say so.
class RealDataTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("TOCSIN_REAL_DATA");
    if (folder == nullptr) GTEST_SKIP() << "set TOCSIN_REAL_DATA to the folder that holds data/ to run this test";
    folder_ = std::string(folder) + "/data/";
  }

  [[nodiscard]] SourceSpec spec(const std::string& file, const std::string& layer = {}) const {
    SourceSpec result;
    result.name = "real";
    result.path = folder_ + file;
    result.layer = layer;
    return result;
  }

  std::string folder_;
};

}  // namespace tocsin::test
