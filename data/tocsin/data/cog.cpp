#include <algorithm>
#include <array>
#include <cmath>

#include <cpl_conv.h>
#include <cpl_string.h>
#include <fmt/format.h>
#include <gdal_priv.h>
#include <ogr_spatialref.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/cog.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/detail/write_file.hpp>

namespace tocsin::data {
namespace {

/// Of the observed values.
struct Statistics {
  std::size_t count = 0;
  double minimum = 0, maximum = 0, mean = 0, deviation = 0;
};

Statistics statistics_of(std::span<const float> values) {
  Statistics result;
  double sum = 0, squares = 0;
  for (const float value : values) {
    if (std::isnan(value)) continue;
    const double number = value;
    result.minimum = result.count == 0 ? number : std::min(result.minimum, number);
    result.maximum = result.count == 0 ? number : std::max(result.maximum, number);
    ++result.count;
    sum += number;
  }
  if (result.count == 0) return result;
  result.mean = sum / static_cast<double>(result.count);
  for (const float value : values)
    if (!std::isnan(value)) squares += (value - result.mean) * (value - result.mean);
  result.deviation = std::sqrt(squares / static_cast<double>(result.count));
  return result;
}

void set_statistics(GDALRasterBand& band, std::span<const float> values) {
  const Statistics statistics = statistics_of(values);
  const double share = values.empty() ? 0 : static_cast<double>(statistics.count) / static_cast<double>(values.size());
  band.SetMetadataItem("STATISTICS_VALID_PERCENT", fmt::format("{:.4g}", 100 * share).c_str());
  if (statistics.count == 0) return;  // nothing was observed: there is no smallest value to tell
  band.SetMetadataItem("STATISTICS_MINIMUM", fmt::format("{:.9g}", statistics.minimum).c_str());
  band.SetMetadataItem("STATISTICS_MAXIMUM", fmt::format("{:.9g}", statistics.maximum).c_str());
  band.SetMetadataItem("STATISTICS_MEAN", fmt::format("{:.9g}", statistics.mean).c_str());
  band.SetMetadataItem("STATISTICS_STDDEV", fmt::format("{:.9g}", statistics.deviation).c_str());
}

/// Lends the values to GDAL, which only reads them: a copy of every raster is spared.
void add_band(GDALDataset& dataset, const Band& band) {
  const std::span<const float> values = band.values.values();
  std::array<char, 64> address{};
  const int length =
      CPLPrintPointer(address.data(), const_cast<float*>(values.data()), static_cast<int>(address.size()) - 1);
  CPLStringList options;
  options.SetNameValue("DATAPOINTER", std::string(address.data(), static_cast<std::size_t>(length)).c_str());
  if (dataset.AddBand(GDT_Float32, options.List()) != CE_None)
    throw Error(ErrorCode::internal, fmt::format("GDAL's memory driver does not take band '{}'", band.name));
  GDALRasterBand& target = *dataset.GetRasterBand(dataset.GetRasterCount());
  target.SetDescription(band.name.c_str());
  target.SetNoDataValue(not_observed);
  if (!band.unit.empty()) target.SetUnitType(band.unit.c_str());
  if (!band.description.empty()) target.SetMetadataItem("DESCRIPTION", band.description.c_str());
  set_statistics(target, values);
}

DatasetHandle dataset_over(std::span<const Band> bands, const CogText& text) {
  const Grid& grid = bands.front().values.grid();
  GDALDriver* memory = GetGDALDriverManager()->GetDriverByName("MEM");
  DatasetHandle dataset(
      memory->Create("", static_cast<int>(grid.width), static_cast<int>(grid.height), 0, GDT_Float32, nullptr));
  std::array<double, 6> transform{grid.origin_x, grid.cell_m, 0, grid.origin_y, 0, -grid.cell_m};
  dataset->SetGeoTransform(transform.data());
  if (!grid.crs_wkt.empty()) dataset->SetSpatialRef(parse_srs(grid.crs_wkt, "the grid").get());
  dataset->SetMetadataItem("AREA_OR_POINT", "Area");
  dataset->SetMetadataItem("TIFFTAG_SOFTWARE", "tocsin " TOCSIN_VERSION);
  dataset->SetMetadataItem("TIFFTAG_IMAGEDESCRIPTION", text.description.c_str());
  dataset->SetMetadataItem("TOCSIN_SCENARIO", text.scenario.c_str());
  dataset->SetMetadataItem("TOCSIN_PERIOD", text.period.c_str());
  dataset->SetMetadataItem("TOCSIN_AS_OF", text.as_of.c_str());
  for (const Band& band : bands) add_band(*dataset, band);
  return dataset;
}

/// Tiles are not padded more than need be: a raster below 512 cells is one tile, or a few, of its own size.
int tile_edge(const Grid& grid) {
  const std::int64_t longest = std::max(grid.width, grid.height);
  return static_cast<int>(std::min<std::int64_t>(512, (longest + 15) / 16 * 16));
}

CPLStringList cog_options(const Grid& grid) {
  CPLStringList options;
  options.SetNameValue("COMPRESS", "DEFLATE");
  options.SetNameValue("PREDICTOR", "YES");
  // Nothing about the machine is in the bytes; two were no faster, and GDAL's worker threads do not outlive a fork.
  options.SetNameValue("NUM_THREADS", "1");
  options.SetNameValue("BLOCKSIZE", std::to_string(tile_edge(grid)).c_str());
  options.SetNameValue("BIGTIFF", "IF_SAFER");
  options.SetNameValue("OVERVIEWS", "AUTO");
  options.SetNameValue("OVERVIEW_RESAMPLING", "AVERAGE");  // a cubic would invent scores beyond those of the cells
  return options;
}

}  // namespace

void write_cog(const std::string& path, std::span<const Band> bands, const CogText& text) {
  if (bands.empty() || bands.front().values.empty())
    throw Error(ErrorCode::shape_mismatch, fmt::format("'{}' needs at least one band with cells", path));
  for (const Band& band : bands)
    if (band.values.grid() != bands.front().values.grid())
      throw Error(ErrorCode::shape_mismatch,
                  fmt::format("band '{}' has another grid than band '{}'", band.name, bands.front().name));
  register_gdal();
  const ErrorTrap trap;
  const ConfigOption no_side_file("GDAL_PAM_ENABLED", "NO");
  const DatasetHandle source = dataset_over(bands, text);
  GDALDriver* cog = GetGDALDriverManager()->GetDriverByName("COG");
  if (cog == nullptr) throw Error(ErrorCode::internal, "this GDAL has no COG driver; GDAL 3.6 or later is needed");
  DatasetHandle written(cog->CreateCopy(path.c_str(), source.get(), FALSE,
                                        cog_options(bands.front().values.grid()).List(), nullptr, nullptr));
  const bool created = written != nullptr;
  written.reset();  // the last bytes are written here, and a full disk may only show now
  if (!created || trap.failed()) throw Error(ErrorCode::io, cannot_write(path, trap.text()));
}

}  // namespace tocsin::data
