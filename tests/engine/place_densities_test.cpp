#include <algorithm>
#include <cmath>
#include <cstring>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/density/place_densities.hpp>

#include "shapes.hpp"

namespace tocsin {
namespace {

constexpr std::int64_t margin = 14;  // two rows more than the reach of 12 cells

Events spread_events() {
  Events events;
  const auto add = [&](double x, double y, PlacePrecision precision) {
    events.add(x, y, Day{});
    events.precision.back() = precision;
  };
  add(12000, 9000, {PlaceKind::disc, 0, 6000});
  add(30000, 22000, {PlaceKind::disc, 0, 3000});
  add(5000, 5000, {PlaceKind::admin, 2, 0});
  add(100000, 100000, {PlaceKind::disc, 0, 3000});  // far outside
  return events;
}

struct World {
  Grid whole{{}, 100.1, 30000.7, 333.3, 120, 90};
  Grid wide = whole.expanded(margin);
  Areas units{{test::polygon_of({{2000, 1000}, {3000, 20000}, {20000, 17000}, {15000, 2000}})}, {"A"}, {"A"}, {}};
  PlacedEvents placed;
  std::vector<double> weights;  // by place

  World() {
    PlacementOptions options;
    options.admin[2] = &units;
    placed = place_events(spread_events(), wide, options);
    weights = placed.weights_by_place(std::vector<double>{1, 2.5, 0.7, 9}).spreads;
  }
};

Raster<double> densities(World& world, const DensityOptions& options, std::int64_t band_rows) {
  Raster<double> result(world.whole);
  for (std::int64_t first = 0; first < world.whole.height; first += band_rows) {
    const std::int64_t rows = std::min(band_rows, world.whole.height - first);
    const Grid wide_rows = world.wide.rows(first, rows + 2 * margin), band = world.whole.rows(first, rows);
    world.placed.lay(wide_rows, nullptr);
    Raster<double> part(band);
    PlaceDensities(world.placed, wide_rows, world.whole, band, options).add(world.weights, part);
    std::copy(part.values().begin(), part.values().end(), result.row(first).begin());
  }
  return result;
}

class OfPlaces : public testing::TestWithParam<Kernel> {
 protected:
  /// Reach of 12 cells, or of a gaussian's eight deviations.
  DensityOptions options() const {
    return {GetParam(), metres(GetParam() == Kernel::gaussian ? 333.3 * 1.5 : 333.3 * 11.7)};
  }
};

TEST_P(OfPlaces, AreThoseOfTheirCells) {
  World world;
  const Raster<double> got = densities(world, options(), world.whole.height);
  const auto points = world.placed.weighted_points(world.wide, std::vector<double>{1, 2.5, 0.7, 9});
  const Raster<double> wanted = density_double(points, world.whole, options());
  const double most = *std::max_element(wanted.values().begin(), wanted.values().end());
  ASSERT_GT(most, 0);
  for (std::size_t i = 0; i < got.values().size(); ++i) {
    // density() promises 1e-9 of the maximum.
    EXPECT_NEAR(got.values()[i], wanted.values()[i], 1e-9 * most) << i;
    EXPECT_EQ(got.values()[i] == 0, wanted.values()[i] == 0) << i;
  }
}

TEST_P(OfPlaces, HaveTheSameBitsInAnyBands) {
  World world;
  const Raster<double> whole = densities(world, options(), world.whole.height);
  const bool blocks = GetParam() == Kernel::gaussian;
  for (const std::int64_t rows : blocks ? std::vector<std::int64_t>{32, 64} : std::vector<std::int64_t>{1, 17, 64}) {
    const Raster<double> part = densities(world, options(), rows);
    EXPECT_EQ(std::memcmp(part.values().data(), whole.values().data(), whole.values().size_bytes()), 0) << rows;
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels, OfPlaces,
                         testing::Values(Kernel::uniform, Kernel::triangular, Kernel::quartic, Kernel::gaussian),
                         [](const auto& param_info) { return std::string(to_string(param_info.param)); });

TEST(PlaceDensities, WantOneWeightAPlace) {
  World world;
  PlaceDensities places(world.placed, world.wide, world.whole, world.whole, {Kernel::quartic, metres(1000)});
  Raster<double> raster(world.whole);
  EXPECT_THROW(places.add(std::vector<double>{1}, raster), Error);
}

}  // namespace
}  // namespace tocsin
