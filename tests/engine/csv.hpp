#pragma once

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "source_dir.hpp"

namespace tocsin::test {

/// The rows of a plain CSV file below tests/ (no quotes), split at commas; `skip` lines of header are left out.
inline std::vector<std::vector<std::string>> read_csv(const std::string& path_in_tests, int skip) {
  std::ifstream file(source_dir() + "/tests/" + path_in_tests);
  if (!file) throw std::runtime_error("cannot open " + path_in_tests);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(file, line);) {
    if (skip-- > 0) continue;
    std::vector<std::string> fields;
    std::istringstream stream(line);
    for (std::string field; std::getline(stream, field, ',');) fields.push_back(field);
    rows.push_back(fields);
  }
  return rows;
}

}  // namespace tocsin::test
