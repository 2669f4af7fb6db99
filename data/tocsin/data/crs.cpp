#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>
#include <ogr_spatialref.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/crs.hpp>

namespace tocsin::data {
namespace {

std::string wkt_of(const OGRSpatialReference& srs) {
  char* text = nullptr;
  const char* const options[] = {"FORMAT=WKT2", "MULTILINE=NO", nullptr};
  const OGRErr fault = srs.exportToWkt(&text, options);
  std::string wkt = text == nullptr ? "" : text;
  CPLFree(text);
  if (fault != OGRERR_NONE || wkt.empty()) throw Error(ErrorCode::internal, "a CRS cannot be written as WKT");
  return wkt;
}

}  // namespace

SrsHandle parse_srs(const std::string& text, const std::string& what) {
  register_gdal();
  const ErrorTrap trap;
  SrsHandle srs(new OGRSpatialReference);
  if (srs->SetFromUserInput(text.c_str(), OGRSpatialReference::SET_FROM_USER_INPUT_LIMITATIONS_get()) != OGRERR_NONE)
    throw Error(ErrorCode::scenario, fmt::format("{}: '{}' is not a CRS; write one as \"EPSG:32635\"{}", what,
                                                 text.substr(0, 80), trap.note()));
  srs->SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  return srs;
}

SrsHandle usable_srs(const OGRSpatialReference* srs) {
  if (srs == nullptr || srs->IsEmpty() || srs->IsLocal()) return nullptr;
  SrsHandle copy(srs->Clone());
  copy->SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  return copy;
}

bool is_geographic(const OGRSpatialReference& srs) {
  return srs.IsGeographic() != 0;
}

bool same_crs(const OGRSpatialReference& a, const OGRSpatialReference& b) {
  const char* const options[] = {"CRITERION=EQUIVALENT", nullptr};
  return a.IsSame(&b, options) != 0;
}

std::string crs_wkt(const std::string& text) {
  const SrsHandle srs = parse_srs(text, "crs");
  const std::string shown = text.substr(0, 80);
  if (srs->IsGeographic() != 0)
    throw Error(ErrorCode::scenario, fmt::format("crs '{}' is in degrees; give a projected CRS in metres, such as the "
                                                 "UTM zone \"EPSG:32635\", or \"auto\"",
                                                 shown));
  if (srs->IsProjected() == 0)
    throw Error(ErrorCode::scenario, fmt::format("crs '{}' is not a projected CRS; give one in metres, such as the UTM "
                                                 "zone \"EPSG:32635\", or \"auto\"",
                                                 shown));
  const char* unit = nullptr;
  if (std::abs(srs->GetLinearUnits(&unit) - 1.0) > 1e-9)
    throw Error(ErrorCode::scenario, fmt::format("crs '{}' is in {}; give a projected CRS in metres, or \"auto\"",
                                                 shown, unit == nullptr ? "another unit" : unit));
  return wkt_of(*srs);
}

std::string crs_wkt(const std::string& text_or_auto, const LonLatBox& box) {
  if (text_or_auto != "auto") return crs_wkt(text_or_auto);
  // Written so that NaN fails the test.
  const bool sound = box.west <= box.east && box.south <= box.north && box.south >= -90 && box.north <= 90 &&
                     box.west >= -360 && box.east <= 360;
  if (!sound)
    throw Error(ErrorCode::input,
                "crs = \"auto\" needs an area with an extent in degrees; give a CRS by its EPSG code");
  const double longitude = std::round((box.west + box.east) * 50) / 100;
  const double latitude = std::round((box.south + box.north) * 50) / 100;
  return crs_wkt(fmt::format("+proj=laea +lat_0={} +lon_0={} +datum=WGS84 +units=m +no_defs", latitude, longitude));
}

Transformer::Transformer(TransformationHandle transformation) : transformation_(std::move(transformation)) {
  transformation_->SetEmitErrors(false);
}

Transformer::Transformer(const OGRSpatialReference& from, const OGRSpatialReference& to) {
  const ErrorTrap trap;
  transformation_.reset(OGRCreateCoordinateTransformation(&from, &to));
  if (!transformation_)
    throw Error(ErrorCode::input,
                fmt::format("there is no way from CRS '{}' to CRS '{}'; correct the CRS of the data{}",
                            from.GetName() == nullptr ? "unnamed" : from.GetName(),
                            to.GetName() == nullptr ? "unnamed" : to.GetName(), trap.note()));
  transformation_->SetEmitErrors(false);
}

Transformer::Transformer(const std::string& from, const std::string& to)
    : Transformer(*parse_srs(from, "the data's CRS"), *parse_srs(to, "the grid's CRS")) {}

Transformer::~Transformer() = default;
Transformer::Transformer(Transformer&&) noexcept = default;

void Transformer::transform(std::span<double> x, std::span<double> y) const {
  const ErrorTrap trap;
  std::vector<int> reached(x.size(), 0);
  // GDAL takes counts as int; a block is also what keeps the flags small.
  transformation_->Transform(static_cast<int>(x.size()), x.data(), y.data(), nullptr, reached.data());
  for (std::size_t i = 0; i < x.size(); ++i)
    if (reached[i] == 0 || !std::isfinite(x[i]) || !std::isfinite(y[i]))
      x[i] = y[i] = std::numeric_limits<double>::quiet_NaN();
}

Transformer Transformer::clone() const {
  return Transformer(TransformationHandle(transformation_->Clone()));
}

}  // namespace tocsin::data
