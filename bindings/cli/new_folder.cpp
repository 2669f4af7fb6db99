#include "new_folder.hpp"

#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>

namespace tocsin::cli {

namespace fs = std::filesystem;

void require_new_folder(const std::string& folder, bool overwrite) {
  if (fs::exists(folder) && !fs::is_directory(folder))
    throw Error(ErrorCode::usage, fmt::format("{}: is a file; name a new folder", folder));
  if (fs::exists(folder) && !fs::is_empty(folder) && !overwrite)
    throw Error(ErrorCode::usage,
                fmt::format("{}: is not empty; name a new folder, or add --overwrite to replace files of the "
                            "same names",
                            folder));
}

void make_new_folder(const std::string& folder, bool overwrite) {
  require_new_folder(folder, overwrite);
  std::error_code fault;
  fs::create_directories(folder, fault);
  if (fault) throw Error(ErrorCode::io, fmt::format("{}: cannot be made: {}", folder, fault.message()));
}

}  // namespace tocsin::cli
