#include <cmath>
#include <cstring>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/indicators/band_layout.hpp>

#include "small_world.hpp"

namespace tocsin {
namespace {

using test::indicator;
using test::two_district_scenario;
using test::two_district_sources;

/// Points, discs and districts; some on the lines between rows of cells.
Events scattered_events() {
  Events events;
  for (int i = 0; i < 60; ++i) {
    const double x = 500 + 650.0 * i, y = 300.0 * ((i * 37) % 67);
    events.add(x, y, make_day(2021, 6 + static_cast<unsigned>(i % 3), 1 + static_cast<unsigned>(i % 28)));
    if (i % 5 == 1) events.precision.back() = {PlaceKind::disc, 0, 3000};
    if (i % 5 == 2) events.precision.back() = {PlaceKind::admin, 2, 0};
    events.has_reported.back() = 1;
    events.reported.back() = events.first_day.back() + std::chrono::days{4 * (i % 9)};
  }
  return events;
}

/// Something to look up everywhere, but for a corner.
Raster<float> hills() {
  Raster<float> raster(Grid::covering({-10000, -10000, 50000, 30000}, metres(60)));
  for (std::int64_t row = 0; row < raster.grid().height; ++row)
    for (std::int64_t column = 0; column < raster.grid().width; ++column)
      raster.at({column, row}) = row + column < 250 ? std::nanf("")
                                                    : static_cast<float>(2 + std::sin(0.01 * static_cast<double>(row)) +
                                                                         std::cos(0.02 * static_cast<double>(column)));
  return raster;
}

Scenario scenario_in_bands() {
  const std::string rank = R"({ kind = "rank" })", zscore = R"({ kind = "zscore", reference = "all" })";
  Scenario scenario = two_district_scenario(
      indicator("sweep", "incidents", R"({ kind = "density", bandwidth = "2 km" })", rank) +
          indicator("direct", "incidents", R"({ kind = "density", kernel = "triangular", bandwidth = "100 m" })",
                    zscore) +
          indicator("gauss", "incidents", R"({ kind = "density", kernel = "gaussian", bandwidth = "300 m" })",
                    R"({ kind = "minmax", reference = "all" })") +
          indicator("near", "incidents", R"({ kind = "proximity", max = "4 km", precision = "5 km" })") +
          indicator("actors", "incidents", R"({ kind = "diversity", radius = "2 km", field = "category" })",
                    R"({ kind = "percentile", reference = "all" })") +
          indicator("count", "incidents", R"({ kind = "count" })", zscore) +
          indicator("spill", "incidents", R"({ kind = "spillover", neighbours = "queen" })", zscore) +
          indicator("expected", "incidents", R"({ kind = "nowcast" })", zscore) +
          indicator("surge", "incidents", R"({ kind = "surge", least_past = 1 })", zscore) +
          indicator("hills", "raster", R"({ kind = "value" })", R"({ kind = "minmax" })", "role = \"exposure\""),
      "placement = { method = \"spread\", population = \"raster\" }\n");
  scenario.cell = metres(60);
  scenario.areas.admin_level = 2;
  scenario.areas.population = "raster";
  return scenario;
}

MemoryResultSink run_with(double memory_bytes, int threads, std::size_t* bands = nullptr) {
  const ThreadLimit limit(threads);
  Scenario scenario = scenario_in_bands();
  scenario.memory_bytes = memory_bytes;
  Sources sources = two_district_sources(scattered_events());
  sources.rasters["raster"] = std::make_unique<MemoryRasterSource>(hills());
  MemoryResultSink sink;
  run_assessment(scenario, sources, sink);
  if (bands != nullptr) {
    SourceLedger ledger;
    Progress quiet;
    const SourceRequests requests = requests_of(scenario);
    const auto periods = periods_between(scenario.from, scenario.to, scenario.every);
    *bands = LoadedSources(scenario, requests, sources, periods, ledger, quiet).bands();
  }
  return sink;
}

bool same_bits(double a, double b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

void expect_same(const MemoryResultSink& a, const MemoryResultSink& b) {
  ASSERT_EQ(a.periods().size(), b.periods().size());
  for (std::size_t p = 0; p < a.periods().size(); ++p) {
    const PeriodResult &one = a.periods()[p], &other = b.periods()[p];
    ASSERT_EQ(one.bands.size(), other.bands.size());
    for (std::size_t k = 0; k < one.bands.size(); ++k)
      EXPECT_EQ(std::memcmp(one.bands[k].values.values().data(), other.bands[k].values.values().data(),
                            one.bands[k].values.values().size_bytes()),
                0)
          << "period " << p << ", band " << one.bands[k].name;
    ASSERT_EQ(one.areas.size(), other.areas.size());
    for (std::size_t i = 0; i < one.areas.size(); ++i) {
      EXPECT_TRUE(same_bits(one.areas[i].score, other.areas[i].score)) << one.areas[i].score;
      EXPECT_TRUE(same_bits(one.areas[i].coverage, other.areas[i].coverage));
      EXPECT_EQ(one.areas[i].top_indicators, other.areas[i].top_indicators);
    }
  }
  EXPECT_EQ(a.report().warnings, b.report().warnings);
  EXPECT_EQ(a.report().rows.at("incidents").used, b.report().rows.at("incidents").used);
  EXPECT_TRUE(same_bits(a.report().placement.at("incidents").spread, b.report().placement.at("incidents").spread));
}

TEST(Bands, TheRunIsTheSameForAnyMemoryAndThreads) {
  std::size_t one = 0, several = 0;
  const MemoryResultSink whole = run_with(4e9, 2, &one), parts = run_with(0.085e9, 2, &several);
  EXPECT_EQ(one, 1U);
  ASSERT_GE(several, 2U) << "the test wants several bands";
  EXPECT_FALSE(std::isnan(whole.periods()[1].areas[0].score));
  expect_same(whole, parts);
  expect_same(whole, run_with(0.085e9, 1));
}

TEST(Bands, ARasterWithoutAnyObservedValueIsRefused) {
  Scenario scenario = scenario_in_bands();
  Sources sources = two_district_sources(scattered_events());
  sources.rasters["raster"] = std::make_unique<MemoryRasterSource>(
      Raster<float>(Grid::covering({0, 0, 40000, 20000}, metres(60)), std::nanf("")));
  MemoryResultSink sink;
  try {
    run_assessment(scenario, sources, sink);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::input);
    EXPECT_NE(std::string(error.what()).find("no observed value on the grid"), std::string::npos) << error.what();
  }
}

TEST(BandLayout, FewestBandsThatFit) {
  Scenario scenario = scenario_in_bands();
  const Grid grid{{}, 0, 0, 100, 4000, 3000};
  const Grid wide = grid.expanded(100);
  scenario.memory_bytes = 100e9;
  EXPECT_EQ(lay_bands(scenario, grid, wide, {}).bands(), 1U);
  scenario.memory_bytes = 1e9;
  const BandLayout layout = lay_bands(scenario, grid, wide, {});
  EXPECT_GT(layout.bands(), 1U);
  EXPECT_EQ(layout.rows_a_band % ResultSink::row_step, 0);
  std::int64_t rows = 0;
  for (std::size_t band = 0; band < layout.bands(); ++band) {
    EXPECT_EQ(layout.first(band), rows);
    rows += layout.rows(band);
  }
  EXPECT_EQ(rows, grid.height);
  scenario.memory_bytes = 1e6;
  EXPECT_THROW(lay_bands(scenario, grid, wide, {}), Error);
}

}  // namespace
}  // namespace tocsin
