// Files that GDAL opens, as events, features and areas: drivers, table/layer_reader, table/sheet_reader, workbook,
// detail/vector_reader, convert_geometry. The first byte names the extension.
#include <array>

#include <tocsin/data/event_source.hpp>
#include <tocsin/data/vector_source.hpp>

#include "fuzz.hpp"
#include "vsi_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  if (size == 0) return 0;
  constexpr std::array extensions{".geojson", ".gpkg", ".shp", ".fgb", ".kml", ".xlsx", ".ods", ".csv"};
  const std::string path = std::string("/vsimem/fuzz/layer") + extensions[data[0] % extensions.size()];
  const fuzz::VsiFile file(path, fuzz::text_of(data + 1, size - 1));
  SourceSpec spec;
  spec.name = "x";
  spec.path = file.path();
  spec.code_field = spec.name_field = "name";
  spec.most_unusable = 1;
  spec.limits.rows = 10'000;
  spec.limits.workbook_bytes = 10'000'000;
  fuzz::may_refuse([&] { data::open_events(spec)->read({"EPSG:32635", {}, {}, {}}); });
  fuzz::may_refuse([&] { data::open_features(spec)->read("EPSG:32635", ""); });
  fuzz::may_refuse([&] { data::open_areas(spec)->read("EPSG:32635"); });
  return 0;
}
