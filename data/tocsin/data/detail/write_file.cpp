#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/write_file.hpp>

namespace tocsin::data {
namespace {

[[noreturn]] void fail(const std::string& path, int number) {
  throw Error(ErrorCode::io, cannot_write(path, std::generic_category().message(number)));
}

/// All bytes, or the number of the error; 0 for success.
int write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

std::string cannot_write(const std::string& path, const std::string& why) {
  return fmt::format("'{}' cannot be written{}{}; check the space on the disk and the permissions of the folder", path,
                     why.empty() ? "" : ": ", why);
}

void write_file(const std::string& path, std::string_view bytes, Readers readers) {
  const mode_t mode = readers == Readers::owner_only ? 0600 : 0666;
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (file < 0) fail(path, errno);
  const int trouble = write_all(file, bytes);
  // Some file systems (NFS, quotas) only say here that the bytes did not fit.
  const int at_close = ::close(file) == 0 ? 0 : errno;
  if (trouble != 0) fail(path, trouble);
  if (at_close != 0) fail(path, at_close);
}

}  // namespace tocsin::data
