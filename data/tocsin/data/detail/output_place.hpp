#pragma once

#include <string>

#include <tocsin/data/staging_folder.hpp>

namespace tocsin::data {

/// The real place of a folder that may not exist yet, behind links, dots and trailing slashes.
/// @throws Error usage when it has no name or the folder that would hold it does not exist
std::string resolved_output_place(const std::string& given);

/// May a run put its folder there?
/// @throws Error usage, with the reason; io when the place cannot be looked at
void check_output_place(const std::string& path, Overwrite overwrite);

/// A link that leads nowhere exists, too.
bool name_exists(const std::string& path);

}  // namespace tocsin::data
