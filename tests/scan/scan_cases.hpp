#pragma once

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <tocsin/core/random.hpp>
#include <tocsin/scan/scan.hpp>

#include "source_dir.hpp"

namespace tocsin::test {

/// A plain CSV file by column name.
struct Columns {
  std::map<std::string, std::vector<std::string>> text;
  [[nodiscard]] std::vector<double> numbers(const std::string& name) const {
    std::vector<double> values;
    for (const std::string& cell : text.at(name)) values.push_back(std::stod(cell));
    return values;
  }
  [[nodiscard]] double number(const std::string& name, std::size_t row = 0) const {
    return std::stod(text.at(name).at(row));
  }
  [[nodiscard]] std::size_t rows() const { return text.begin()->second.size(); }
};

inline Columns read_columns(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot open " + path);
  Columns columns;
  std::vector<std::string> names;
  for (std::string line; std::getline(file, line);) {
    const bool header = names.empty();
    std::istringstream stream(line);
    std::size_t i = 0;
    for (std::string cell; std::getline(stream, cell, ','); ++i)
      header ? names.push_back(cell) : columns.text[names[i]].push_back(cell);
  }
  return columns;
}

inline std::string synthetic(const std::string& name) {
  return source_dir() + "/tests/scan/oracle/" + name;
}
/// Real data stay outside of the project.
inline std::optional<std::string> real(const std::string& name) {
  const char* folder = std::getenv("TOCSIN_REAL_DATA");
  if (folder == nullptr) return std::nullopt;
  return std::string(folder) + "/oracle/scan/" + name;
}

/// "87 51 60", counted from 1.
inline std::set<std::uint32_t> members_of(const std::string& text) {
  std::set<std::uint32_t> members;
  std::istringstream stream(text);
  for (std::uint32_t id = 0; stream >> id;) members.insert(id - 1);
  return members;
}
inline std::set<std::uint32_t> members_of(const ScanCluster& cluster) {
  return {cluster.places.begin(), cluster.places.end()};
}

/// Places strewn over a square of 100 km; cases fall on them by their population.
struct MadeUp {
  std::size_t places = 40, intervals = 1;
  std::int64_t cases = 200;
  std::uint64_t seed = 1;
  double raised_risk = 1;  ///< of the places within 25 km of the middle
  bool lattice = false;    ///< many equal distances
};

inline ScanData make_up(const MadeUp& how) {
  RandomStream random({how.seed, 1000, 0, 0});
  ScanData data;
  data.intervals = how.intervals;
  std::vector<double> cumulative;
  double sum = 0;
  for (std::size_t i = 0; i < how.places; ++i) {
    const auto side = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(how.places))));
    const double x =
        how.lattice ? static_cast<double>(i % side) * 1e5 / static_cast<double>(side) : random.uniform() * 1e5;
    const double y =
        how.lattice ? static_cast<double>(i / side) * 1e5 / static_cast<double>(side) : random.uniform() * 1e5;
    data.x_m.push_back(x);
    data.y_m.push_back(y);
    data.at_risk.push_back(100 + random.below(900));
    sum += data.at_risk.back() * (std::hypot(x - 5e4, y - 5e4) < 2.5e4 ? how.raised_risk : 1);
    cumulative.push_back(sum);
  }
  data.cases.resize(how.places * how.intervals);
  for (std::int64_t i = 0; i < how.cases; ++i) {
    const double at = random.uniform() * sum;
    const auto place =
        static_cast<std::size_t>(std::upper_bound(cumulative.begin(), cumulative.end(), at) - cumulative.begin());
    ++data.cases[place * how.intervals + random.below(static_cast<std::uint32_t>(how.intervals))];
  }
  return data;
}

}  // namespace tocsin::test
