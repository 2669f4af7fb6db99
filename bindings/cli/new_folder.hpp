#pragma once

#include <string>

namespace tocsin::cli {

/// @throws Error usage: something stands there that may not be replaced
void require_new_folder(const std::string& folder, bool overwrite);
/// The same, and makes it. @throws Error io
void make_new_folder(const std::string& folder, bool overwrite);

}  // namespace tocsin::cli
