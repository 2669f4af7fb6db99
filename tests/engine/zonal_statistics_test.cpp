#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <utility>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/vector/area_raster.hpp>
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

const std::vector<std::string> every_statistic{"count",    "coverage", "sum",     "mean",         "min",
                                               "max",      "variance", "stdev",   "median",       "quantile(0.9)",
                                               "majority", "minority", "variety", "weighted_sum", "weighted_mean"};

/// Values, some not observed, and areas of all sizes, some of which overlap, lie outside or are far from others.
struct RandomCase {
  Raster<double> values, weights;
  Areas areas;

  RandomCase(std::uint64_t seed, const Grid& grid, double mean) : values(grid), weights(grid) {
    test::Uniform random(seed);
    for (double& value : values.values())
      value = random() < 0.1 ? not_observed : mean + std::floor(random.between(0, 200)) / 7;
    for (double& weight : weights.values()) weight = random() < 0.1 ? not_observed : random();
    const Box box = grid.bounds();
    for (int i = 0; i < 40; ++i) {
      const double x = random.between(box.min_x - 3, box.max_x + 3), y = random.between(box.min_y, box.max_y);
      const double most = i % 4 == 0 ? 0.4 * box.height() : 3;
      areas.shapes.push_back(test::polygon_of(test::random_star(random, x, y, most / 5, most, 5 + i % 30)));
      areas.codes.push_back(std::to_string(i));
      areas.names.emplace_back();
    }
  }
};

TEST(ZonalStatistics, TheSameBytesForAnyThreadsAndAnyBands) {
  const RandomCase data(3, Grid{{}, 100.1, 900.7, 0.7, 90, 300}, 0);
  const ZonalAreas areas(data.areas, data.values.grid());
  const auto width = static_cast<std::size_t>(data.values.grid().width);
  std::vector<std::vector<double>> wanted;
  for (const int threads : {1, 2, 3, 8})
    for (const std::int64_t height : {300, 1, 7, 64, 100}) {
      const ThreadLimit limit(threads);
      ZonalRun run(areas, requests(every_statistic));
      for (std::int64_t first = 0; first < 300; first += height) {
        const std::size_t rows = static_cast<std::size_t>(std::min(height, 300 - first));
        const std::size_t from = static_cast<std::size_t>(first) * width;
        run.add_rows(first, data.values.values().subspan(from, rows * width),
                     data.weights.values().subspan(from, rows * width));
      }
      const auto results = std::move(run).results();
      if (wanted.empty()) wanted = results;
      for (std::size_t a = 0; a < results.size(); ++a)
        for (std::size_t i = 0; i < every_statistic.size(); ++i)
          EXPECT_TRUE(std::isnan(wanted[a][i]) ? std::isnan(results[a][i]) : results[a][i] == wanted[a][i])
              << every_statistic[i] << " of " << a << ", " << threads << " threads, bands of " << height;
    }
}

/// Cell by cell, in long double.
std::map<std::string, double> by_brute_force(const RandomCase& data, const MultiPolygon& shape) {
  long double count = 0, sum = 0, squares = 0, weights = 0, weighted = 0;
  double min = not_observed, max = not_observed;
  std::map<double, double> covered;
  const auto shares = coverage_fractions(shape, data.values.grid());
  for (const CellShare& part : shares) {
    const double value = data.values.values()[part.cell], weight = data.weights.values()[part.cell];
    if (std::isnan(value)) continue;
    count += part.share;
    sum += static_cast<long double>(part.share) * value;
    min = std::isnan(min) ? value : std::min(min, value);
    max = std::isnan(max) ? value : std::max(max, value);
    covered[value] += part.share;
    if (std::isnan(weight)) continue;
    weights += static_cast<long double>(part.share) * weight;
    weighted += static_cast<long double>(part.share) * weight * value;
  }
  for (const CellShare& part : shares) {
    const long double away = data.values.values()[part.cell] - sum / count;
    if (!std::isnan(away)) squares += part.share * away * away;
  }
  std::map<std::string, double> result{{"count", count},
                                       {"sum", sum},
                                       {"mean", sum / count},
                                       {"min", min},
                                       {"max", max},
                                       {"variance", squares / count},
                                       {"weighted_mean", weighted / weights},
                                       {"variety", covered.size()}};
  result["coverage"] = result["count"] / (area_km2(shape) / data.values.grid().cell_area_km2());
  if (count == 0) result["sum"] = result["variance"] = not_observed;
  return result;
}

TEST(ZonalStatistics, AgreeWithBruteForce) {
  // The second case has values that differ in their tenth digit only: a spread from sums of squares would be noise.
  for (const double mean : {0.0, 1e9}) {
    const RandomCase data(11, Grid{{}, 0, 90, 1, 70, 90}, mean);
    std::vector<std::string> names;
    for (const auto& [name, value] : by_brute_force(data, data.areas.shapes[0])) names.push_back(name);
    const auto results = zonal_statistics(data.values, data.areas, requests(names), &data.weights);
    for (std::size_t a = 0; a < data.areas.size(); ++a) {
      const auto wanted = by_brute_force(data, data.areas.shapes[a]);
      for (std::size_t i = 0; i < names.size(); ++i) {
        const double tolerance = 1e-12;  // sums of some thousand terms
        expect_near(results[a][i], wanted.at(names[i]), tolerance, names[i] + " of " + std::to_string(a));
      }
    }
  }
}

TEST(ZonalStatistics, RowsThatNoAreaReachesNeedNotBeRead) {
  Areas areas;
  areas.shapes = {{test::rectangle(0, 10, 4, 12.5)},
                  {test::rectangle(1, 11, 3, 14)},
                  {test::rectangle(0, 1, 2, 3)},
                  {test::rectangle(50, 5, 51, 8)}};
  areas.codes = areas.names = {"a", "b", "c", "beside the raster"};
  const ZonalAreas prepared(areas, Grid{{}, 0, 20, 1, 10, 20});
  ASSERT_EQ(prepared.stretches().size(), 2u);
  EXPECT_EQ(prepared.stretches()[0].first, 6);
  EXPECT_EQ(prepared.stretches()[0].end, 10);
  EXPECT_EQ(prepared.stretches()[1].first, 17);
  EXPECT_EQ(prepared.stretches()[1].end, 19);
  ZonalRun run(prepared, requests({"sum"}));
  const std::vector<double> ones(40, 1.0);
  run.add_rows(6, ones);
  run.add_rows(17, std::span(ones).first(20));
  const auto results = std::move(run).results();
  EXPECT_DOUBLE_EQ(results[0][0], 10);
  EXPECT_DOUBLE_EQ(results[1][0], 6);
  EXPECT_DOUBLE_EQ(results[2][0], 4);
  EXPECT_TRUE(std::isnan(results[3][0]));
}

TEST(RowSums, SkipWhatWasNotObserved) {
  test::Uniform random(1);
  for (std::size_t n = 0; n < 20; ++n) {
    std::vector<double> values(n), weights(n, 2.0);
    double count = 0, sum = 0, squares = 0;
    for (double& value : values) {
      value = random() < 0.3 ? not_observed : std::floor(random.between(0, 9));
      if (std::isnan(value)) continue;
      count += 1;
      sum += value;
      squares += (value - 3) * (value - 3);
    }
    EXPECT_EQ(detail::observed_sum(values).count, count);
    EXPECT_EQ(detail::observed_sum(values).sum, sum);
    EXPECT_EQ(detail::spread_about(values, 3).sum, sum - 3 * count);
    EXPECT_EQ(detail::spread_about(values, 3).squares, squares);
    EXPECT_EQ(detail::weighted_sum(values, weights).sum, 2 * sum);
    EXPECT_EQ(detail::weighted_sum(values, weights).weights, 2 * count);
    const detail::Extremes extremes = detail::extremes_of(values);
    EXPECT_EQ(std::count(values.begin(), values.end(), extremes.min) > 0, count > 0);
    for (const double value : values) EXPECT_FALSE(value < extremes.min || value > extremes.max);
  }
}

TEST(ObservedValues, AreFewHoweverManyCellsThereAre) {
  ObservedValues all;
  const std::vector<double> some{3, 1, not_observed, 2, -0.0, 0.0};
  std::vector<double> many;
  while (many.size() < ObservedValues::most_pending / 3) many.insert(many.end(), some.begin(), some.end());
  for (int i = 0; i < 5; ++i) {
    ObservedValues block;
    block.add(many, 1);
    block.add(some, 0.25);
    all.append(std::move(block));
  }
  const auto sorted = std::move(all).sorted();
  ASSERT_EQ(sorted.size(), 4u);
  const auto cells = static_cast<std::int64_t>(5 * many.size() / some.size());
  EXPECT_EQ(sorted[0].value, 0);
  EXPECT_EQ(sorted[0].cells, 2 * cells + 10);
  EXPECT_EQ(sorted[2].value, 2);
  EXPECT_EQ(sorted[2].cells, cells + 5);
  EXPECT_DOUBLE_EQ(sorted[2].covered, static_cast<double>(cells) + 5 * 0.25);
}

TEST(ZonalStatistics, NamesOfStatistics) {
  const auto message_for = [](const char* name) {
    try {
      parse_zonal_request(name);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_NE(message_for("medain").find("did you mean 'median'?; there are: count, "), std::string::npos);
  EXPECT_NE(message_for("average").find("there are: count, "), std::string::npos);
  EXPECT_THROW(parse_zonal_request("quantile(1.5)"), Error);
  EXPECT_THROW(parse_zonal_request("quantile"), Error);
  EXPECT_DOUBLE_EQ(parse_zonal_request("quantile(0.9)").probability, 0.9);
}

}  // namespace
}  // namespace tocsin
