#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <map>

#include <boost/geometry/algorithms/length.hpp>
#include <boost/geometry/algorithms/within.hpp>
#include <boost/geometry/io/wkt/read.hpp>
#include <boost/geometry/strategies/strategies.hpp>
#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/grid/line_walk.hpp>
#include <tocsin/vector/area_raster.hpp>
#include <tocsin/vector/rasterise.hpp>

#include "csv.hpp"
#include "shapes.hpp"
#include "source_dir.hpp"

namespace tocsin {
namespace {

namespace bg = boost::geometry;
using test::grid_from;
using test::polygon_of;
using test::rectangle;
using Method = RasteriseMethod;

const float nan_value = std::numeric_limits<float>::quiet_NaN();
const RasteriseOptions totals{Method::coverage, RasteriseOptions::Meaning::total};

std::vector<float> painted(const std::vector<Geometry>& geometries, const std::vector<double>& values, const Grid& grid,
                           RasteriseOptions options) {
  std::vector<float> cells(grid.size());
  Rasteriser(geometries, values, grid, options).paint(0, cells);
  return cells;
}

void expect_cells(const std::vector<float>& got, const std::vector<float>& wanted, const std::string& what = {}) {
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i)
    EXPECT_TRUE(std::isnan(wanted[i]) ? std::isnan(got[i]) : got[i] == wanted[i])
        << what << ", cell " << i << ": " << got[i] << ", not " << wanted[i];
}

double total(const std::vector<float>& cells) {
  double sum = 0;
  for (const float cell : cells) sum += static_cast<double>(cell);
  return sum;
}

/// What rounding each cell to float can add up to, relative to the sum.
constexpr double float_rounding = 1e-6;

TEST(Rasterise, EachMethodByHand) {
  const Grid grid = grid_from(0, 0, 10, 3, 2);
  // The second area overlaps the first in the middle; cells in the south-east are empty.
  const std::vector<Geometry> areas{rectangle(0, 5, 15, 20), rectangle(10, 10, 30, 20)};
  expect_cells(painted(areas, {}, grid, {Method::coverage}), {1, 1.5F, 1, 0.5F, 0.25F, 0}, "coverage");
  expect_cells(painted(areas, {3, 6}, grid, {Method::coverage}), {3, 5, 6, 3, 3, nan_value}, "coverage, values");
  expect_cells(painted(areas, {9, 4}, grid, totals), {4, 4, 2, 2, 1, 0}, "coverage, totals");
  expect_cells(painted(areas, {}, grid, {Method::centre}), {1, 1, 1, 0, 0, 0}, "centre: edges through centres");
  expect_cells(painted(areas, {3, 6}, grid, {Method::centre}), {3, 6, 6, nan_value, nan_value, nan_value},
               "centre, values");
  expect_cells(painted(areas, {3, 6}, grid, {Method::touch}), {3, 3, 6, 3, 3, nan_value}, "touch, the first");
  const std::vector<Geometry> points{Point(10, 20), Point(19, 11), Point(10, 10), Point(30, 5), Point(0, 0)};
  expect_cells(painted(points, {}, grid, {Method::count}), {0, 2, 0, 0, 1, 0}, "count: west and north sides");
  expect_cells(painted(points, {1, 2, -4, 8, 16}, grid, {Method::count}), {0, 3, 0, 0, -4, 0}, "count, values");
  expect_cells(painted(points, {5, 2, -4, 8, 16}, grid, {Method::touch}),
               {nan_value, 5, nan_value, nan_value, -4, nan_value}, "touch, points");
  const std::vector<Geometry> lines{LineString{{5, 5}, {25, 5}}, LineString{{20, 25}, {20, -5}},
                                    LineString{{-5, 10}, {12, 10}}};
  expect_cells(painted(lines, {}, grid, {Method::length}), {0, 0, 10, 15, 12, 15}, "length: along sides");
  expect_cells(painted(lines, {1, 2, 10}, grid, {Method::length}), {0, 0, 20, 105, 30, 25}, "length, values");
}

/// A mesh of quadrilaterals with shared corners that covers the grid.
std::vector<Geometry> mesh(test::Uniform& random, const Grid& grid, int n) {
  const Box box = grid.bounds().expanded(grid.cell_m);
  std::vector<Point> nodes;
  for (int j = 0; j <= n; ++j)
    for (int i = 0; i <= n; ++i) {
      const auto inner = [&](int k) { return k == 0 || k == n ? 0 : random.between(-0.3, 0.3); };
      nodes.emplace_back(box.min_x + box.width() * (i + inner(i)) / n, box.min_y + box.height() * (j + inner(j)) / n);
    }
  const auto node = [&](int i, int j) {
    return nodes[static_cast<std::size_t>(j) * static_cast<std::size_t>(n + 1) + static_cast<std::size_t>(i)];
  };
  std::vector<Geometry> areas;
  for (int j = 0; j < n; ++j)
    for (int i = 0; i < n; ++i)
      areas.emplace_back(polygon_of({node(i, j), node(i + 1, j), node(i + 1, j + 1), node(i, j + 1)}));
  return areas;
}

TEST(Rasterise, APartitionCoversEachCellOnceAndHoldsEachCentreOnce) {
  test::Uniform random(4);
  const Grid grid = grid_from(500000, 300000, 1000, 50, 70);
  const auto areas = mesh(random, grid, 9);
  for (const float share : painted(areas, {}, grid, {Method::coverage})) EXPECT_NEAR(share, 1, float_rounding);
  std::vector<int> holders(grid.size());
  for (const Geometry& area : areas) {
    const auto cells = painted({area}, {}, grid, {Method::centre});
    for (std::size_t cell = 0; cell < cells.size(); ++cell) holders[cell] += cells[cell] == 1 ? 1 : 0;
  }
  EXPECT_EQ(std::count(holders.begin(), holders.end(), 1), static_cast<std::ptrdiff_t>(grid.size()));
  // Squares whose sides and corners run through centres.
  const Grid small = grid_from(0, 0, 1, 6, 6);
  std::fill(holders.begin(), holders.end(), 0);
  for (int j = 0; j < 4; ++j)
    for (int i = 0; i < 4; ++i) {
      const auto cells =
          painted({rectangle(2 * i - 1.5, 2 * j - 1.5, 2 * i + 0.5, 2 * j + 0.5)}, {}, small, {Method::centre});
      for (std::size_t cell = 0; cell < cells.size(); ++cell) holders[cell] += cells[cell] == 1 ? 1 : 0;
    }
  EXPECT_EQ(std::count(holders.begin(), holders.begin() + 36, 1), 36);
}

TEST(Rasterise, CentreAgreesWithPointInPolygon) {
  test::Uniform random(5);
  const Grid grid = grid_from(-3, 2, 1, 14, 11);
  for (int round = 0; round < 60; ++round) {
    const double x = random.between(-4, 10), y = random.between(1, 13);
    MultiPolygon shape = polygon_of(test::random_star(random, x, y, 1.2, 6, 5 + round % 20));
    const auto hole = test::random_star(random, x, y, 0.05, 0.8, 7);
    shape[0].inners().emplace_back(hole.begin(), hole.end());
    bg::correct(shape);
    const auto cells = painted({shape}, {}, grid, {Method::centre});
    for (std::int64_t row = 0; row < grid.height; ++row)
      for (std::int64_t column = 0; column < grid.width; ++column)
        EXPECT_EQ(cells[grid.index({column, row})],
                  bg::within(Point(grid.x_of_column(column), grid.y_of_row(row)), shape) ? 1 : 0)
            << round;
  }
}

TEST(Rasterise, TotalsLengthsAndPointsAreKept) {
  test::Uniform random(6);
  const Grid grid = grid_from(1'000'000, 500'000, 250, 90, 120);
  const Box box = grid.bounds();
  std::vector<Geometry> areas, lines, points;
  std::vector<double> values;
  double people = 0, metres = 0, weighted = 0;
  for (int i = 0; i < 50; ++i) {
    const double x = random.between(box.min_x + 5000, box.max_x - 5000);
    const double y = random.between(box.min_y + 5000, box.max_y - 5000);
    areas.emplace_back(polygon_of(test::random_star(random, x, y, 10, 4900, 5 + i)));  // some smaller than a cell
    LineString line;
    for (int k = 0; k < 2 + i; ++k)
      line.emplace_back(random.between(box.min_x, box.max_x), random.between(box.min_y, box.max_y));
    lines.emplace_back(line);
    points.emplace_back(Point(x, y));
    values.push_back(random.between(0, 1000));
    people += values.back();
    const auto length = static_cast<double>(bg::length(line));
    metres += length;
    weighted += length * values.back();
  }
  EXPECT_NEAR(total(painted(areas, values, grid, totals)), people, float_rounding * people);
  EXPECT_NEAR(total(painted(lines, {}, grid, {Method::length})), metres, float_rounding * metres);
  EXPECT_NEAR(total(painted(lines, values, grid, {Method::length})), weighted, float_rounding * weighted);
  EXPECT_EQ(total(painted(points, {}, grid, {Method::count})), 50);
  EXPECT_NEAR(total(painted(points, values, grid, {Method::count})), people, float_rounding * people);
  // Of an area that lies in the grid in part, its part.
  const double part =
      total(painted({rectangle(box.min_x - 300, box.min_y, box.min_x + 100, box.min_y + 100)}, {8}, grid, totals));
  EXPECT_NEAR(part, 2, 2 * float_rounding);
}

TEST(Rasterise, LengthsAgreeWithGeos) {
  const Grid grid{{}, 100, 57.5, 2.5, 24, 18};
  std::map<std::string, LineString> lines;
  std::ifstream file(test::source_dir() + "/tests/engine/oracle/rasterise/lines.csv");
  std::string text;
  std::getline(file, text);
  while (std::getline(file, text)) {
    const std::size_t open = text.find('"'), close = text.rfind('"');
    bg::read_wkt(text.substr(open + 1, close - open - 1), lines[text.substr(0, text.find(','))]);
  }
  ASSERT_EQ(lines.size(), 12u);
  std::map<std::string, std::map<std::size_t, double>> wanted, got;
  for (const auto& row : test::read_csv("engine/oracle/rasterise/length_shapely.csv", 1))
    wanted[row.at(0)][grid.index({std::stoll(row.at(2)), std::stoll(row.at(1))})] = std::stod(row.at(3));
  for (const auto& [fid, line] : lines)
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
      const auto in_cells = [&](const Point& p) {
        return detail::CellPoint{(p.x() - 100) / 2.5, (57.5 - p.y()) / 2.5};
      };
      const double length = std::hypot(line[i + 1].x() - line[i].x(), line[i + 1].y() - line[i].y());
      const auto sink = [&](std::int64_t row, std::int64_t column, double share) {
        got[fid][grid.index({column, row})] += share * length;
      };
      detail::LineWalk{0, grid.height, grid.width}.walk(in_cells(line[i]), in_cells(line[i + 1]), sink);
    }
  constexpr double tolerance_m = 1e-10;  // see oracle/rasterise/README.md
  for (const auto& [fid, cells] : wanted) {
    for (const auto& [cell, length] : cells) EXPECT_NEAR(got[fid][cell], length, tolerance_m) << fid << ", " << cell;
    for (const auto& [cell, length] : got[fid])
      EXPECT_TRUE(cells.contains(cell) || length < 1e-9) << "only we are in cell " << cell << " of " << fid;
  }
}

TEST(Rasterise, TouchIsCellsTouched) {
  test::Uniform random(7);
  const Grid grid = grid_from(0, 0, 1, 40, 75);
  std::vector<Geometry> features;
  for (int i = 0; i < 30; ++i) {
    const double x = random.between(-5, 45), y = random.between(-5, 80);
    features.emplace_back(polygon_of(test::random_star(random, x, y, 1, 9, 5 + i)));
    features.emplace_back(LineString{{x, y}, {random.between(-5, 45), y + 9}, {x + 4, random.between(-5, 80)}});
    features.emplace_back(Point(y / 2, x));
  }
  std::vector<float> wanted(grid.size(), nan_value);
  std::vector<double> values;
  for (std::size_t i = 0; i < features.size(); ++i) {
    values.push_back(static_cast<double>(i));
    for (const std::size_t cell : cells_touched(features[i], grid))
      if (std::isnan(wanted[cell])) wanted[cell] = static_cast<float>(i);
  }
  expect_cells(painted(features, values, grid, {Method::touch}), wanted);
}

TEST(Rasterise, TheSameBytesForAnyThreadsAndAnyBands) {
  test::Uniform random(8);
  const Grid grid{{}, 100.1, 300.7, 0.7, 60, 170};
  std::vector<Geometry> areas, lines, points;
  std::vector<double> values;
  for (int i = 0; i < 60; ++i) {
    const double x = random.between(90, 150), y = random.between(170, 310);
    areas.emplace_back(polygon_of(test::random_star(random, x, y, 1, i % 5 == 0 ? 80 : 6, 6 + i % 30)));
    lines.emplace_back(LineString{{x, y}, {random.between(90, 150), random.between(170, 310)}, {x, y + 3}, {x + 9, y}});
    points.emplace_back(Point(x, y));
    values.push_back(random());
  }
  for (const Method method : {Method::coverage, Method::centre, Method::touch, Method::length, Method::count}) {
    const auto& features = method == Method::length ? lines : method == Method::count ? points : areas;
    const auto whole = painted(features, values, grid, {method});
    const Rasteriser rasteriser(features, values, grid, {method});
    for (const int threads : {1, 2, 3, 8})
      for (const std::int64_t height : {1, 7, 32, 100}) {
        const ThreadLimit limit(threads);
        std::vector<float> cells(grid.size());
        for (std::int64_t first = 0; first < grid.height; first += height)
          rasteriser.paint(first,
                           std::span(cells).subspan(grid.index({0, first}),
                                                    static_cast<std::size_t>(std::min(height, grid.height - first)) *
                                                        static_cast<std::size_t>(grid.width)));
        expect_cells(cells, whole, std::to_string(threads) + " threads, bands of " + std::to_string(height));
      }
  }
}

TEST(Rasterise, EmptyAndBroken) {
  const Grid grid = grid_from(0, 0, 1, 2, 2);
  expect_cells(painted({}, {}, grid, {Method::count}), {0, 0, 0, 0});
  expect_cells(painted({LineString{}, LineString{{1, 1}}}, {}, grid, {Method::length}), {0, 0, 0, 0});
  expect_cells(painted({MultiPolygon{}}, {3}, grid, totals), {0, 0, 0, 0});
  const auto code_of = [&](const std::function<void()>& call) {
    try {
      call();
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::internal;
  };
  const double nan = not_observed;
  EXPECT_EQ(code_of([&] { painted({Point(1, 1)}, {}, grid, {Method::coverage}); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([&] { painted({Point(1, 1)}, {nan}, grid, {Method::count}); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([&] { painted({Point(1, nan)}, {}, grid, {Method::count}); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([&] {
              painted({LineString{{0, 0}, {1, nan}}}, {}, grid, {Method::touch});
            }),
            ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([&] { painted({Point(1, 1)}, {1, 2}, grid, {Method::count}); }), ErrorCode::shape_mismatch);
  EXPECT_EQ(code_of([&] {
              painted({}, {}, grid, {Method::count, RasteriseOptions::Meaning::total});
            }),
            ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace tocsin
