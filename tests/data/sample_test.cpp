// Reads the synthetic sample as the demo does.
#include <gtest/gtest.h>

#include <tocsin/data/crs.hpp>
#include <tocsin/data/event_source.hpp>
#include <tocsin/data/raster_source.hpp>
#include <tocsin/data/table_source.hpp>
#include <tocsin/data/vector_source.hpp>

#include "source_dir.hpp"

namespace tocsin::data {
namespace {

SourceSpec sample_file(const std::string& file) {
  SourceSpec spec;
  spec.name = file;
  spec.path = test::source_dir() + "/data/samples/western_equatoria/" + file;
  return spec;
}

TEST(Sample, EveryFileReads) {
  const std::string crs = crs_wkt("EPSG:32635");
  for (const char* file : {"incidents.csv", "clashes.csv"}) {
    const EventBatch batch = open_events(sample_file(file))->read({crs, {}, {}, {"actor = 'armed group A'"}});
    EXPECT_GT(batch.events.size(), 100U) << file;
    const auto unusable = static_cast<std::int64_t>(batch.quarantined.size());
    EXPECT_EQ(batch.rows_read, static_cast<std::int64_t>(batch.events.size()) + unusable) << file;
    EXPECT_LT(unusable * 20, batch.rows_read) << file;  // a few faults are planted in the incidents
  }
  for (const char* file : {"sites.geojson", "roads.geojson", "services.geojson", "armed_groups.geojson"}) {
    const FeatureBatch batch = open_features(sample_file(file))->read(crs, "");
    EXPECT_FALSE(batch.features.empty()) << file;
    EXPECT_TRUE(batch.quarantined.empty()) << file;
  }
  for (const char* file : {"access.csv", "arrivals.csv", "calendar.csv"})
    EXPECT_GT(open_table(sample_file(file))->read().rows.size(), 3U);
  SourceSpec counties = sample_file("counties.geojson");
  counties.code_field = "pcode";
  counties.name_field = "name";
  EXPECT_EQ(open_areas(counties)->read(crs).areas.size(), 10U);
}

TEST(Sample, PopulationKeepsItsTotal) {
  SourceSpec spec = sample_file("population.tif");
  spec.resample = Resample::sum;
  const std::string crs = crs_wkt("EPSG:32635");
  const Box all{400000, 440000, 990000, 800000};
  const auto total = [&](double cell) {
    double sum = 0;
    const RasterBatch batch = open_raster(spec)->read(Grid::covering(all, metres(cell), crs));
    for (const float value : batch.raster.values()) sum += value > 0 ? static_cast<double>(value) : 0;
    return sum;
  };
  EXPECT_NEAR(total(2000) / total(7000), 1, 1e-6);  // float32 cells
}

}  // namespace
}  // namespace tocsin::data
