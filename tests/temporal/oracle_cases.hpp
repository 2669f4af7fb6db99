#pragma once

#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "engine/csv.hpp"

namespace tocsin::test {

/// A number of the oracle's tables.
inline double oracle_number(const std::string& text) {
  if (text == "Inf") return std::numeric_limits<double>::infinity();
  if (text == "NaN" || text == "NA") return std::numeric_limits<double>::quiet_NaN();
  return std::stod(text);
}

/// A table by column name.
using OracleRow = std::map<std::string, std::string>;
inline std::vector<OracleRow> oracle_table(const std::string& file) {
  const auto lines = read_csv("temporal/oracle/" + file, 0);
  std::vector<OracleRow> rows;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    rows.emplace_back();
    for (std::size_t k = 0; k < lines[0].size(); ++k) rows.back()[lines[0][k]] = lines[i].at(k);
  }
  return rows;
}

/// A series of the oracle; short10 ends early, without gaps.
inline std::vector<double> oracle_series(const std::string& name) {
  std::vector<double> values;
  for (const OracleRow& row : oracle_table("series.csv")) values.push_back(oracle_number(row.at(name)));
  return values;
}

}  // namespace tocsin::test
