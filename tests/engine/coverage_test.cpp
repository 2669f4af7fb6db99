#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <boost/geometry/algorithms/area.hpp>
#include <boost/geometry/algorithms/for_each.hpp>
#include <boost/geometry/io/wkt/read.hpp>
#include <boost/geometry/strategies/strategies.hpp>
#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/vector/area_raster.hpp>
#include <tocsin/vector/coverage_runs.hpp>

#include "csv.hpp"
#include "shapes.hpp"
#include "zonal_oracle.hpp"

namespace tocsin {
namespace {

namespace bg = boost::geometry;
using test::grid_from;
using test::oracle_polygons;
using test::polygon_of;
using test::rectangle;

using Shares = std::map<std::size_t, double>;

Shares shares_of(const MultiPolygon& shape, const Grid& grid) {
  Shares shares;
  std::size_t next = 0;
  for (const CellShare& part : coverage_fractions(shape, grid)) {
    EXPECT_GE(part.cell, next) << "cells are not in row-major order, each once";
    EXPECT_GT(part.share, 0);
    EXPECT_LE(part.share, 1);
    next = part.cell + 1;
    shares[part.cell] = part.share;
  }
  return shares;
}

double total(const Shares& shares) {
  double sum = 0;
  for (const auto& [cell, share] : shares) sum += share;
  return sum;
}

void expect_same(const Shares& got, const Shares& wanted, double tolerance, const std::string& what) {
  for (const auto& [cell, share] : wanted) {
    const auto found = got.find(cell);
    EXPECT_NEAR(found == got.end() ? 0 : found->second, share, tolerance) << what << ", cell " << cell;
  }
  for (const auto& [cell, share] : got)
    EXPECT_TRUE(wanted.contains(cell) || share <= tolerance)
        << what << ": only we touch cell " << cell << ", " << share;
}

/// Shares by clipping the polygon, cell by cell.
Shares shares_by_clipping(const MultiPolygon& shape, const Grid& grid) {
  Shares shares;
  for (std::int64_t row = 0; row < grid.height; ++row) {
    for (std::int64_t column = 0; column < grid.width; ++column) {
      const double x = grid.x_of_column(column), y = grid.y_of_row(row), half = grid.cell_m / 2;
      const double share =
          test::area_within(shape, {x - half, y - half, x + half, y + half}) / (grid.cell_m * grid.cell_m);
      if (share > 1e-12) shares[grid.index({column, row})] = share;
    }
  }
  return shares;
}

TEST(CoverageFractions, AgreeWithGeos) {
  const Grid grid{{}, 5, 57.5, 0.25, 40, 30};
  std::map<std::string, Shares> wanted;
  for (const auto& row : test::read_csv("engine/oracle/zonal/coverage_geos.csv", 1))
    wanted[row.at(0)][grid.index({std::stoll(row.at(2)), std::stoll(row.at(1))})] = std::stod(row.at(3));
  const auto shapes = oracle_polygons();
  ASSERT_EQ(shapes.size(), 17u);
  for (const auto& [fid, shape] : shapes) {
    const Shares got = shares_of(shape, grid);
    EXPECT_EQ(got.size(), wanted[fid].size()) << "touched cells of polygon " << fid;
    expect_same(got, wanted[fid], 1e-12, "polygon " + fid);  // see oracle/zonal/README.md
  }
}

TEST(CoverageFractions, KnownByHand) {
  const Grid grid = grid_from(0, 0, 10, 3, 3);
  // A right triangle over the south-west: half of the diagonal cells, all of the corner.
  const Shares triangle = shares_of(polygon_of({{0, 0}, {0, 20}, {20, 0}}), grid);
  EXPECT_EQ(triangle, (Shares{{grid.index({0, 1}), 0.5}, {grid.index({0, 2}), 1.0}, {grid.index({1, 2}), 0.5}}));
  // A sliver a millimetre wide within one column of cells.
  const Shares sliver = shares_of(rectangle(14, -5, 14.001, 35), grid);
  ASSERT_EQ(sliver.size(), 3u);
  for (const auto& [cell, share] : sliver) EXPECT_NEAR(share, 1e-4, 1e-15) << cell;
}

TEST(CoverageFractions, CellsTouchedOnlyAtTheirEdgeAreLeftOut) {
  const Grid grid = grid_from(500000, 600000, 1000, 4, 4);
  const Shares aligned = shares_of(rectangle(501000, 601000, 503000, 602000), grid);
  EXPECT_EQ(aligned, (Shares{{grid.index({1, 2}), 1.0}, {grid.index({2, 2}), 1.0}}));
  // A diamond with its corners on grid nodes.
  const Shares diamond =
      shares_of(polygon_of({{502000, 601000}, {503000, 602000}, {502000, 603000}, {501000, 602000}}), grid);
  EXPECT_EQ(diamond.size(), 4u);
  for (const auto& [cell, share] : diamond) EXPECT_EQ(share, 0.5) << cell;
  EXPECT_TRUE(shares_of(rectangle(504000, 600000, 505000, 604000), grid).empty()) << "meets the east edge";
  EXPECT_TRUE(shares_of(rectangle(499000, 600000, 500000, 604000), grid).empty()) << "meets the west edge";
  EXPECT_TRUE(shares_of(rectangle(499000, 604000, 505000, 605000), grid).empty()) << "meets the north edge";
}

TEST(CoverageFractions, PartsOutsideAreIgnored) {
  const Grid grid = grid_from(0, 0, 1, 5, 4);
  const Shares all = shares_of(rectangle(-1e6, -1e6, 1e6, 1e6), grid);
  ASSERT_EQ(all.size(), grid.size());
  for (const auto& [cell, share] : all) EXPECT_EQ(share, 1) << cell;
  EXPECT_TRUE(shares_of(rectangle(7, 7, 9, 9), grid).empty());
  // Cut on each side in turn.
  EXPECT_NEAR(total(shares_of(rectangle(-3, 1.25, 1.5, 2), grid)), 1.5 * 0.75, 1e-14);
  EXPECT_NEAR(total(shares_of(rectangle(3.5, 1.25, 9, 2), grid)), 1.5 * 0.75, 1e-14);
  EXPECT_NEAR(total(shares_of(rectangle(1, 3.5, 2.5, 9), grid)), 1.5 * 0.5, 1e-14);
  EXPECT_NEAR(total(shares_of(rectangle(1, -7, 2.5, 0.5), grid)), 1.5 * 0.5, 1e-14);
  // A slanted edge that comes in through the west side and leaves through the north.
  EXPECT_NEAR(total(shares_of(polygon_of({{-1, 2}, {2, 2}, {2, 5}}), grid)), 3.5, 1e-14);
}

TEST(CoverageFractions, HolesAndPartsWhicheverWayTheyTurn) {
  const Grid grid = grid_from(0, 0, 1, 8, 8);
  MultiPolygon shape = rectangle(0.5, 0.5, 5.5, 5.5);
  shape[0].inners().push_back(rectangle(1.25, 1.25, 4.75, 3.5)[0].outer());
  bg::correct(shape);
  shape.push_back(rectangle(6.25, 6.25, 7.75, 7.75)[0]);
  const Shares wanted = shares_of(shape, grid);
  EXPECT_NEAR(total(wanted), 25 - 3.5 * 2.25 + 2.25, 1e-13);
  EXPECT_FALSE(wanted.contains(grid.index({2, 5}))) << "a cell wholly inside the hole";
  std::reverse(shape[0].outer().begin(), shape[0].outer().end());
  expect_same(shares_of(shape, grid), wanted, 1e-15, "outer ring reversed");
  std::reverse(shape[0].inners()[0].begin(), shape[0].inners()[0].end());
  expect_same(shares_of(shape, grid), wanted, 1e-15, "both rings reversed");
}

TEST(CoverageFractions, AgreeWithClippingRandomPolygons) {
  test::Uniform random(20210801);
  const Grid grid = grid_from(-3, 2, 1, 9, 8);
  for (int round = 0; round < 60; ++round) {
    const double x = random.between(-4, 7), y = random.between(1, 11);
    MultiPolygon shape = polygon_of(test::random_star(random, x, y, 1.2, 5, 5 + round % 20));
    if (round % 2 == 0) {
      const auto hole = test::random_star(random, x, y, 0.05, 0.8, 7);
      shape[0].inners().emplace_back(hole.begin(), hole.end());
      bg::correct(shape);
    }
    // 1e-12: both sum a few dozen terms of size 1.
    expect_same(shares_of(shape, grid), shares_by_clipping(shape, grid), 1e-12,
                "seed 20210801, round " + std::to_string(round));
  }
}

/// A mesh of quadrilaterals with shared corners, larger than the grid.
std::vector<MultiPolygon> random_mesh(test::Uniform& random, double x, double y, double step, int n, double jitter) {
  std::vector<Point> nodes;
  for (int row = 0; row <= n; ++row)
    for (int column = 0; column <= n; ++column)
      nodes.emplace_back(x + step * (column + random.between(-jitter, jitter)),
                         y + step * (row + random.between(-jitter, jitter)));
  std::vector<MultiPolygon> shapes;
  for (int row = 0; row < n; ++row) {
    for (int column = 0; column < n; ++column) {
      const auto node = [&](int c, int r) {
        return nodes[static_cast<std::size_t>(r) * static_cast<std::size_t>(n + 1) + static_cast<std::size_t>(c)];
      };
      shapes.push_back(
          polygon_of({node(column, row), node(column + 1, row), node(column + 1, row + 1), node(column, row + 1)}));
    }
  }
  return shapes;
}

TEST(CoverageFractions, OfAPartitionAddUpToOne) {
  test::Uniform random(7);
  const Grid grid = grid_from(700000, 500000, 1000, 40, 37);
  for (const double step : {310.0, 2700.0, 11000.0}) {  // smaller than a cell, a few cells, many cells
    const int n = static_cast<int>(48000 / step) + 2;
    Areas areas;
    areas.shapes = random_mesh(random, 696000, 496000, step, n, 0.3);
    std::vector<double> sum(grid.size());
    for (const auto& shares : coverage_fractions(areas, grid))
      for (const CellShare& part : shares) sum[part.cell] += part.share;
    for (std::size_t cell = 0; cell < sum.size(); ++cell) ASSERT_NEAR(sum[cell], 1, 1e-11) << step << ", cell " << cell;
  }
}

TEST(CoverageFractions, SumToTheArea) {
  test::Uniform random(11);
  const Grid grid = grid_from(1'000'000, 500'000, 250, 400, 400);
  for (int round = 0; round < 20; ++round) {
    const MultiPolygon shape = polygon_of(test::random_star(random, 1'050'000, 550'000, 100, 40'000, 40));
    const double area = area_km2(shape);
    EXPECT_NEAR(total(shares_of(shape, grid)) * grid.cell_area_km2(), area, 1e-11 * area);
    EXPECT_NEAR(bg::area(shape) * 1e-6, area, 1e-9 * area);
  }
}

TEST(CoverageFractions, ShiftByWholeCellsAndQuarterTurn) {
  test::Uniform random(3);
  const Grid grid = grid_from(0, 0, 1, 16, 16);
  std::vector<Point> ring = test::random_star(random, 8, 8, 1, 5, 12);
  for (Point& p : ring) p = {std::round(p.x() * 4096) / 4096, std::round(p.y() * 4096) / 4096};  // shifts are exact
  const Shares wanted = shares_of(polygon_of(ring), grid);
  std::vector<Point> shifted, turned;
  for (const Point& p : ring) {
    shifted.emplace_back(p.x() + 2, p.y() - 3);
    turned.emplace_back(p.y(), 16 - p.x());  // clockwise about the grid's centre
  }
  Shares back_shifted, back_turned;
  for (const auto& [cell, share] : shares_of(polygon_of(shifted), grid)) back_shifted[cell - (3 * 16 + 2)] = share;
  for (const auto& [cell, share] : shares_of(polygon_of(turned), grid)) {
    const std::size_t row = cell / 16, column = cell % 16;
    back_turned[(15 - column) * 16 + row] = share;
  }
  expect_same(back_shifted, wanted, 1e-14, "shifted");  // cut points round at other magnitudes
  expect_same(back_turned, wanted, 1e-13, "turned");    // areas are summed along the other axis
}

TEST(CoverageFractions, SameForAnyThreadCount) {
  test::Uniform random(5);
  const Grid grid = grid_from(0, 0, 1, 60, 60);
  Areas areas;
  areas.shapes = random_mesh(random, -2, -2, 4.1, 16, 0.4);
  const auto compute = [&](int threads) {
    const ThreadLimit limit(threads);
    return coverage_fractions(areas, grid);
  };
  const auto one = compute(1);
  for (const int threads : {2, 3, 8}) {
    const auto many = compute(threads);
    ASSERT_EQ(many.size(), one.size());
    for (std::size_t i = 0; i < one.size(); ++i)
      ASSERT_TRUE(
          std::equal(one[i].begin(), one[i].end(), many[i].begin(), many[i].end(),
                     [](const CellShare& a, const CellShare& b) { return a.cell == b.cell && a.share == b.share; }))
          << threads << " threads, area " << i;
  }
}

TEST(CoverageFractions, EmptyAndBroken) {
  const Grid grid = grid_from(0, 0, 1, 4, 4);
  EXPECT_TRUE(coverage_fractions(MultiPolygon{}, grid).empty());
  EXPECT_TRUE(coverage_fractions(MultiPolygon{Polygon{}}, grid).empty());
  EXPECT_TRUE(coverage_fractions(polygon_of({{1, 1}, {2, 2}, {3, 3}}), grid).empty()) << "no area";
  EXPECT_EQ(area_km2(MultiPolygon{Polygon{}}), 0);
  MultiPolygon broken = rectangle(1, 1, 2, 2);
  broken[0].outer()[1] = Point(std::numeric_limits<double>::infinity(), 2);
  EXPECT_THROW(coverage_fractions(broken, grid), Error);
}

TEST(CoverageRuns, AreTheFractionsWithoutListingTheInterior) {
  test::Uniform random(13);
  const Grid grid = grid_from(700000, 500000, 1000, 120, 90);
  CoverageWalk walk(grid);
  for (int round = 0; round < 30; ++round) {
    const double x = random.between(690000, 820000), y = random.between(490000, 590000);
    MultiPolygon shape = polygon_of(test::random_star(random, x, y, 20000, 60000, 30));
    const auto hole = test::random_star(random, x, y, 5000, 15000, 9);
    shape[0].inners().emplace_back(hole.begin(), hole.end());
    bg::correct(shape);
    const ShapeInCells cells(shape, grid);
    std::vector<CellShare> listed;
    for (const CoverageRun& run : walk.runs(cells, {0, grid.height})) {
      ASSERT_LT(run.first, run.end);
      for (std::int64_t column = run.first; column < run.end; ++column)
        listed.push_back({grid.index({column, run.row}), run.share});
    }
    const auto fractions = coverage_fractions(shape, grid);
    const auto same = [](const CellShare& a, const CellShare& b) { return a.cell == b.cell && a.share == b.share; };
    EXPECT_TRUE(std::equal(listed.begin(), listed.end(), fractions.begin(), fractions.end(), same)) << round;
    // A row holds some runs for each time that the boundary passes, not one for each cell inside.
    EXPECT_LT(walk.runs(cells, {0, grid.height}).size(), std::max<std::size_t>(40, listed.size() / 2)) << round;
    // Rows asked for by themselves, through the grid or through a band of it.
    for (const RowRange rows : {RowRange{17, 18}, RowRange{40, 63}, RowRange{80, 95}}) {
      const auto all = walk.runs(cells, {0, grid.height});
      std::vector<CoverageRun> wanted;
      for (const CoverageRun& run : all)
        if (run.row >= rows.first && run.row < rows.end) wanted.push_back(run);
      const auto got = walk.runs(cells, rows);
      CoverageWalk in_band(grid.rows(rows.first, rows.end - rows.first));
      const auto banded = in_band.runs(cells, {0, rows.end - rows.first});
      ASSERT_EQ(got.size(), wanted.size());
      ASSERT_EQ(banded.size(), wanted.size());
      for (std::size_t i = 0; i < wanted.size(); ++i) {
        EXPECT_EQ(got[i].row, wanted[i].row);
        EXPECT_EQ(got[i].first, wanted[i].first);
        EXPECT_EQ(got[i].share, wanted[i].share);
        EXPECT_EQ(banded[i].row + rows.first, wanted[i].row);
        EXPECT_EQ(banded[i].share, wanted[i].share);
      }
    }
  }
}

TEST(CoverageRuns, KnowTheReachOfAShape) {
  const Grid grid = grid_from(0, 0, 1, 10, 20);
  const ShapeInCells inside(rectangle(2.5, 3, 4, 7.25), grid);
  EXPECT_EQ(inside.rows().first, 12);
  EXPECT_EQ(inside.rows().end, 17);
  EXPECT_EQ(inside.first_column(), 2);
  EXPECT_EQ(inside.end_column(), 4);
  EXPECT_DOUBLE_EQ(inside.area_cells(), 1.5 * 4.25);
  EXPECT_EQ(ShapeInCells(rectangle(2.5, 3, 4, 7.25), grid.rows(15, 5)).rows().first, 0) << "rows of the band";
  EXPECT_TRUE(ShapeInCells(rectangle(10, 3, 14, 7.25), grid).rows().empty()) << "meets the east edge";
  EXPECT_TRUE(ShapeInCells(rectangle(2, 20, 4, 25), grid).rows().empty()) << "meets the north edge";
  EXPECT_TRUE(ShapeInCells(MultiPolygon{}, grid).rows().empty());
}

TEST(Bounds, OfShapesAndAreas) {
  Areas areas;
  areas.shapes = {rectangle(1, 2, 3, 4), MultiPolygon{}, rectangle(-5, 3, 2, 9)};
  EXPECT_EQ(areas.bounds(), (Box{-5, 2, 3, 9}));
  EXPECT_EQ(bounds_of(Geometry(LineString{{3, 1}, {2, 7}})), (Box{2, 1, 3, 7}));
  EXPECT_EQ(bounds_of(Geometry(Point(4, 5))), (Box{4, 5, 4, 5}));
  EXPECT_GT(bounds_of(MultiPolygon{}).min_x, bounds_of(MultiPolygon{}).max_x) << "empty: reversed";
}

using Cells = std::vector<std::size_t>;

TEST(CellsTouched, PointsAndPolygons) {
  const Grid grid = grid_from(0, 0, 1, 4, 3);
  EXPECT_EQ(cells_touched(Point(1, 2), grid), (Cells{5})) << "the left and top edges belong to a cell";
  EXPECT_EQ(cells_touched(Point(9, 2), grid), Cells{});
  EXPECT_EQ(cells_touched(rectangle(0.5, 1, 2, 1.5), grid), (Cells{4, 5}));
}

TEST(CellsTouched, Lines) {
  const Grid grid = grid_from(0, 0, 1, 4, 4);
  EXPECT_EQ(cells_touched(LineString{{0.5, 3.5}, {3.5, 3.5}}, grid), (Cells{0, 1, 2, 3}));
  EXPECT_EQ(cells_touched(LineString{{1.5, 3.5}, {1.5, 0.5}, {1.6, 0.4}}, grid), (Cells{1, 5, 9, 13}));
  EXPECT_EQ(cells_touched(LineString{{0.5, 3.5}, {2.5, 1.5}}, grid), (Cells{0, 5, 10})) << "through nodes";
  EXPECT_EQ(cells_touched(LineString{{0.25, 3.5}, {2.25, 1.5}}, grid), (Cells{0, 4, 5, 9, 10}));
  EXPECT_EQ(cells_touched(LineString{{1, 4}, {1, 2}}, grid), (Cells{1, 5, 9})) << "along a column line, to a node";
  EXPECT_EQ(cells_touched(LineString{{-9, 3.5}, {9, 3.5}}, grid), (Cells{0, 1, 2, 3})) << "beyond both sides";
  EXPECT_EQ(cells_touched(LineString{{-9, 9}, {-5, -9}}, grid), Cells{});
  EXPECT_EQ(cells_touched(LineString{{2.5, 2.5}}, grid), (Cells{6})) << "a single point";
  EXPECT_EQ(cells_touched(LineString{}, grid), Cells{});
}

TEST(CellsTouched, LinesHoldTheCellOfEveryPointOnThem) {
  test::Uniform random(17);
  const Grid grid = grid_from(0, 0, 1, 12, 12);
  for (int round = 0; round < 100; ++round) {
    LineString line;
    for (int i = 0; i < 3; ++i) line.emplace_back(random.between(-3, 15), random.between(-3, 15));
    const Cells cells = cells_touched(line, grid);
    Cells sampled;
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
      for (int step = 0; step <= 2000; ++step) {
        const double t = step / 2000.0;
        const auto cell = grid.cell_of_point(line[i].x() + t * (line[i + 1].x() - line[i].x()),
                                             line[i].y() + t * (line[i + 1].y() - line[i].y()));
        if (cell) sampled.push_back(grid.index(*cell));
      }
    }
    std::sort(sampled.begin(), sampled.end());
    sampled.erase(std::unique(sampled.begin(), sampled.end()), sampled.end());
    EXPECT_TRUE(std::includes(cells.begin(), cells.end(), sampled.begin(), sampled.end()))
        << "seed 17, round " << round;
    EXPECT_LE(cells.size(), sampled.size() + 3) << "only corners that the samples step over may be missing there";
  }
}

}  // namespace
}  // namespace tocsin
