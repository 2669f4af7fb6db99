#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include <tocsin/indicators/scenario_paths.hpp>

namespace tocsin {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> archives{"/vsizip/", "/vsigzip/", "/vsitar/"};
/// GDAL's virtual file systems that reach over a network; each also ends in "_streaming".
constexpr std::array<std::string_view, 9> networks{"/vsicurl", "/vsis3",    "/vsigs",      "/vsiaz",  "/vsiadls",
                                                   "/vsioss",  "/vsiswift", "/vsiwebhdfs", "/vsihdfs"};

bool is_address(std::string_view path) {
  constexpr std::array<std::string_view, 4> schemes{"http://", "https://", "postgresql://", "postgres://"};
  return std::any_of(schemes.begin(), schemes.end(), [&](std::string_view scheme) { return path.starts_with(scheme); });
}

/// "/vsizip/{a.zip}/b.csv" is "/vsizip/{" + "a.zip" + "}/b.csv"; a plain path is all middle.
struct Parts {
  std::string before, middle, after;
};

Parts parts_of(const std::string& path) {
  Parts parts{{}, path, {}};
  for (bool changed = true; changed;) {
    changed = false;
    for (const std::string_view archive : archives) {
      if (!parts.middle.starts_with(archive)) continue;
      parts.before += archive;
      parts.middle.erase(0, archive.size());
      changed = true;
    }
    const auto end = parts.middle.rfind('}');
    if (changed && parts.middle.starts_with('{') && end != std::string::npos) {
      parts.before += '{';
      parts.after = parts.middle.substr(end) + parts.after;
      parts.middle = parts.middle.substr(1, end - 1);
    }
  }
  return parts;
}

bool climbs(const std::string& path) {
  const fs::path parts(path);
  return std::any_of(parts.begin(), parts.end(), [](const fs::path& part) { return part == ".."; });
}

/// True when `path` lies in `folder` once links are followed. What cannot be looked at counts as outside.
bool lies_in(const fs::path& path, const fs::path& folder) {
  std::error_code fault;
  const fs::path home = fs::canonical(folder.empty() ? fs::path(".") : folder, fault);
  if (fault) {
    // The folder is not on disk (a scenario made in memory): only the text of the path can tell.
    const fs::path relative = path.lexically_normal().lexically_relative(folder.lexically_normal());
    return folder.empty() ? path.is_relative() && !climbs(path.lexically_normal().string())
                          : !relative.empty() && *relative.begin() != "..";
  }
  const fs::path real = fs::weakly_canonical(fs::absolute(path, fault), fault);
  if (fault) return false;
  return std::mismatch(home.begin(), home.end(), real.begin(), real.end()).first == home.end();
}

}  // namespace

std::string resolve_path(const std::string& path, const std::string& file) {
  const fs::path folder = fs::path(file).parent_path();
  if (path.empty() || folder.empty() || path.find("://") != std::string::npos) return path;
  const Parts parts = parts_of(path);
  if (parts.middle.empty() || parts.middle.starts_with("/vsi")) return path;
  return parts.before + (folder / parts.middle).lexically_normal().string() + parts.after;
}

std::string refusal_of_path(const std::string& path, const PathRules& rules) {
  for (const std::string_view network : networks)
    if (path.find(network) != std::string::npos)
      return fmt::format("names '{}', a file system on a network; write the http or https address itself",
                         path.substr(path.find(network), network.size() + 1));
  if (is_address(path)) return {};
  if (const auto end = path.find("://"); end != std::string::npos)
    return fmt::format("is an address that begins with '{}'; only http://, https:// and postgresql:// are read",
                       path.substr(0, end + 3));
  if (rules.outside == OutsidePaths::allowed) return {};
  const Parts parts = parts_of(path);
  if (parts.middle.starts_with("/vsi"))
    return fmt::format(
        "names a virtual file system other than /vsizip/, /vsigzip/ and /vsitar/ ('{}'); name a file, "
        "or add --allow-outside if you trust this scenario",
        path);
  if (!climbs(parts.after) && lies_in(parts.middle, fs::path(rules.file).parent_path())) return {};
  return fmt::format(
      "is '{}', which lies outside the scenario's folder (links are followed); move the file there, or "
      "add --allow-outside if you trust this scenario",
      path);
}

std::string read_path(Parameters& keys, const std::string& key, const PathRules& rules) {
  const std::string path = resolve_path(keys.text(key), rules.file);
  if (path.empty()) return path;
  if (const std::string refusal = refusal_of_path(path, rules); !refusal.empty()) keys.problem(key, refusal);
  return path;
}

}  // namespace tocsin
