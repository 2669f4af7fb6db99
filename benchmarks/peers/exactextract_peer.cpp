// exactextract's own C++ library, built from the source that its PyPI package carries: one polygon after another, as
// its Python module does by default, but without Python between.
#include <memory>
#include <utility>

#include <feature_sequential_processor.h>
#include <map_feature.h>
#include <memory_raster_source.h>
#include <operation.h>

#include "worker.hpp"

namespace {

using namespace exactextract;

/// Hands out prepared features one by one.
class PreparedFeatures : public FeatureSource {
 public:
  explicit PreparedFeatures(const std::vector<MapFeature>& features) : features_(features) {}
  [[nodiscard]] const Feature& feature() const override { return features_[next_ - 1]; }
  bool next() override { return next_ < features_.size() ? (++next_, true) : false; }
  [[nodiscard]] std::size_t count() const override { return features_.size(); }

 private:
  const std::vector<MapFeature>& features_;
  std::size_t next_ = 0;
};

/// Keeps every result as doubles, one row a feature.
class Table : public OutputWriter {
 public:
  explicit Table(const std::vector<std::string>& statistics) : statistics_(statistics) {}
  void write(const Feature& feature) override {
    for (const std::string& statistic : statistics_) values.push_back(feature.get_double(statistic));
  }
  std::vector<double> values;

 private:
  const std::vector<std::string>& statistics_;
};

std::vector<MapFeature> read_features(const peers::Options& options) {
  static GEOSContextHandle_t geos = initGEOS_r(nullptr, nullptr);
  const auto vertices = peers::read_raw<double>(options.text("--vertices"));
  const auto ends = peers::read_raw<std::int64_t>(options.text("--ring-ends"));
  std::vector<MapFeature> features;
  std::int64_t begin = 0;
  for (const std::int64_t end : ends) {
    GEOSCoordSequence* ring =
        GEOSCoordSeq_copyFromBuffer_r(geos, &vertices[2 * begin], static_cast<unsigned>(end - begin), 0, 0);
    GEOSGeometry* shell = GEOSGeom_createLinearRing_r(geos, ring);
    features.emplace_back().set_geometry(geos_ptr(geos, GEOSGeom_createPolygon_r(geos, shell, nullptr, 0)));
    begin = end;
  }
  return features;
}

RasterVariant read_raster(const peers::Options& options) {
  const auto values = peers::read_raw<double>(options.text("--values"));
  const auto side = static_cast<std::size_t>(options.integer("--side"));
  Matrix<double> cells(side, side);
  std::copy(values.begin(), values.end(), cells.data());
  const auto extent = static_cast<double>(side);
  return std::make_unique<Raster<double>>(std::move(cells), Box{0, 0, extent, extent});
}

int measure(int argc, char** argv) {
  const peers::Options options(argc, argv, 1);
  const std::vector<std::string> statistics{"count", "sum", "mean", "min", "max", "stdev"};
  const std::vector<MapFeature> features = read_features(options);
  MemoryRasterSource raster(read_raster(options));
  raster.set_name("value");
  std::vector<double> result;
  const auto work = [&] {
    PreparedFeatures source(features);
    Table table(statistics);
    FeatureSequentialProcessor processor(source, table);
    processor.set_max_cells_in_memory(30'000'000);  // as the Python module sets it
    for (const std::string& statistic : statistics) {
      processor.add_operation(*Operation::create(statistic, statistic, &raster));
    }
    processor.process();
    result = std::move(table.values);
  };
  peers::serve("", work, [&](const std::string& path) { peers::write_raw<double>(path, result); });
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return measure(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "exactextract_peer: " << error.what() << '\n';
    return 1;
  }
}
