#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <vector>

#include <boost/geometry/algorithms/area.hpp>
#include <boost/geometry/strategies/strategies.hpp>
#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/grid/realign.hpp>

#include "shapes.hpp"

namespace tocsin {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

/// Source cells with the memory behind their views.
struct Block {
  std::int64_t width, height;
  std::vector<double> x, y;
  std::vector<float> values;

  /// Nodes are where `node` puts lattice position (column, row).
  Block(std::int64_t columns, std::int64_t rows, const std::function<Point(double, double)>& node)
      : width(columns), height(rows), values(static_cast<std::size_t>(columns * rows)) {
    for (std::int64_t row = 0; row <= rows; ++row) {
      for (std::int64_t column = 0; column <= columns; ++column) {
        const Point point = node(static_cast<double>(column), static_cast<double>(row));
        x.push_back(point.x());
        y.push_back(point.y());
      }
    }
  }
  [[nodiscard]] SourceCells view() const { return {width, height, x, y, values}; }
  void fill(test::Uniform& random) {
    for (float& value : values) value = static_cast<float>(random.between(0, 100));
  }
  [[nodiscard]] double total() const {
    double sum = 0;
    for (const float value : values) sum += std::isnan(value) ? 0 : static_cast<double>(value);
    return sum;
  }
};

double total(const Raster<float>& raster) {
  double sum = 0;
  for (const float value : raster.values()) sum += std::isnan(value) ? 0 : static_cast<double>(value);
  return sum;
}

/// A turned and slightly bent lattice, as a projection makes it.
std::function<Point(double, double)> bent(double x, double y, double step) {
  return [=](double column, double row) {
    const double u = column * step, v = row * step;
    return Point(x + 0.98 * u + 0.17 * v + 1e-6 * u * v, y - 0.98 * v + 0.17 * u - 2e-6 * u * u);
  };
}

TEST(Realign, SameGridChangesNothing) {
  const Grid grid = test::grid_from(500000, 600000, 1000, 4, 3);
  Block block(4, 3, [](double c, double r) { return Point(500000 + 1000 * c, 603000 - 1000 * r); });
  for (std::size_t i = 0; i < 12; ++i) block.values[i] = static_cast<float>(i);
  block.values[5] = nan;
  for (const auto& raster : {realign_sum(block.view(), grid), realign_mean(block.view(), grid)}) {
    for (std::size_t i = 0; i < 12; ++i) {
      if (i == 5)
        EXPECT_TRUE(std::isnan(raster.values()[i])) << "nothing observed lies under it";
      else
        EXPECT_EQ(raster.values()[i], static_cast<float>(i));
    }
  }
}

TEST(Realign, EdgesThatMeetUpToRoundingDoNotOverlap) {
  // 0.1 and 1/3 are no binary fractions: node coordinates miss the grid lines by a rounding.
  for (const double cell : {0.1, 1000.0 / 3}) {
    const Grid grid = test::grid_from(7 * cell, 11 * cell, cell, 30, 30);
    Block block(10, 10, [=](double c, double r) { return Point(17 * cell + c * cell, 31 * cell - r * cell); });
    for (float& value : block.values) value = 2;
    const auto sum = realign_sum(block.view(), grid), mean = realign_mean(block.view(), grid);
    const auto observed = [](float value) { return !std::isnan(value); };
    EXPECT_EQ(std::count_if(sum.values().begin(), sum.values().end(), observed), 100) << cell;
    EXPECT_EQ(std::count_if(mean.values().begin(), mean.values().end(), observed), 100) << cell;
    EXPECT_NEAR(total(sum), 200, 1e-5) << cell;
  }
}

TEST(Realign, HalfACellAside) {
  const Grid grid = test::grid_from(0, 0, 10, 3, 1);
  Block block(2, 1, [](double c, double r) { return Point(5 + 10 * c, 10 - 10 * r); });
  block.values = {8, 2};
  const auto sum = realign_sum(block.view(), grid), mean = realign_mean(block.view(), grid);
  EXPECT_FLOAT_EQ(sum.values()[0], 4);
  EXPECT_FLOAT_EQ(sum.values()[1], 5);
  EXPECT_FLOAT_EQ(sum.values()[2], 1);
  EXPECT_FLOAT_EQ(mean.values()[0], 8) << "the mean of what is observed";
  EXPECT_FLOAT_EQ(mean.values()[1], 5);
  EXPECT_FLOAT_EQ(mean.values()[2], 2);
}

TEST(Realign, SumKeepsTheTotal) {
  test::Uniform random(31);
  const Grid grid = test::grid_from(0, 0, 100, 80, 90);
  for (const double step : {13.0, 95.0, 170.0, 1500.0}) {  // far smaller to far larger than a target cell
    const auto n = static_cast<std::int64_t>(4500 / step);
    Block block(n, n, bent(1000, 7000, step));
    block.fill(random);
    block.values[block.values.size() / 2] = nan;
    const double kept = total(realign_sum(block.view(), grid));
    EXPECT_NEAR(kept, block.total(), 1e-7 * block.total()) << step;  // float cells: 6e-8 each, mostly cancelling
  }
}

TEST(Realign, PartsOutsideTheGridAreLeftOut) {
  const Grid grid = test::grid_from(0, 0, 10, 5, 5);
  Block block(1, 1,
              [](double c, double r) { return Point(-30 + 60 * c, 40 - 80 * r); });  // half of it north, half east
  block.values = {64};
  EXPECT_NEAR(total(realign_sum(block.view(), grid)), 64 * (30.0 * 40) / (60 * 80), 1e-5);
  Block corner(1, 1, [](double c, double r) { return Point(-3 + 12 * c, 53 - 12 * r); });  // over one cell and the rim
  corner.values = {64};
  EXPECT_NEAR(total(realign_sum(corner.view(), grid)), 64 * (9.0 * 9) / (12 * 12), 1e-5);
  Block away(1, 1, [](double c, double r) { return Point(90 + 6 * c, 40 - 8 * r); });
  away.values = {64};
  const auto none = realign_sum(away.view(), grid);
  for (const float value : none.values()) EXPECT_TRUE(std::isnan(value));
}

TEST(Realign, AgreesWithClipping) {
  test::Uniform random(37);
  const Grid grid = test::grid_from(0, 0, 10, 9, 8);
  Block block(7, 6, bent(5, 70, 12.3));
  block.fill(random);
  block.values[3] = nan;
  std::vector<double> sum(grid.size()), weighted(grid.size()), covered(grid.size());
  for (std::int64_t row = 0; row < block.height; ++row) {
    for (std::int64_t column = 0; column < block.width; ++column) {
      const auto value = static_cast<double>(block.values[static_cast<std::size_t>(row * block.width + column)]);
      if (std::isnan(value)) continue;
      const auto node = [&](std::int64_t c, std::int64_t r) {
        const auto i = static_cast<std::size_t>(r * (block.width + 1) + c);
        return Point(block.x[i], block.y[i]);
      };
      const MultiPolygon quad = test::polygon_of(
          {node(column, row), node(column + 1, row), node(column + 1, row + 1), node(column, row + 1)});
      for (std::size_t i = 0; i < grid.size(); ++i) {
        const double x = grid.x_of_column(static_cast<std::int64_t>(i) % grid.width);
        const double y = grid.y_of_row(static_cast<std::int64_t>(i) / grid.width);
        const double area = test::area_within(quad, {x - 5, y - 5, x + 5, y + 5});
        sum[i] += value * area / boost::geometry::area(quad);
        weighted[i] += value * area;
        covered[i] += area;
      }
    }
  }
  const auto got_sum = realign_sum(block.view(), grid), got_mean = realign_mean(block.view(), grid);
  for (std::size_t i = 0; i < grid.size(); ++i) {
    if (covered[i] < 1e-6) {
      EXPECT_TRUE(std::isnan(got_sum.values()[i])) << i;
      continue;
    }
    EXPECT_NEAR(got_sum.values()[i], sum[i], 2e-5) << i;  // float output: 6e-8 of up to 100
    EXPECT_NEAR(got_mean.values()[i], weighted[i] / covered[i], 2e-5) << i;
  }
}

TEST(Realign, MeanOfAConstantIsThatConstant) {
  const Grid grid = test::grid_from(0, 0, 100, 30, 30);
  Block block(40, 40, bent(-500, 3000, 130));
  for (float& value : block.values) value = 7.25F;
  const auto mean = realign_mean(block.view(), grid);
  std::size_t observed = 0;
  for (const float value : mean.values()) {
    if (std::isnan(value)) continue;
    EXPECT_EQ(value, 7.25F);
    ++observed;
  }
  EXPECT_GT(observed, grid.size() / 2);
}

TEST(Realign, NodesOutsideTheCrsAndOtherTurningDirection) {
  const Grid grid = test::grid_from(0, 0, 10, 4, 4);
  Block block(2, 1,
              [](double c, double r) { return Point(5 + 10 * c, 15 + 10 * r); });  // south up: turns the other way
  block.values = {3, 5};
  EXPECT_NEAR(total(realign_sum(block.view(), grid)), 8, 1e-6);
  block.x[0] = std::numeric_limits<double>::infinity();
  EXPECT_NEAR(total(realign_sum(block.view(), grid)), 5, 1e-6);
}

TEST(Realign, SameForAnyThreadCount) {
  test::Uniform random(41);
  const Grid grid = test::grid_from(0, 0, 50, 120, 130);
  Block block(400, 300, bent(200, 6000, 14.7));  // several blocks of source cells
  block.fill(random);
  const auto compute = [&](int threads, auto method) {
    const ThreadLimit limit(threads);
    return method(block.view(), grid);
  };
  for (const auto method : {realign_sum, realign_mean}) {
    const auto one = compute(1, method);
    for (const int threads : {2, 3, 8}) {
      const auto many = compute(threads, method);
      EXPECT_EQ(std::memcmp(one.values().data(), many.values().data(), one.values().size_bytes()), 0) << threads;
    }
  }
}

TEST(Realign, ShapesMustAgree) {
  const Grid grid = test::grid_from(0, 0, 10, 4, 4);
  Block block(2, 2, [](double c, double r) { return Point(c, r); });
  block.values.pop_back();
  EXPECT_THROW(realign_sum(block.view(), grid), Error);
  EXPECT_THROW(realign_mean(block.view(), grid), Error);
}

}  // namespace
}  // namespace tocsin
