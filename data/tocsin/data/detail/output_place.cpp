#include <filesystem>
#include <system_error>

#include <fmt/format.h>
#include <sys/stat.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/output_place.hpp>
#include <tocsin/data/run_json.hpp>

namespace tocsin::data {
namespace {

namespace fs = std::filesystem;

bool holds(const fs::path& folder, const fs::path& inner) {
  const fs::path relative = inner.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

bool is_mount_point(const fs::path& path) {
  struct stat itself {
  }, parent{};
  return ::stat(path.c_str(), &itself) == 0 && ::stat(path.parent_path().c_str(), &parent) == 0 &&
         itself.st_dev != parent.st_dev;
}

}  // namespace

std::string resolved_output_place(const std::string& given) {
  fs::path path = fs::path(given).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  std::error_code error;
  if (const fs::path real = fs::canonical(path, error); !error) path = real;
  if (given.empty() || path.filename().empty() || path.filename() == "..")
    throw Error(ErrorCode::usage,
                fmt::format("'{}' cannot be the output folder; give the name of a new folder", given));
  const fs::path named_parent = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const fs::path parent = fs::canonical(named_parent, error);
  if (error || !fs::is_directory(parent, error))
    throw Error(ErrorCode::usage,
                fmt::format("the output folder '{}' cannot be created: the folder '{}' that would hold "
                            "it does not exist; create it or check the path",
                            given, named_parent.string()));
  return parent / path.filename();
}

void check_output_place(const std::string& path, Overwrite overwrite) {
  if (!name_exists(path)) return;
  std::error_code error;
  if (!fs::is_directory(path, error))
    throw Error(ErrorCode::usage, fmt::format("'{}' is not a folder; give the name of a folder to write to", path));
  if (const fs::path here = fs::current_path(error); is_mount_point(path) || (!error && holds(path, here)))
    throw Error(ErrorCode::usage,
                fmt::format("'{}' is {}, which cannot be replaced in one step; give the name of a "
                            "folder inside it",
                            path, is_mount_point(path) ? "a mount point" : "or holds the working directory"));
  if (overwrite == Overwrite::no)
    throw Error(
        ErrorCode::usage,
        fmt::format("the output folder '{}' exists; use --overwrite to replace it, or give another name", path));
  const bool is_empty = fs::is_empty(path, error);
  if (error)
    throw Error(ErrorCode::io, fmt::format("the output folder '{}' cannot be read: {}", path, error.message()));
  if (!is_empty && !outputs_listed_in(path + "/run.json"))
    throw Error(ErrorCode::usage,
                fmt::format("'{}' does not look like a tocsin output (it holds files, but no run.json "
                            "of tocsin), so it is not overwritten; give another name",
                            path));
}

bool name_exists(const std::string& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

}  // namespace tocsin::data
