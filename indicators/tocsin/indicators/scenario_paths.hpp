#pragma once

#include <string>

#include <tocsin/indicators/parameters.hpp>

namespace tocsin {

/// Whether a scenario may name files outside its own folder. A scenario is often somebody else's text: by default it
/// reaches nothing but what lies beside it.
enum class OutsidePaths { refused, allowed };

/// How the paths of a scenario are understood.
struct PathRules {
  std::string file;  ///< the scenario file; paths are relative to its folder
  OutsidePaths outside = OutsidePaths::refused;
};

/// A path as the scenario means it: relative to the scenario's folder, that of an archive behind /vsizip/, /vsigzip/ or
/// /vsitar/ too; addresses as they are.
std::string resolve_path(const std::string& path, const std::string& file);

/// Why a path may not be used; empty when it may. Refused are: what lies outside the scenario's folder once symbolic
/// links are followed, and other virtual file systems (unless outside paths are allowed); network file systems written
/// by hand, and addresses that are neither http(s) nor postgresql (always). Looks at links on disk, opens nothing.
std::string refusal_of_path(const std::string& path, const PathRules& rules);

/// The path that a key holds, resolved; one that may not be used is a problem.
std::string read_path(Parameters& keys, const std::string& key, const PathRules& rules);

}  // namespace tocsin
