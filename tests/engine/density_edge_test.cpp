#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <vector>

#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <boost/math/special_functions/owens_t.hpp>
#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/density/density.hpp>
#include <tocsin/density/edge.hpp>

#include "csv.hpp"
#include "density_cases.hpp"
#include "shapes.hpp"

namespace tocsin {
namespace {

using test::all_kernels;
using test::grid_at;
using test::polygon_of;
using test::rectangle;
using test::uniform_draw;

/// Rounding of a sum of angles and flows over some hundred edges.
constexpr double rounding = 1e-12;

/// Phi(r) / r^2 with Phi(r) the integral of s K(s) from 0 to r, from the kernels' formulas; u = r / h.
double flow_by_hand(Kernel kernel, double u) {
  const double s = u * u;
  double mass = 1;  // of the kernel within u
  if (kernel == Kernel::gaussian) mass = -std::expm1(-0.5 * s);
  if (kernel != Kernel::gaussian && u < 1) {
    switch (kernel) {
      case Kernel::uniform:
        mass = s;
        break;
      case Kernel::triangular:
        mass = s * (3 - 2 * u);
        break;
      case Kernel::epanechnikov:
        mass = 1 - std::pow(1 - s, 2);
        break;
      case Kernel::quartic:
        mass = 1 - std::pow(1 - s, 3);
        break;
      default:
        mass = 1 - std::pow(1 - s, 4);
    }
  }
  return s < 1e-20 ? 0 : mass / s;
}

/// The mass as the plain flow over every edge, without discs, arcs or windings: adaptive Gauss-Kronrod.
double mass_by_hand(const MultiPolygon& area, Kernel kernel, double h, double x, double y) {
  using Rule = boost::math::quadrature::gauss_kronrod<double, 31>;
  double sum = 0;
  const auto add = [&](const Polygon::ring_type& ring) {
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
      const double ax = (ring[i].x() - x) / h, ay = (ring[i].y() - y) / h;
      const double ex = (ring[i + 1].x() - ring[i].x()) / h, ey = (ring[i + 1].y() - ring[i].y()) / h;
      // Rings are clockwise: the area is on the right.
      const double cross = ay * ex - ax * ey;
      if (cross == 0) continue;
      const auto f = [&](double s) { return flow_by_hand(kernel, std::hypot(ax + s * ex, ay + s * ey)); };
      // Cut where the edge enters the disc and where it is nearest: smooth in between.
      const double foot = std::clamp(-(ax * ex + ay * ey) / (ex * ex + ey * ey), 0.0, 1.0);
      const double half = std::sqrt(std::max(0.0, ex * ex + ey * ey - cross * cross)) / (ex * ex + ey * ey);
      double cuts[] = {0, std::clamp(foot - half, 0.0, 1.0), foot, std::clamp(foot + half, 0.0, 1.0), 1};
      std::sort(std::begin(cuts), std::end(cuts));
      for (int k = 0; k < 4; ++k)
        if (cuts[k + 1] > cuts[k]) sum += cross * Rule::integrate(f, cuts[k], cuts[k + 1], 12, 1e-13);
    }
  };
  for (const Polygon& part : area) {
    add(part.outer());
    for (const auto& hole : part.inners()) add(hole);
  }
  return 0.5 * std::numbers::inv_pi * sum;
}

/// Two ragged parts, one of them with a hole.
MultiPolygon ragged_area(std::uint64_t seed) {
  test::Uniform random(seed);
  MultiPolygon area = polygon_of(test::random_star(random, 0, 0, 14, 30, 40));
  area.push_back(polygon_of(test::random_star(random, 62, 10, 9, 22, 150))[0]);
  auto hole = polygon_of(test::random_star(random, 2, -1, 4, 9, 12))[0].outer();
  std::reverse(hole.begin(), hole.end());
  area[0].inners().push_back(hole);
  return area;
}

MultiPolygon join(const std::vector<MultiPolygon>& parts) {
  MultiPolygon whole;
  for (const MultiPolygon& part : parts) whole.insert(whole.end(), part.begin(), part.end());
  return whole;
}

std::vector<double> painted(const EdgeMass& edge, const Grid& grid, std::int64_t band) {
  std::vector<double> mass(grid.size(), -1);
  for (std::int64_t row = 0; row < grid.height; row += band) {
    const std::int64_t rows = std::min(band, grid.height - row);
    edge.paint(grid, row, rows,
               std::span(mass).subspan(static_cast<std::size_t>(row * grid.width),
                                       static_cast<std::size_t>(rows * grid.width)));
  }
  return mass;
}

std::vector<double> divisors(const EdgeMass& edge, const Grid& grid, double least_mass = 0.01) {
  std::vector<double> mass(grid.size());
  Progress silent;
  edge.paint_divisor(grid, 0, grid.height, mass, silent, least_mass);
  return mass;
}

TEST(EdgeMass, StraightBorderInClosedForm) {
  const MultiPolygon half_plane = rectangle(-1e4, -1e4, 0, 1e4);
  const double quartic[][2] = {{0, 0.5}, {0.2, 0.697049}, {0.4, 0.856947}, {0.8, 0.995186}};
  const EdgeMass edge(half_plane, Kernel::quartic, metres(25));
  // Half of the last digit printed.
  for (const auto& [a, mass] : quartic) EXPECT_NEAR(edge.at(-25 * a, 3), mass, 5e-7);
  const EdgeMass gaussian(half_plane, Kernel::gaussian, metres(10));
  for (const double a : {-4.0, -0.5, 0.0, 0.5, 1.0, 3.7})
    EXPECT_NEAR(gaussian.at(-10 * a, 3), 0.5 * std::erfc(-a / std::numbers::sqrt2), rounding) << a;
}

TEST(EdgeMass, CornersAreTheirAngleAndTheInsideIsOne) {
  for (const Kernel kernel : all_kernels) {
    const EdgeMass edge(polygon_of({{0, 0}, {3000, 4000}, {5000, 0}}), kernel, metres(20));
    EXPECT_NEAR(edge.at(0, 0), std::atan2(4, 3) / (2 * std::numbers::pi), rounding) << to_string(kernel);
    EXPECT_NEAR(edge.at(5000, 0), std::atan2(4, 2) / (2 * std::numbers::pi), rounding) << to_string(kernel);
    EXPECT_NEAR(edge.at(1500, 2000), 0.5, rounding) << to_string(kernel);
    EXPECT_EQ(edge.at(2500, 1500), 1.0) << to_string(kernel);
    EXPECT_EQ(edge.at(2500, -1500), 0.0) << to_string(kernel);
  }
}

TEST(EdgeMass, AgreesWithAdaptiveQuadrature) {
  std::mt19937_64 engine(3);
  const MultiPolygon area = ragged_area(3);
  for (const Kernel kernel : all_kernels) {
    for (const double h : {0.7, 6.0, 31.0, 400.0}) {
      const EdgeMass edge(area, kernel, metres(h));
      for (int i = 0; i < 15; ++i) {
        const double x = uniform_draw(engine, -40, 90), y = uniform_draw(engine, -40, 40);
        // What the quadrature leaves where the boundary runs close by and its integrand is a narrow peak.
        ASSERT_NEAR(edge.at(x, y), mass_by_hand(area, kernel, h, x, y), 1e-9) << to_string(kernel) << ' ' << h;
      }
    }
  }
}

TEST(EdgeMass, GaussianAgreesWithOwensT) {
  std::mt19937_64 engine(4);
  test::Uniform random(4);
  const MultiPolygon area = polygon_of(test::random_star(random, 0, 0, 14, 30, 40));
  const EdgeMass edge(area, Kernel::gaussian, metres(7));
  for (int i = 0; i < 100; ++i) {
    const double x = uniform_draw(engine, -30, 30), y = uniform_draw(engine, -30, 30);
    double outside = 0;  // of what the edges subtend: the kernel's mass beyond the edge
    double turns = 0;
    const auto& ring = area[0].outer();
    for (std::size_t k = 0; k + 1 < ring.size(); ++k) {
      const double ax = (ring[k].x() - x) / 7, ay = (ring[k].y() - y) / 7;
      const double bx = (ring[k + 1].x() - x) / 7, by = (ring[k + 1].y() - y) / 7;
      const double length = std::hypot(bx - ax, by - ay), distance = std::abs(ay * bx - ax * by) / length;
      const double sign = ay * bx - ax * by > 0 ? 1 : -1;
      const double t1 = (ax * (bx - ax) + ay * (by - ay)) / length / distance;
      const double t2 = (bx * (bx - ax) + by * (by - ay)) / length / distance;
      outside += sign * (boost::math::owens_t(distance, t2) - boost::math::owens_t(distance, t1));
      turns += sign * (std::atan(t2) - std::atan(t1)) / (2 * std::numbers::pi);
    }
    ASSERT_NEAR(edge.at(x, y), turns - outside, rounding);
  }
}

TEST(EdgeMass, PlacesOnTheBorderItsCornersAndTheirRows) {
  // Corners and edges on the very centres of cells, level and upright edges, a spike, and a corner that touches a row.
  const MultiPolygon area =
      polygon_of({{0, 0}, {0, 6}, {2, 6}, {2, 4}, {4, 6}, {4, 2}, {6, 2}, {5, 0}, {3, 1}, {2, 0}});
  const Grid grid = grid_at(-3.5, 9.5, 1, 14, 13);
  for (const Kernel kernel : all_kernels) {
    for (const double h : {1.0, 2.0, 5.0}) {
      const EdgeMass edge(area, kernel, metres(h));
      const auto mass = painted(edge, grid, grid.height);
      for (std::size_t i = 0; i < mass.size(); ++i) {
        const Cell cell{static_cast<std::int64_t>(i) % grid.width, static_cast<std::int64_t>(i) / grid.width};
        const double x = grid.x_of_column(cell.column), y = grid.y_of_row(cell.row);
        ASSERT_NEAR(mass[i], mass_by_hand(area, kernel, h, x, y), 1e-11)
            << to_string(kernel) << ' ' << h << " at " << x << ' ' << y;
        ASSERT_NEAR(mass[i], edge.at(x, y), rounding) << to_string(kernel) << ' ' << h << " at " << x << ' ' << y;
      }
    }
  }
}

TEST(EdgeMass, PaintedAsAtEachPlaceInAnyBands) {
  const MultiPolygon area = ragged_area(5);
  const Grid grid = grid_at(-50, 40, 1.33, 110, 60);
  for (const Kernel kernel : all_kernels) {
    for (const double h : {0.3, 4.0, 17.0}) {
      const EdgeMass edge(area, kernel, metres(h));
      const auto whole = painted(edge, grid, grid.height);
      for (std::size_t i = 0; i < whole.size(); i += 7) {
        const Cell cell{static_cast<std::int64_t>(i) % grid.width, static_cast<std::int64_t>(i) / grid.width};
        ASSERT_NEAR(whole[i], edge.at(grid.x_of_column(cell.column), grid.y_of_row(cell.row)), rounding)
            << to_string(kernel) << ' ' << h << " cell " << i;
      }
      for (const int threads : {1, 3}) {
        const ThreadLimit limit(threads);
        for (const std::int64_t band : {1, 7, 45})
          EXPECT_EQ(painted(edge, grid, band), whole) << to_string(kernel) << ' ' << h << ' ' << band;
      }
    }
  }
}

TEST(EdgeMass, BordersBetweenPolygonsAreNoEdge) {
  const MultiPolygon one = rectangle(0, 0, 60, 40);
  const MultiPolygon three = join({rectangle(20, 0, 60, 40), rectangle(0, 0, 20, 40), rectangle(200, 0, 210, 10)});
  for (const Kernel kernel : all_kernels) {
    const EdgeMass whole(one, kernel, metres(5)), parts(three, kernel, metres(5));
    EXPECT_EQ(parts.at(20, 20), kernel == Kernel::gaussian ? whole.at(20, 20) : 1.0);
    EXPECT_NEAR(parts.at(20, 1), whole.at(20, 1), rounding);
  }
}

TEST(EdgeMass, TheRingsMayTurnEitherWay) {
  std::mt19937_64 engine(6);
  MultiPolygon area = ragged_area(6);
  const EdgeMass as_given(area, Kernel::quartic, metres(9));
  for (Polygon& part : area) {
    std::reverse(part.outer().begin(), part.outer().end());
    for (auto& hole : part.inners()) std::reverse(hole.begin(), hole.end());
  }
  std::swap(area[0], area[1]);
  const EdgeMass turned(area, Kernel::quartic, metres(9));
  for (int i = 0; i < 50; ++i) {
    const double x = uniform_draw(engine, -40, 90), y = uniform_draw(engine, -40, 40);
    ASSERT_EQ(turned.at(x, y), as_given.at(x, y));
  }
}

TEST(EdgeMass, PreciseFarFromTheOrigin) {
  for (const Kernel kernel : all_kernels) {
    const EdgeMass near(rectangle(0, 0, 60000, 40000), kernel, metres(5000));
    const EdgeMass far(rectangle(9e6, 1e7, 9.06e6, 1.004e7), kernel, metres(5000));
    for (const double x : {-1000.0, 0.0, 130.0, 4000.0}) EXPECT_NEAR(far.at(9e6 + x, 1e7 + 77), near.at(x, 77), 1e-12);
  }
}

class EdgeOracle : public testing::Test {
 protected:
  EdgeOracle() {
    for (const auto& row : test::read_csv("engine/oracle/density/clusters300_points.csv", 1))
      events.push_back({std::stod(row[1]), std::stod(row[2]), 1});
    for (const auto& row : test::read_csv("engine/oracle/density/clusters300_abramson.csv", 1))
      queries.push_back({std::stod(row[1]), std::stod(row[2])});
  }
  /// Of one cell about the query, corrected; events per unit of area. NaN outside the window.
  [[nodiscard]] double corrected(const EdgeMass& edge, std::size_t query, Kernel kernel, double h) const {
    const auto [x, y] = queries[query];
    const Grid grid = grid_at(x - 0.5, y + 0.5, 1, 1, 1);
    return 1e-6 * density_double(events, grid, {kernel, metres(h)}).at({0, 0}) / edge.at(x, y);
  }
  std::vector<WeightedPoint> events;
  std::vector<std::pair<double, double>> queries;
  MultiPolygon window = rectangle(0, 0, 120, 80);
};

TEST_F(EdgeOracle, Gaussian) {
  const auto rows = test::read_csv("engine/oracle/density/clusters300_edge_gaussian.csv", 1);
  ASSERT_EQ(rows.size(), 80U);
  for (const auto& row : rows) {
    const double h = std::stod(row[0]);
    const EdgeMass edge(window, Kernel::gaussian, metres(h));
    const std::size_t query = std::stoul(row[1]) - 1;
    // Both are closed forms; 2e-13 of the largest, 0.09, for the quotient.
    EXPECT_NEAR(edge.at(queries[query].first, queries[query].second), std::stod(row[2]), rounding);
    EXPECT_NEAR(corrected(edge, query, Kernel::gaussian, h), std::stod(row[3]), 2e-14) << h << " at " << query;
  }
}

TEST_F(EdgeOracle, FiniteSupport) {
  const auto rows = test::read_csv("engine/oracle/density/clusters300_edge_finite.csv", 1);
  ASSERT_EQ(rows.size(), 24U);
  for (const auto& row : rows) {
    const Kernel kernel = parse_kernel(row[0]).value();
    const double h = std::stod(row[1]);
    const EdgeMass edge(window, kernel, metres(h));
    const std::size_t query = std::stoul(row[2]) - 1;
    // The table's masses are quadratures, good to 1e-9.
    EXPECT_NEAR(edge.at(queries[query].first, queries[query].second), std::stod(row[3]), 1e-9);
    EXPECT_NEAR(corrected(edge, query, kernel, h), std::stod(row[4]), 1e-9 * 0.07) << row[0] << " at " << query;
  }
}

TEST(EdgeCorrection, EvenlySpreadEventsGiveAFlatSurface) {
  // One event in the middle of every square of 1 m: the sum over a lattice is the mass in the area within
  // (spacing / bandwidth)^2 or so, for the border runs between two lines of events.
  const MultiPolygon area = polygon_of({{0, 0}, {0, 60}, {40, 60}, {40, 100}, {120, 100}, {120, 0}, {70, 0}, {70, 30}});
  std::vector<WeightedPoint> events;
  for (int x = 0; x < 120; ++x)
    for (int y = 0; y < 100; ++y) {
      const WeightedPoint event{x + 0.5, y + 0.5, 1};
      const bool inside =
          (event.x > 40 || event.y < 60) && !(event.x < 70 && event.y < 30 && event.y * 70 < event.x * 30);
      if (inside) events.push_back(event);
    }
  const Grid grid = grid_at(-10, 110, 2, 70, 60);
  for (const Kernel kernel : {Kernel::epanechnikov, Kernel::quartic, Kernel::gaussian}) {
    const Length bandwidth = metres(kernel == Kernel::gaussian ? 7 : 18);
    Raster<double> found = density_double(events, grid, {kernel, bandwidth});
    const auto divisor = divisors(EdgeMass(area, kernel, bandwidth), grid);
    for (std::size_t i = 0; i < divisor.size(); ++i) found.values()[i] /= divisor[i];
    std::size_t inside = 0;
    for (std::size_t i = 0; i < found.values().size(); ++i) {
      if (std::isnan(found.values()[i])) continue;
      ++inside;
      // The slanted border cuts through squares; 3 % at the sharp corner there, where a fifth of the kernel is inside.
      ASSERT_NEAR(found.values()[i] * 1e-6, 1, 0.03) << to_string(kernel) << " cell " << i;
    }
    EXPECT_NEAR(static_cast<double>(inside) * 4, 120 * 100 - 40 * 40 - 70 * 30 / 2, 40);
  }
}

TEST(EdgeCorrection, OutsideIsNotObserved) {
  const MultiPolygon area = join({rectangle(0, 0, 10, 10), rectangle(50, 4, 50.6, 5)});  // the second is an islet
  const Grid grid = grid_at(-5, 15, 1, 60, 20);
  const EdgeMass edge(area, Kernel::quartic, metres(8));
  std::vector<double> values = divisors(edge, grid);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double x = grid.x_of_column(static_cast<std::int64_t>(i) % grid.width);
    const double y = grid.y_of_row(static_cast<std::int64_t>(i) / grid.width);
    const bool inside = x > 0 && x < 10 && y > 0 && y < 10;
    if (inside) {
      EXPECT_NEAR(values[i], edge.at(x, y), rounding);
    } else {
      EXPECT_TRUE(std::isnan(values[i])) << x << ' ' << y;
    }
  }
  values = divisors(edge, grid, 0.001);
  const std::size_t islet = 10 * 60 + 55;
  EXPECT_NEAR(values[islet], edge.at(50.5, 4.5), rounding);
}

TEST(EdgeCorrection, BadInputIsRefused) {
  const MultiPolygon area = rectangle(0, 0, 10, 10);
  const auto code_of = [&](const auto& call) {
    try {
      call();
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::internal;  // no error at all
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double bad : {0.0, -1.0, nan, std::numeric_limits<double>::infinity()})
    EXPECT_EQ(code_of([&] { EdgeMass(area, Kernel::quartic, metres(bad)); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([&] { EdgeMass(rectangle(0, 0, nan, 10), Kernel::quartic, metres(1)); }),
            ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([&] { EdgeMass(area, Kernel::gaussian, metres(1e-9)); }), ErrorCode::memory);
  const EdgeMass edge(area, Kernel::quartic, metres(1));
  std::vector<double> values(12);
  EXPECT_EQ(code_of([&] { edge.paint(grid_at(0, 3, 1, 4, 3), 1, 3, values); }), ErrorCode::shape_mismatch);
  EXPECT_EQ(code_of([&] { edge.paint(grid_at(0, 3, 1, 4, 3), 0, 2, values); }), ErrorCode::shape_mismatch);
  Progress silent;
  EXPECT_EQ(code_of([&] { edge.paint_divisor(grid_at(0, 3, 1, 4, 3), 0, 3, values, silent, nan); }),
            ErrorCode::invalid_argument);
}

TEST(EdgeMass, AnEmptyAreaHasNoMass) {
  const EdgeMass edge({}, Kernel::quartic, metres(1));
  EXPECT_EQ(edge.at(0, 0), 0.0);
}

}  // namespace
}  // namespace tocsin
