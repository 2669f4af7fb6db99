#pragma once

#include <string>
#include <string_view>

namespace tocsin::data {

/// Who may read a file that we write.
enum class Readers {
  as_umask,   ///< whoever the user's umask lets
  owner_only  ///< nobody but the user, from the first byte on
};

/// Writes a whole file and checks every step of it, the closing too.
/// @throws Error io, naming the path and what the system said
void write_file(const std::string& path, std::string_view bytes, Readers readers = Readers::as_umask);

/// "'PATH' cannot be written: No space left on device; free some space ...": for errno and for GDAL's own words.
std::string cannot_write(const std::string& path, const std::string& why);

}  // namespace tocsin::data
