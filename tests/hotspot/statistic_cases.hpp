#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <tocsin/core/random.hpp>
#include <tocsin/neighbours/neighbours.hpp>

#include "source_dir.hpp"

// Cases and brute force for the tests of local and global statistics.
namespace tocsin::test {

/// A table of reference numbers; text stays text, NA is NaN.
class OracleTable {
 public:
  explicit OracleTable(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot open " + path);
    std::string line;
    std::getline(file, line);
    const std::vector<std::string> names = split(line);
    while (std::getline(file, line)) {
      const std::vector<std::string> fields = split(line);
      for (std::size_t k = 0; k < names.size(); ++k) columns_[names[k]].push_back(fields.at(k));
    }
  }
  [[nodiscard]] const std::vector<std::string>& text(const std::string& name) const& { return columns_.at(name); }
  void text(const std::string& name) const&& = delete;
  [[nodiscard]] std::vector<double> numbers(const std::string& name) const {
    std::vector<double> out;
    for (const std::string& field : text(name))
      out.push_back(field == "NA" || field == "NaN" ? std::numeric_limits<double>::quiet_NaN() : std::stod(field));
    return out;
  }
  /// The number beside a text, in a table of names and values.
  [[nodiscard]] double value(const std::string& name_column, const std::string& name) const {
    const auto& names = text(name_column);
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) throw std::runtime_error("no row " + name);
    return numbers("value")[static_cast<std::size_t>(found - names.begin())];
  }

 private:
  static std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> fields;
    std::istringstream stream(line);
    for (std::string field; std::getline(stream, field, ',');) fields.push_back(field);
    return fields;
  }
  std::map<std::string, std::vector<std::string>> columns_;
};

inline OracleTable copied_oracle(const std::string& name) {
  return OracleTable(source_dir() + "/tests/hotspot/oracle/statistics/" + name);
}

/// Folder of reference numbers on real data; empty where there is none, and the test is skipped.
inline std::string real_oracle_folder() {
  const char* folder = std::getenv("TOCSIN_REAL_DATA");
  return folder == nullptr ? "" : std::string(folder) + "/oracle/";
}
#define SKIP_WITHOUT_REAL_DATA()                  \
  if (tocsin::test::real_oracle_folder().empty()) \
  GTEST_SKIP() << "skipped: TOCSIN_REAL_DATA names no folder with the public data"

/// Weights of n places as lists of (neighbour, weight).
using Links = std::vector<std::map<std::uint32_t, double>>;

inline Neighbours neighbours_of(const Links& links) {
  std::vector<std::size_t> offsets{0};
  std::vector<std::uint32_t> indices;
  std::vector<double> weights;
  for (const auto& row : links) {
    for (const auto& [j, weight] : row) {
      indices.push_back(j);
      weights.push_back(weight);
    }
    offsets.push_back(indices.size());
  }
  return {std::move(offsets), std::move(indices), std::move(weights)};
}

/// A table of columns from, to, weight that counts from 1.
inline Neighbours neighbours_of(const OracleTable& table, std::size_t places) {
  Links links(places);
  const std::vector<double> from = table.numbers("from"), to = table.numbers("to"), weight = table.numbers("weight");
  for (std::size_t k = 0; k < from.size(); ++k)
    links[static_cast<std::size_t>(from[k]) - 1][static_cast<std::uint32_t>(to[k]) - 1] = weight[k];
  return neighbours_of(links);
}

/// Places within reach of each other, with weights by distance.
inline Neighbours within(const std::vector<double>& x, const std::vector<double>& y, double reach,
                         const std::function<double(double)>& weight_at) {
  Links links(x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j < x.size(); ++j) {
      const double distance = std::hypot(x[i] - x[j], y[i] - y[j]);
      if (i != j && distance <= reach) links[i][static_cast<std::uint32_t>(j)] = weight_at(distance);
    }
  return neighbours_of(links);
}

/// Each place's k nearest, without ties.
inline Neighbours nearest(const std::vector<double>& x, const std::vector<double>& y, std::size_t k) {
  Links links(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    std::vector<std::pair<double, std::uint32_t>> by_distance;
    for (std::size_t j = 0; j < x.size(); ++j)
      if (j != i) by_distance.emplace_back(std::hypot(x[i] - x[j], y[i] - y[j]), static_cast<std::uint32_t>(j));
    std::sort(by_distance.begin(), by_distance.end());
    for (std::size_t r = 0; r < k; ++r) links[i][by_distance[r].second] = 1;
  }
  return neighbours_of(links);
}

inline double one(double) {
  return 1;
}

/// Queen neighbours on a lattice, row by row; binary.
inline Neighbours lattice(std::size_t width, std::size_t height) {
  std::vector<double> x, y;
  for (std::size_t i = 0; i < width * height; ++i) {
    x.push_back(static_cast<double>(i % width));
    y.push_back(static_cast<double>(i / width));
  }
  return within(x, y, 1.5, one);
}

/// Random weights that are not symmetric, about half of the links; place `island` has none, in or out.
inline Neighbours random_links(std::size_t places, std::uint64_t seed,
                               std::size_t island = std::numeric_limits<std::size_t>::max()) {
  RandomStream random({.seed = seed});
  Links links(places);
  for (std::size_t i = 0; i < places; ++i)
    for (std::size_t j = 0; j < places; ++j)
      if (i != j && i != island && j != island && random.uniform() < 0.5)
        links[i][static_cast<std::uint32_t>(j)] = 0.25 + random.uniform();
  return neighbours_of(links);
}

inline std::vector<double> random_values(std::size_t places, std::uint64_t seed) {
  RandomStream random({.seed = seed, .purpose = 99});
  std::vector<double> values(places);
  // Skewed, and multiples of 2^-20, so that large numbers can be added without rounding.
  for (double& value : values) value = std::floor(std::exp(2 * random.uniform()) * 0x1p20) * 0x1p-20;
  return values;
}

/// w_ij as a table; 0 on the diagonal.
inline std::vector<std::vector<double>> dense(const Neighbours& neighbours) {
  std::vector<std::vector<double>> table(neighbours.size(), std::vector<double>(neighbours.size()));
  for (std::size_t i = 0; i < neighbours.size(); ++i)
    for (std::size_t k = 0; k < neighbours.count(i); ++k)
      if (neighbours.indices(i)[k] != i) table[i][neighbours.indices(i)[k]] = neighbours.weight(i, k);
  return table;
}

struct Moments {
  double mean = 0, variance = 0;
};

inline constexpr std::size_t nobody = std::numeric_limits<std::size_t>::max();

/// A statistic over every way to deal the observed values to the observed places; `fixed` keeps its own.
inline Moments over_all_permutations(const std::vector<double>& values, std::size_t fixed,
                                     const std::function<double(const std::vector<double>&)>& statistic) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (i != fixed && !std::isnan(values[i])) places.push_back(i);
  std::vector<std::size_t> order = places;
  std::vector<double> seen;
  do {
    std::vector<double> dealt = values;
    for (std::size_t k = 0; k < places.size(); ++k) dealt[places[k]] = values[order[k]];
    seen.push_back(statistic(dealt));
  } while (std::next_permutation(order.begin(), order.end()));
  Moments moments;
  const auto count = static_cast<double>(seen.size());
  for (const double value : seen) moments.mean += value / count;
  for (const double value : seen) moments.variance += (value - moments.mean) * (value - moments.mean) / count;
  return moments;
}

/// Relative, and near 0 absolute: sums of a few hundred terms in another order.
inline void expect_close(double got, double expected, double relative, const std::string& what,
                         double absolute = 1e-12) {
  if (std::isnan(expected)) {
    EXPECT_TRUE(std::isnan(got)) << what << ": " << got << " where NaN is expected";
    return;
  }
  EXPECT_NEAR(got, expected, std::max(absolute, relative * std::abs(expected))) << what;
}

inline void expect_close(const std::vector<double>& got, const std::vector<double>& expected, double relative,
                         const std::string& what, double absolute = 1e-12) {
  ASSERT_EQ(got.size(), expected.size()) << what;
  for (std::size_t i = 0; i < got.size(); ++i)
    expect_close(got[i], expected[i], relative, what + "[" + std::to_string(i) + "]", absolute);
}

}  // namespace tocsin::test
