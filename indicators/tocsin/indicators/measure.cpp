#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include <tocsin/indicators/measure_context.hpp>

namespace tocsin {
namespace {

bool ends_with_any(const std::string& path, std::initializer_list<std::string_view> endings) {
  std::string lower = path;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return lower.ends_with(ending); });
}

}  // namespace

std::vector<UnreachableDays> Measure::unreachable(const MeasureContext& /*context*/) const {
  return {};
}

bool holds_events(const SourceSpec& spec) {
  return spec.format == "incidents" || spec.format == "acled" || spec.format == "ucdp-ged" || spec.format == "table";
}

bool holds_raster(const SourceSpec& spec) {
  return !holds_events(spec) && !ends_with_any(spec.path, {".csv", ".tsv", ".txt", ".gpkg", ".geojson", ".json", ".shp",
                                                           ".fgb", ".kml", ".xlsx", ".ods"});
}

}  // namespace tocsin
