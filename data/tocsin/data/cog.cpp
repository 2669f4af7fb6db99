#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/cog.hpp>

namespace tocsin::data {

void write_cog(const std::string& path, std::span<const Band> bands, const RasterText& text) {
  if (bands.empty())
    throw Error(ErrorCode::shape_mismatch, fmt::format("'{}' needs at least one band with cells", path));
  std::vector<BandText> texts;
  for (const Band& band : bands) {
    if (band.values.grid() != bands.front().values.grid())
      throw Error(ErrorCode::shape_mismatch,
                  fmt::format("band '{}' has another grid than band '{}'", band.name, bands.front().name));
    texts.push_back({band.name, band.description, band.unit});
  }
  RasterWriter writer(path, bands.front().values.grid(), std::move(texts), text,
                      {RasterWriterOptions::Layout::cloud_optimized, {}});
  std::vector<std::span<const float>> values;
  for (const Band& band : bands) values.push_back(band.values.values());
  writer.write_rows(0, values);
  writer.finish();
}

}  // namespace tocsin::data
