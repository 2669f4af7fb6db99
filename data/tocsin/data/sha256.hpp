#pragma once

#include <string>

namespace tocsin::data {

/// SHA-256 of a file's bytes, 64 lower-case hexadecimal digits. Takes the paths that the readers take (/vsizip/...).
/// @throws Error input when the file cannot be read
std::string sha256_of_file(const std::string& path);

}  // namespace tocsin::data
