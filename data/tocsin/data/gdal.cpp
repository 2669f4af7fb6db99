#include <algorithm>
#include <mutex>

#include <cpl_conv.h>
#include <cpl_error.h>
#include <gdal_priv.h>
#include <ogr_feature.h>
#include <ogr_spatialref.h>
#include <ogr_srs_api.h>

#include <tocsin/data/gdal.hpp>

namespace tocsin::data {
namespace {

/// GDAL's longer messages span lines (a SQL error draws a caret below the clause): the first line says it.
std::string first_line(const char* text) {
  std::string line = text == nullptr ? "" : text;
  if (const auto end = line.find_first_of("\r\n"); end != std::string::npos) line.resize(end);
  return line;
}

}  // namespace

struct ErrorTrapAccess {
  static void CPL_STDCALL handle(CPLErr kind, CPLErrorNum, const char* message) {
    auto* trap = static_cast<ErrorTrap*>(CPLGetErrorHandlerUserData());
    constexpr std::size_t most = 20;  // a broken file can complain about each of its blocks
    auto& kept = kind >= CE_Failure ? trap->failures_ : trap->warnings_;
    if (kind >= CE_Warning && kept.size() < most) kept.push_back(first_line(message));
  }
};

void register_gdal() {
  static std::once_flag once;
  std::call_once(once, [] {
    GDALAllRegister();
    OSRSetPROJEnableNetwork(FALSE);
  });
}

void limit_block_cache(double bytes) {
  GDALSetCacheMax64(static_cast<GIntBig>(std::clamp(bytes, 16e6, 256e6)));
}

ErrorTrap::ErrorTrap() {
  CPLPushErrorHandlerEx(&ErrorTrapAccess::handle, this);
  CPLErrorReset();
}

ErrorTrap::~ErrorTrap() {
  CPLPopErrorHandler();
  CPLErrorReset();
}

std::string ErrorTrap::text() const {
  if (!failures_.empty()) return failures_.front();
  return warnings_.empty() ? std::string() : warnings_.front();
}

std::string ErrorTrap::note() const {
  const std::string said = text();
  return said.empty() ? said : " (GDAL: " + said + ")";
}

void ErrorTrap::clear() {
  failures_.clear();
  warnings_.clear();
  CPLErrorReset();
}

ConfigOption::ConfigOption(const char* key, const char* value) : key_(key) {
  if (const char* before = CPLGetThreadLocalConfigOption(key, nullptr)) {
    before_ = before;
    had_value_ = true;
  }
  CPLSetThreadLocalConfigOption(key, value);
}

ConfigOption::~ConfigOption() {
  CPLSetThreadLocalConfigOption(key_.c_str(), had_value_ ? before_.c_str() : nullptr);
}

void GdalDeleter::operator()(GDALDataset* dataset) const {
  GDALClose(GDALDataset::ToHandle(dataset));
}
void GdalDeleter::operator()(OGRSpatialReference* srs) const {
  srs->Release();
}
void GdalDeleter::operator()(OGRCoordinateTransformation* transformation) const {
  OGRCoordinateTransformation::DestroyCT(transformation);
}
void GdalDeleter::operator()(OGRFeature* feature) const {
  OGRFeature::DestroyFeature(feature);
}
void GdalDeleter::operator()(OGRFeatureDefn* definition) const {
  definition->Release();
}
void GdalDeleter::operator()(OGRGeometry* geometry) const {
  OGRGeometryFactory::destroyGeometry(geometry);
}

}  // namespace tocsin::data
