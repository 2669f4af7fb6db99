#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "source_dir.hpp"
#include "temporal/oracle_cases.hpp"

namespace tocsin::test {

/// Folders with tables of the same kind: of synthetic series in the source, of package data where they are at hand.
inline std::vector<std::string> alarm_oracles() {
  std::vector<std::string> folders{source_dir() + "/tests/temporal/oracle/alarm/"};
  if (const char* real = std::getenv("TOCSIN_REAL_DATA"))
    if (const std::string folder = std::string(real) + "/oracle/alarm/"; std::filesystem::exists(folder))
      folders.push_back(folder);
  return folders;
}

inline std::vector<OracleRow> alarm_table(const std::string& path) {
  std::ifstream file(path);
  std::vector<OracleRow> rows;
  std::vector<std::string> columns;
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> fields;
    std::istringstream stream(line);
    for (std::string field; std::getline(stream, field, ',');) fields.push_back(field);
    if (columns.empty()) {
      columns = fields;
      continue;
    }
    rows.emplace_back();
    for (std::size_t k = 0; k < columns.size(); ++k) rows.back()[columns[k]] = fields.at(k);
  }
  return rows;
}

/// A table's rows by series, then by method; and the series.
struct AlarmOracle {
  std::map<std::string, std::vector<double>> series;
  std::map<std::string, std::map<std::string, std::vector<OracleRow>>> rows;

  AlarmOracle(const std::string& folder, const std::string& file) {
    for (const OracleRow& row : alarm_table(folder + "series.csv"))
      series[row.at("series")].push_back(oracle_number(row.at("observed")));
    for (OracleRow& row : alarm_table(folder + file)) rows[row.at("series")][row.at("method")].push_back(row);
  }
};

inline std::size_t period_of(const OracleRow& row) {
  return static_cast<std::size_t>(std::stoul(row.at("t"))) - 1;
}

}  // namespace tocsin::test
