#include <algorithm>
#include <array>
#include <string_view>

#include <cpl_conv.h>

#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/network.hpp>

namespace tocsin::data {
namespace {

/// GDAL compares whole file names with this one; no file is called so.
constexpr const char* no_file = "/vsicurl/-";
constexpr const char* allowed_file = "CPL_VSIL_CURL_ALLOWED_FILENAME";

}  // namespace

void refuse_network() {
  CPLSetConfigOption(allowed_file, no_file);
}

std::string network_file_of(const std::string& vsi_path) {
  constexpr std::array<std::string_view, 9> networks{"/vsicurl", "/vsis3",    "/vsigs",      "/vsiaz",  "/vsiadls",
                                                     "/vsioss",  "/vsiswift", "/vsiwebhdfs", "/vsihdfs"};
  auto begin = std::string::npos;
  for (const std::string_view network : networks) begin = std::min(begin, vsi_path.find(network));
  if (begin == std::string::npos) return {};
  std::string file = vsi_path.substr(begin);
  if (begin == 0) return file;
  // Inside an archive: it ends where its extension does.
  auto end = std::min(file.size(), file.find('}'));
  for (const char* extension : {".zip/", ".tar/", ".tgz/", ".tar.gz/", ".gz/"})
    if (const auto at = lower(file).find(extension); at != std::string::npos)
      end = std::min(end, at + std::string_view(extension).size() - 1);
  file.resize(end);
  return file;
}

NetworkScope::NetworkScope(const std::string& vsi_path) {
  const std::string file = network_file_of(vsi_path);
  allowed_.emplace(allowed_file, file.empty() ? no_file : file.c_str());
  if (!file.empty()) no_listing_.emplace("GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR");
}

}  // namespace tocsin::data
