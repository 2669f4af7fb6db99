#pragma once

#include <optional>
#include <string>

#include <tocsin/data/gdal.hpp>

namespace tocsin::data {

/// Keeps GDAL's file systems off the network for the whole process, but for what a NetworkScope opens. For programs: a
/// library must not decide this for its host, and within the readers' scopes it holds anyway.
void refuse_network();

/// While it lives, GDAL on this thread may reach the one address that a path leads to, or none where it leads to none:
/// a file can name others (overviews, masks, side files), and no file may start a connection that nobody asked for.
/// At an address nothing is looked for beside the file itself.
class NetworkScope {
 public:
  /// @param vsi_path  as vsi_path() gives it
  explicit NetworkScope(const std::string& vsi_path);

 private:
  std::optional<ConfigOption> allowed_, no_listing_;
};

/// The file on a network that a path of GDAL's file system leads to, archives stripped: "/vsicurl/https://host/a.zip"
/// of
/// "/vsizip//vsicurl/https://host/a.zip/b.csv". Empty when it leads to none.
std::string network_file_of(const std::string& vsi_path);

}  // namespace tocsin::data
