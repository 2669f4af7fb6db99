// Counts by exact enumeration, and by millions of draws, over the 100 counties of North Carolina.
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <hotspot/permutation_cases.hpp>

namespace tocsin {
namespace {

using Row = std::map<std::string, std::string>;

/// Rows by the names of the header.
std::vector<Row> read_table(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot open " + path);
  const auto fields_of = [](const std::string& line) {
    std::vector<std::string> fields;
    std::istringstream stream(line);
    for (std::string field; std::getline(stream, field, ',');) fields.push_back(field.substr(0, field.find('\r')));
    return fields;
  };
  std::string line;
  std::getline(file, line);
  const auto names = fields_of(line);
  std::vector<Row> rows;
  while (std::getline(file, line)) {
    const auto fields = fields_of(line);
    Row row;
    for (std::size_t k = 0; k < fields.size(); ++k) row[names[k]] = fields[k];
    rows.push_back(row);
  }
  return rows;
}

double number(const Row& row, const std::string& name) {
  return std::stod(row.at(name));
}

class PermutationOracle : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("TOCSIN_REAL_DATA");
    if (folder == nullptr) GTEST_SKIP() << "skipped: TOCSIN_REAL_DATA is not set";
    folder_ = std::string(folder) + "/oracle/";
  }

  std::vector<double> values(const std::string& field) const {
    std::vector<double> found;
    for (const Row& row : read_table(folder_ + "neighbours/nc_data.csv")) found.push_back(number(row, field));
    return found;
  }
  Neighbours links(const std::string& name) const {
    std::vector<std::vector<test::Link>> rows(100);
    for (const Row& row : read_table(folder_ + "neighbours/" + name + ".csv"))
      rows[std::stoul(row.at("from")) - 1].push_back({static_cast<std::uint32_t>(std::stoul(row.at("to")) - 1)});
    return test::neighbours_of(rows, true);
  }
  std::vector<Row> wanted(const std::string& name) const {
    return read_table(folder_ + "permutation/" + name + ".csv");
  }

  /// Exact where ours is; else within 4 standard errors, and beyond 3 for a couple of the 100 at most.
  static void compare(const PermutationResult& found, const std::vector<Row>& wanted, int least_exact) {
    constexpr double exact = 1e-12;
    int beyond = 0, exactly = 0;
    ASSERT_EQ(wanted.size(), found.p_greater.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const bool same = found.standard_error[i] == 0;
      exactly += same ? 1 : 0;
      const auto check = [&](double p, const std::string& side) {
        const double reference = number(wanted[i], "p_" + side);
        if (same) {
          EXPECT_NEAR(p, reference, exact * reference) << "county " << i + 1;
          return;
        }
        const std::string column = "mc_se_" + side;
        const double their_error = wanted[i].contains(column) ? number(wanted[i], column) : 0;
        const double error = std::sqrt(reference * (1 - reference) / found.draws[i] + their_error * their_error);
        EXPECT_NEAR(p, reference, 4 * error + 1 / (found.draws[i] + 1)) << "county " << i + 1;
        beyond += std::abs(p - reference) > 3 * error + 1 / (found.draws[i] + 1) ? 1 : 0;
      };
      check(found.p_greater[i], "greater_equal");
      check(found.p_less[i], "less_equal");
    }
    EXPECT_LE(beyond, 4);  // a couple of places, each with two tails
    EXPECT_GE(exactly, least_exact);
  }

  std::string folder_;
};

TEST_F(PermutationOracle, CountsByExactEnumeration) {
  // C(99, 3) = 156,849: counties with up to three neighbours are enumerated, the others are drawn.
  compare(permute_lags(values("SID74"), links("nc_queen"), {.permutations = 200'000}), wanted("nc_sid74_queen_exact"),
          15);
}

TEST_F(PermutationOracle, RatesWithFourNeighbours) {
  const auto reference = wanted("nc_rate74_knn4_exact");
  compare(permute_lags(values("rate74"), links("nc_knn4")), reference, 0);
  compare(permute_lags(values("rate74"), links("nc_knn4"), {.permutations = 3'764'376}), reference, 100);
}

TEST_F(PermutationOracle, RatesWithQueenNeighbours) {
  const Neighbours queen = links("nc_queen");
  compare(permute_lags(values("rate74"), queen), wanted("nc_rate74_queen"), 5);
  compare(permute_lags(values("rate74"), styled(queen, WeightStyle::row_standardised), {.permutations = 400'000}),
          wanted("nc_rate74_queen"), 15);
}

TEST_F(PermutationOracle, DealingFindsTheSame) {
  // A weight that differs by 1e-9 is not equal, so that every county is dealt to, and moves no lag past another.
  const Neighbours queen = links("nc_knn4");
  std::vector<double> weights(queen.links(), 1.0);
  for (std::size_t i = 0; i < queen.size(); ++i) weights[queen.offsets()[i]] += 1e-9;
  const Neighbours nearly({queen.offsets().begin(), queen.offsets().end()},
                          {queen.all_indices().begin(), queen.all_indices().end()}, weights);
  const PermutationResult found =
      permute_lags(values("rate74"), nearly, {.permutations = 20'000, .exceedances = 20'000});
  EXPECT_EQ(found.draws[0], 20'000);
  compare(found, wanted("nc_rate74_knn4_exact"), 0);
}

}  // namespace
}  // namespace tocsin
