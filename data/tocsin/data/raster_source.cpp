#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/raster_source.hpp>

namespace tocsin::data {
namespace {

class GdalRasterSource final : public RasterSource {
 public:
  explicit GdalRasterSource(SourceSpec spec) : spec_(std::move(spec)) {}

  RasterBatch read(const Grid& grid) override {
    if (grid.crs_wkt.empty())
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("source '{}' cannot be brought onto a grid without a CRS", spec_.name));
    SourceRaster source(spec_);
    constexpr std::int64_t most_cells = 2'000'000;  // some 100 bytes each, with their nodes
    const bool is_conservative = spec_.resample == Resample::sum || spec_.resample == Resample::mean;
    RasterBatch batch{is_conservative ? realign(source, grid, spec_.resample, most_cells)
                                      : sample(source, grid, spec_.resample, most_cells),
                      {}};
    const auto values = batch.raster.values();
    if (spec_.per_km2)
      for (float& value : values) value = static_cast<float>(static_cast<double>(value) * grid.cell_area_km2());
    if (source.infinities() > 0)
      batch.warnings.push_back(
          fmt::format("source '{}': infinite values of '{}' count as not observed", spec_.name, spec_.path));
    return batch;
  }

 private:
  SourceSpec spec_;
};

}  // namespace

std::unique_ptr<RasterSource> open_raster(const SourceSpec& spec) {
  if (spec.per_km2 && (spec.resample == Resample::sum || spec.resample == Resample::mode))
    throw Error(ErrorCode::scenario,
                fmt::format("source '{}': per_km2 needs resample = \"mean\", \"bilinear\" or \"nearest\"; "
                            "densities do not add up",
                            spec.name));
  const SourceRaster opened{spec};  // what is wrong with the file is said before any work
  return std::make_unique<GdalRasterSource>(spec);
}

}  // namespace tocsin::data
