#pragma once

#include <string>
#include <vector>

#include "verbs.hpp"

namespace tocsin::cli {

struct InitFromFiles {
  std::string folder, name;  ///< name: empty for the folder's
  std::vector<std::string> files;
  std::string area;  ///< empty: found among the files
  bool copy = false;
};

/// Looks at the files and writes folder/scenario.toml, and with `copy` the files beside it. The folder is made only
/// once everything was understood.
/// @throws Error usage: a folder that is not empty, no polygons, nothing to score; input: a file that cannot be used
void init_from_files(const InitFromFiles& options, const CommonOptions& common);

}  // namespace tocsin::cli
