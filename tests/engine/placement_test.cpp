#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/density/density.hpp>
#include <tocsin/vector/placement.hpp>
#include <tocsin/vector/unit_finder.hpp>

#include "shapes.hpp"

namespace tocsin {
namespace {

using test::rectangle;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr PlacePrecision exact{PlaceKind::point, 0, 0};
constexpr PlacePrecision nowhere{PlaceKind::unplaced, 0, 0};

PlacePrecision within(float radius_m) {
  return {PlaceKind::disc, 0, radius_m};
}
PlacePrecision unit_of(std::uint8_t level) {
  return {PlaceKind::admin, level, 0};
}

/// What a test says about one event; the rest of its record does not matter to placement.
struct Record {
  double x = nan, y = nan;
  PlacePrecision precision = exact;
  std::string code{}, admin1{}, admin2{}, admin3{};
};

Events events_of(const std::vector<Record>& records) {
  Events events;
  CategoricalBuilder code, admin1, admin2, admin3;
  for (const Record& record : records) {
    events.row.push_back(static_cast<std::int64_t>(events.row.size()) + 2);
    events.x.push_back(record.x);
    events.y.push_back(record.y);
    events.first_day.push_back(make_day(2021, 8, 1));
    events.last_day.push_back(make_day(2021, 8, 1));
    events.precision.push_back(record.precision);
    events.weight.push_back(1);
    code.add(record.code);
    admin1.add(record.admin1);
    admin2.add(record.admin2);
    admin3.add(record.admin3);
  }
  events.area_code = std::move(code).build();
  events.admin1 = std::move(admin1).build();
  events.admin2 = std::move(admin2).build();
  events.admin3 = std::move(admin3).build();
  return events;
}

std::vector<double> ones(std::size_t n) {
  return std::vector<double>(n, 1.0);
}

double sum(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

/// A state of two counties, 60 km each, side by side on a grid of 1 km that reaches 30 km beyond.
//
//      0        60       120 km
//      +---------+---------+
//      | Tambura |  Ezo    |
//      +---------+---------+
class Placement : public ::testing::Test {
 protected:
  Placement() {
    states.shapes = {rectangle(0, 0, 120'000, 60'000)};
    states.codes = {"SS01"};
    states.names = {"Western Equatoria"};
    counties.shapes = {rectangle(0, 0, 60'000, 60'000), rectangle(60'000, 0, 120'000, 60'000)};
    counties.codes = {"SS0101", "SS0102"};
    counties.names = {"Tambura", "Ézo County"};
    options.admin[1] = &states;
    options.admin[2] = &counties;
  }
  [[nodiscard]] PlacedEvents place(const std::vector<Record>& records) const {
    return place_events(events_of(records), grid, options);
  }
  /// Index of the county that all of a placed event's cells lie in, 2 for both, -1 when it is not spread.
  [[nodiscard]] int county_of(const PlacedEvents& placed, std::size_t event) const {
    if (placed.how[event] != PlacedAs::spread) return -1;
    bool west = false, east = false;
    for (const CellShare& part : placed.spreads[static_cast<std::size_t>(placed.place[event])].cells)
      (grid.x_of_column(static_cast<std::int64_t>(part.cell) % grid.width) < 60'000 ? west : east) = true;
    return west && east ? 2 : east ? 1 : 0;
  }
  Areas states, counties;
  PlacementOptions options;
  Grid grid = test::grid_from(-30'000, -30'000, 1000, 180, 120);
};

TEST_F(Placement, PointsStayPoints) {
  const PlacedEvents placed = place({{1234, 5678}, {9e6, 0}, {1234, 5678}, {nan, nan}, {1, 2, nowhere}});
  EXPECT_EQ(placed.how,
            (std::vector{PlacedAs::point, PlacedAs::outside, PlacedAs::point, PlacedAs::excluded, PlacedAs::excluded}));
  ASSERT_EQ(placed.points.size(), 1u) << "equal places are stored once";
  EXPECT_EQ(placed.place, (std::vector<std::int32_t>{0, -1, 0, -1, -1}));
  ASSERT_EQ(placed.warnings.size(), 1u);
  EXPECT_EQ(placed.warnings[0], "1 event has no coordinates; on no map and in no area");
  const std::vector<double> weights{1, 10, 2, 100, 1000};
  const auto points = placed.weighted_points(grid, weights);
  ASSERT_EQ(points.size(), 1u);
  EXPECT_EQ(points[0].x, 1234);
  EXPECT_EQ(points[0].weight, 3);
  EXPECT_EQ(placed.weight_by_cell(grid, weights).at(*grid.cell_of_point(1234, 5678)), 3);
}

TEST_F(Placement, UnitsAreFoundByCodeThenNameThenCoordinates) {
  const PlacedEvents placed = place({{nan, nan, unit_of(2), "SS0102"},
                                     {nan, nan, unit_of(2), "", "", "TAMBURA county"},
                                     {nan, nan, unit_of(2), "", "", "ezo"},
                                     {70'000, 10'000, unit_of(2)},
                                     {nan, nan, unit_of(2), "SS0102", "", "Tambura"},
                                     {nan, nan, unit_of(1), "", "western  equatoria State"}});
  const std::vector<int> wanted{1, 0, 1, 1, 1, 2};
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_EQ(county_of(placed, i), wanted[i]) << i;
  EXPECT_TRUE(placed.warnings.empty()) << placed.warnings[0];
  EXPECT_EQ(placed.spreads.size(), 3u) << "distinct units are stored once";
  for (const auto& place : placed.spreads) EXPECT_EQ(place.outside, 0);
}

TEST_F(Placement, TheNameWinsOverTheCoordinatesAndIsCounted) {
  const PlacedEvents placed = place({{70'000, 10'000, unit_of(2), "", "", "Tambura"},
                                     {10'000, 10'000, unit_of(2), "SS0102"},
                                     {60'000, 10'000, unit_of(2), "", "", "Ezo"},       // on the boundary: no quarrel
                                     {500'000, 10'000, unit_of(2), "", "", "Tambura"},  // in no unit: no quarrel
                                     {70'000, 10'000, unit_of(2), "", "", "Nagero"}});
  EXPECT_EQ(county_of(placed, 0), 0);
  EXPECT_EQ(county_of(placed, 1), 1);
  EXPECT_EQ(county_of(placed, 2), 1);
  EXPECT_EQ(county_of(placed, 4), 1);
  ASSERT_EQ(placed.warnings.size(), 2u);
  EXPECT_EQ(placed.warnings[0], "2 events name another unit than their coordinates lie in; the name was used");
  EXPECT_EQ(
      placed.warnings[1],
      "1 event names a unit that was not found, or found more than once; the unit that holds the coordinates was used");
}

TEST_F(Placement, UnitsThatCannotBeFoundAreLeftOut) {
  const PlacedEvents placed = place({{nan, nan, unit_of(2), "XX", "", "Atlantis"}, {-9000, 9000, unit_of(2)}});
  EXPECT_EQ(placed.how, (std::vector{PlacedAs::excluded, PlacedAs::excluded}));
  ASSERT_EQ(placed.warnings.size(), 1u);
  EXPECT_EQ(placed.warnings[0].substr(0, 12), "2 events are");
}

TEST_F(Placement, AMissingLevelIsTakenFromTheNextCoarser) {
  const Record payam{10'000, 10'000, unit_of(3), "SS010101", "Western Equatoria", "Tambura", "Source Yubu"};
  EXPECT_EQ(county_of(place({payam}), 0), 0);
  options.admin[2] = nullptr;
  EXPECT_EQ(county_of(place({payam}), 0), 2) << "the state";
  options.admin[1] = nullptr;
  options.admin[3] = &counties;  // given, but finer than the record knows
  const PlacedEvents placed = place({{10'000, 10'000, unit_of(2), "", "", "Tambura"}});
  EXPECT_EQ(placed.how[0], PlacedAs::excluded) << "never more precise than reported";
  EXPECT_EQ(placed.warnings.size(), 1u);
}

TEST_F(Placement, UnitsThatShareANameNeedCoordinates) {
  counties.names = {"Centre", "Centre"};
  const PlacedEvents placed =
      place({{70'000, 9000, unit_of(2), "", "", "Centre"}, {nan, nan, unit_of(2), "", "", "Centre"}});
  EXPECT_EQ(county_of(placed, 0), 1);
  EXPECT_EQ(placed.how[1], PlacedAs::excluded);
}

TEST_F(Placement, DiscsAreSpreadEvenly) {
  const double x = 12'345, y = 6789, radius = 20'000;
  const PlacedEvents placed = place({{x, y, within(20'000)}, {x, y, within(20'000)}, {x, y, within(0)}});
  ASSERT_EQ(placed.spreads.size(), 1u);
  EXPECT_EQ(placed.how[2], PlacedAs::point) << "a disc without a radius is its centre";
  EXPECT_EQ(placed.spreads[0].outside, 0);
  const double even = 1e6 / (std::numbers::pi * radius * radius);
  double moment = 0;
  for (const CellShare& part : placed.spreads[0].cells) {
    const double dx = grid.x_of_column(static_cast<std::int64_t>(part.cell) % grid.width) - x;
    const double dy = grid.y_of_row(static_cast<std::int64_t>(part.cell) / grid.width) - y;
    const double distance = std::hypot(dx, dy);
    if (distance < radius - 1000) {
      EXPECT_NEAR(part.share, even, 1e-12);  // the 128-gon has the area of the disc
    }
    EXPECT_LT(distance, radius + 1000);
    moment += part.share * (dx * dx + dy * dy);
  }
  EXPECT_NEAR(moment / (radius * radius), 0.5, 1e-3) << "second moment of a uniform disc";
}

TEST_F(Placement, ThePartOfADiscBeyondTheGridIsKnown) {
  const PlacedEvents placed = place({{-30'000, 20'000, within(10'000)}, {-45'000, 20'000, within(10'000)}});
  EXPECT_EQ(placed.how, (std::vector{PlacedAs::spread, PlacedAs::outside}));
  EXPECT_NEAR(placed.spreads[0].outside, 0.5, 1e-9);
}

TEST_F(Placement, SpreadByPopulation) {
  Raster<float> population(grid, static_cast<float>(nan));
  const Cell town = *grid.cell_of_point(10'500, 10'500), village = *grid.cell_of_point(20'500, 30'500);
  population.at(town) = 900;
  population.at(village) = 100;
  population.at(*grid.cell_of_point(30'500, 30'500)) = 0;
  population.at(*grid.cell_of_point(90'500, 30'500)) = 0;
  options.population = &population;
  const PlacedEvents placed = place({{nan, nan, unit_of(2), "SS0101"}, {nan, nan, unit_of(2), "SS0102"}});
  const auto west = placed.weight_by_cell(grid, std::vector<double>{1, 0});
  EXPECT_DOUBLE_EQ(west.at(town), 0.9);
  EXPECT_DOUBLE_EQ(west.at(village), 0.1);
  EXPECT_EQ(placed.spreads[0].cells.size(), 2u);
  EXPECT_EQ(placed.spreads[1].cells.size(), 3600u) << "nobody is known to live there: evenly";
  Raster<float> other(test::grid_from(0, 0, 1000, 3, 3));
  options.population = &other;
  EXPECT_THROW(place({}), Error);
}

TEST_F(Placement, OtherMethods) {
  const std::vector<Record> records{{1000, 1000},
                                    {2000, 1000, within(5000)},
                                    {3000, 1000, unit_of(2), "", "", "Tambura"},
                                    {nan, nan, unit_of(2), "", "", "Tambura"},
                                    {4000, 1000, nowhere}};
  options.method = PlacementMethod::point;
  using enum PlacedAs;
  EXPECT_EQ(place(records).how, (std::vector{point, point, point, excluded, excluded}));
  options.method = PlacementMethod::exclude;
  EXPECT_EQ(place(records).how, (std::vector{point, excluded, excluded, excluded, excluded}));
  EXPECT_TRUE(place(records).warnings.empty());
}

/// Shapes at odds with the grid, discs over its rim, everything at once.
std::vector<Record> mixed_records(test::Uniform& random, int n) {
  std::vector<Record> records;
  for (int i = 0; i < n; ++i) {
    Record record{random.between(-40'000, 130'000), random.between(-40'000, 80'000)};
    if (i % 4 == 1) record.precision = within(static_cast<float>(random.between(100, 25'000)));
    if (i % 4 == 2) record.precision = unit_of(2), record.admin2 = i % 3 == 0 ? "Tambura" : "Ezo";
    if (i % 4 == 3) record.precision = unit_of(1), record.code = "SS01";
    records.push_back(record);
  }
  return records;
}

TEST_F(Placement, NoWeightIsLost) {
  test::Uniform random(43);
  counties.shapes[1] = test::polygon_of(test::random_star(random, 110'000, 30'000, 20'000, 70'000, 31));
  states.shapes[0] = test::polygon_of(test::random_star(random, 50'000, 30'000, 20'000, 150'000, 57));
  const auto records = mixed_records(random, 2000);
  const PlacedEvents placed = place(records);
  double count = 0, beyond = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (placed.how[i] == PlacedAs::point || placed.how[i] == PlacedAs::spread) count += 1;
    if (placed.how[i] == PlacedAs::spread) beyond += placed.spreads[static_cast<std::size_t>(placed.place[i])].outside;
  }
  EXPECT_GT(beyond, 10) << "the case is meant to reach over the rim";
  double placed_weight = 0;
  for (const WeightedPoint& point : placed.weighted_points(grid, ones(records.size()))) placed_weight += point.weight;
  EXPECT_NEAR(placed_weight + beyond, count, 1e-9 * count);
  const Raster<double> by_cell = placed.weight_by_cell(grid, ones(records.size()));
  EXPECT_NEAR(sum(by_cell.values()) + beyond, count, 1e-9 * count);
}

TEST_F(Placement, SameForAnyThreadCount) {
  test::Uniform random(47);
  const auto records = mixed_records(random, 300);
  const auto compute = [&](int threads) {
    const ThreadLimit limit(threads);
    return place(records);
  };
  const PlacedEvents one = compute(1);
  for (const int threads : {2, 3, 8}) {
    const PlacedEvents many = compute(threads);
    EXPECT_EQ(many.how, one.how);
    EXPECT_EQ(many.place, one.place);
    const auto a = one.weight_by_cell(grid, ones(300)), b = many.weight_by_cell(grid, ones(300));
    EXPECT_TRUE(std::equal(a.values().begin(), a.values().end(), b.values().begin())) << threads;
  }
}

TEST_F(Placement, AUnitMakesNoPeakAtItsCentroid) {
  const PlacedEvents placed = place({{30'000, 30'000, unit_of(2), "SS0101"}});
  const auto points = placed.weighted_points(grid, ones(1));
  const Raster<double> risk = density_double(points, grid, {.kernel = Kernel::quartic, .bandwidth = kilometres(25)});
  const double even = 1.0 / 3600;  // events per km2 of the county
  // 1e-4: a sum over centres of 1 km cells stands for the integral of a kernel of 25 km.
  EXPECT_NEAR(risk.at(*grid.cell_of_point(30'000, 30'000)), even, 1e-4 * even);
  EXPECT_LE(*std::max_element(risk.values().begin(), risk.values().end()), even * (1 + 1e-4));
  // The same event on its coordinates would stand out more than fivefold.
  options.method = PlacementMethod::point;
  const auto peak = place({{30'000, 30'000, unit_of(2), "SS0101"}}).weighted_points(grid, ones(1));
  const Raster<double> wrong = density_double(peak, grid, {.kernel = Kernel::quartic, .bandwidth = kilometres(25)});
  EXPECT_GT(*std::max_element(wrong.values().begin(), wrong.values().end()), 5 * even);
}

TEST_F(Placement, OneWeightAnEvent) {
  const PlacedEvents placed = place({{1000, 1000}});
  EXPECT_THROW((void)placed.weight_by_cell(grid, ones(2)), Error);
  EXPECT_THROW((void)placed.weighted_points(grid, ones(0)), Error);
}

TEST(FoldName, CaseAccentsAndPunctuation) {
  EXPECT_EQ(fold_name("Sous-préfecture de Bakouma"), "sous prefecture de bakouma");
  EXPECT_EQ(fold_name("  N'Djamena\t(Ville) "), "n djamena ville");
  EXPECT_EQ(fold_name("N\u2019D\u00e9l\u00e9"), "n dele");
  EXPECT_EQ(fold_name("BAMINGUI\u2013BANGORAN"), "bamingui bangoran");
  EXPECT_EQ(fold_name("Łódź Œuvre Straße Æ Þór Ĳ ıİ"), "lodz oeuvre strasse ae thor ij ii");
  EXPECT_EQ(fold_name("Pre\u0301fecture"), "prefecture") << "accents written as marks of their own";
  EXPECT_EQ(fold_name("جوبا"), "جوبا") << "other scripts stay";
  EXPECT_EQ(fold_name("a\xE9z \xFF"), "a z") << "bytes that are not UTF-8 separate words";
  EXPECT_EQ(fold_name("\xC3"), "");
  EXPECT_EQ(fold_name(""), "");
}

TEST(UnitFinder, NamesThatAgreeInFullWinOverBareOnes) {
  Areas areas;
  areas.shapes = {rectangle(0, 0, 1, 1), rectangle(1, 0, 2, 1), rectangle(2, 0, 3, 1)};
  areas.codes = {"a", "b", ""};
  areas.names = {"Bangui", "Bangui Commune", "M'Baïki"};
  const UnitFinder finder(areas);
  using Units = std::vector<std::size_t>;
  EXPECT_EQ(finder.by_name("bangui"), (Units{0}));
  EXPECT_EQ(finder.by_name("Commune Bangui"), (Units{0, 1})) << "either may be meant";
  EXPECT_EQ(finder.by_name("Mbaiki region"), (Units{2})) << "spaces and apostrophes aside";
  EXPECT_EQ(finder.by_name(""), Units{});
  EXPECT_EQ(finder.by_code("b"), 1);
  EXPECT_EQ(finder.by_code(""), -1);
}

TEST(BareUnitName, DropsTheKind) {
  EXPECT_EQ(bare_unit_name("tambura county"), "tambura");
  EXPECT_EQ(bare_unit_name("western equatoria state"), "western equatoria");
  EXPECT_EQ(bare_unit_name("sous prefecture de bakouma"), "bakouma");
  EXPECT_EQ(bare_unit_name("bakouma sub prefecture"), "bakouma");
  EXPECT_EQ(bare_unit_name("nana gribizi economic prefecture"), "nana gribizi");
  EXPECT_EQ(bare_unit_name("prefecture economique de la nana gribizi"), "nana gribizi");
  EXPECT_EQ(bare_unit_name("ruweng administrative area"), "ruweng");
  EXPECT_EQ(bare_unit_name("etat d equateur"), "equateur");
  EXPECT_EQ(bare_unit_name("state"), "state") << "something must stay";
  EXPECT_EQ(bare_unit_name("la lobaye"), "la lobaye")
      << "an article is part of the name unless a kind stands before it";
  EXPECT_EQ(bare_unit_name(""), "");
}

}  // namespace
}  // namespace tocsin
