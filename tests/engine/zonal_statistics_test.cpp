#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/zonal/zonal_statistics.hpp>

#include "csv.hpp"
#include "shapes.hpp"
#include "zonal_oracle.hpp"

namespace tocsin {
namespace {

Raster<double> oracle_raster(const std::string& name) {
  Raster<double> raster(Grid{{}, 5, 57.5, 0.25, 40, 30});
  std::size_t cell = 0;
  for (const auto& row : test::read_csv("engine/oracle/zonal/" + name, 0))
    for (const std::string& value : row) {
      const double number = std::stod(value);
      raster.values()[cell++] = number == -9999 ? not_observed : number;
    }
  EXPECT_EQ(cell, raster.grid().size());
  return raster;
}

std::vector<ZonalRequest> requests(const std::vector<std::string>& names) {
  std::vector<ZonalRequest> result;
  for (const std::string& name : names) result.push_back(parse_zonal_request(name));
  return result;
}

/// The oracle's polygons as areas, and results by fid.
std::map<std::string, std::vector<double>> oracle_results(const std::vector<std::string>& names) {
  Areas areas;
  for (const auto& [fid, shape] : test::oracle_polygons()) {
    areas.codes.push_back(fid);
    areas.names.push_back(fid);
    areas.shapes.push_back(shape);
  }
  const Raster<double> weights = oracle_raster("weight.csv");
  const auto results = zonal_statistics(oracle_raster("value.csv"), areas, requests(names), &weights);
  std::map<std::string, std::vector<double>> by_fid;
  for (std::size_t i = 0; i < areas.size(); ++i) by_fid[areas.codes[i]] = results[i];
  return by_fid;
}

/// A field of the tables; NaN for an empty one or any spelling of nan.
double number(const std::vector<std::string>& row, std::size_t column) {
  if (column >= row.size()) return not_observed;
  std::string text = row[column];
  std::erase(text, '"');
  return text.empty() || text == "NA" || text.find("nan") != std::string::npos ? not_observed : std::stod(text);
}

void expect_near(double got, double wanted, double tolerance, const std::string& what) {
  if (std::isnan(wanted))
    EXPECT_TRUE(std::isnan(got)) << what << ": " << got;
  else
    EXPECT_NEAR(got, wanted, tolerance * std::max(1.0, std::abs(wanted))) << what;
}

TEST(ZonalStatistics, AgreeWithGeos) {
  const std::vector<std::string> names{"count", "sum", "mean",         "variance",
                                       "min",   "max", "weighted_sum", "weighted_mean"};
  const std::vector<std::size_t> columns{4, 5, 6, 7, 8, 9, 10, 11};
  const auto results = oracle_results(names);
  for (const auto& row : test::read_csv("engine/oracle/zonal/stats_from_geos.csv", 1))
    for (std::size_t i = 0; i < names.size(); ++i) {
      double wanted = number(row, columns[i]);
      const bool empty = number(row, 4) == 0;
      if (empty && names[i] != "count") wanted = not_observed;  // nothing observed: no sum either
      expect_near(results.at(row[0])[i], wanted, 1e-10, row[1] + " " + names[i]);
    }
}

TEST(ZonalStatistics, AgreeWithExactextract) {
  const std::vector<std::string> names{"stdev", "median", "quantile(0.1)", "majority", "minority", "variety"};
  const std::vector<std::size_t> columns{7, 9, 10, 11, 12, 13};
  const auto results = oracle_results(names);
  for (const auto& row : test::read_csv("engine/oracle/zonal/stats_exactextract.csv", 1)) {
    std::string fid = row[0];
    std::erase(fid, '"');
    for (std::size_t i = 0; i < names.size(); ++i)
      expect_near(results.at(fid)[i], number(row, columns[i]), 1e-6, fid + " " + names[i]);
  }
}

TEST(ZonalStatistics, CoverageSaysWhatWasObserved) {
  Raster<double> raster(Grid{{}, 0, 4, 1, 4, 4}, 1.0);
  raster.at({0, 0}) = not_observed;
  Areas areas;
  areas.shapes = {{test::rectangle(0, 0, 4, 4)}, {test::rectangle(2, 2, 6, 4)}, {test::rectangle(10, 10, 11, 11)}};
  areas.codes = areas.names = {"whole", "half outside", "elsewhere"};
  const auto results = zonal_statistics(raster, areas, requests({"coverage", "count", "mean"}));
  EXPECT_DOUBLE_EQ(results[0][0], 15.0 / 16);
  EXPECT_DOUBLE_EQ(results[1][0], 0.5);
  EXPECT_EQ(results[2][0], 0);
  EXPECT_EQ(results[2][1], 0);
  EXPECT_TRUE(std::isnan(results[2][2]));
}

TEST(ZonalStatistics, QuantilesOfEqualSharesAreTheUsualOnes) {
  Raster<double> raster(Grid{{}, 0, 1, 1, 5, 1});
  for (std::size_t i = 0; i < 5; ++i) raster.values()[i] = static_cast<double>((i * 3) % 5);  // 0 3 1 4 2
  raster.values()[4] = 1;                                                                     // 0 3 1 4 1
  Areas areas{{{test::rectangle(0, 0, 5, 1)}}, {"a"}, {"a"}, {}};
  const auto results = zonal_statistics(
      raster, areas, requests({"median", "quantile(0)", "quantile(1)", "quantile(0.6)", "majority", "variety"}));
  EXPECT_DOUBLE_EQ(results[0][0], 1);
  EXPECT_DOUBLE_EQ(results[0][1], 0);
  EXPECT_DOUBLE_EQ(results[0][2], 4);
  EXPECT_DOUBLE_EQ(results[0][3], 1 + 0.4 * 2) << "type 7: 0.6 of the way along 0 1 1 3 4";
  EXPECT_EQ(results[0][4], 1);
  EXPECT_EQ(results[0][5], 4);
}

TEST(ZonalAccumulator, MergingIsAddingAllAtOnce) {
  const auto all = requests({"count", "sum", "mean", "min", "max", "variance", "stdev", "median", "quantile(0.9)",
                             "majority", "minority", "variety", "weighted_mean"});
  std::mt19937 engine(7);
  std::vector<double> values, weights;
  std::vector<CoverageRun> runs;
  for (std::int64_t i = 0; i < 1000; ++i) {
    values.push_back(static_cast<double>(engine() % 50));
    weights.push_back(static_cast<double>(engine() % 7));
    runs.push_back({0, i, i + 1, static_cast<double>(engine() % 100 + 1) / 100});
  }
  ZonalAccumulator whole(parts_of(all)), first(parts_of(all)), second(parts_of(all));
  whole.add_row(runs, values, weights);
  first.add_row(std::span(runs).first(300), values, weights);
  second.add_row(std::span(runs).subspan(300), values, weights);
  first.merge(std::move(second));
  const auto got = std::move(first).results(all, 1), wanted = std::move(whole).results(all, 1);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_NEAR(got[i], wanted[i], 1e-9) << all[i].name;
}

TEST(ZonalStatistics, TheSameBytesForAnyNumberOfThreads) {
  std::mt19937 engine(3);
  Raster<double> raster(Grid{{}, 0, 700, 1, 90, 700});
  for (double& value : raster.values()) value = static_cast<double>(engine() % 1000) / 7;
  Areas areas;
  for (int i = 0; i < 20; ++i) {
    areas.shapes.push_back({test::rectangle(i * 4.3, i * 11.7, i * 4.3 + 9.1, i * 20 + 300.3)});
    areas.codes.push_back(std::to_string(i));
    areas.names.push_back("");
  }
  std::vector<std::vector<std::vector<double>>> all;
  for (const int threads : {1, 2, 3, 8}) {
    const ThreadLimit limit(threads);
    all.push_back(zonal_statistics(raster, areas, requests({"sum", "variance", "median"})));
  }
  for (const auto& results : all) EXPECT_EQ(results, all.front());
}

TEST(ZonalStatistics, NamesOfStatistics) {
  EXPECT_THROW(parse_zonal_request("average"), Error);
  EXPECT_THROW(parse_zonal_request("quantile(1.5)"), Error);
  EXPECT_THROW(parse_zonal_request("quantile"), Error);
  EXPECT_DOUBLE_EQ(parse_zonal_request("quantile(0.9)").probability, 0.9);
}

}  // namespace
}  // namespace tocsin
