#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/write_file.hpp>
#include <tocsin/data/file_block_store.hpp>

namespace tocsin::data {
namespace {

std::string reason(int number) {
  return std::generic_category().message(number);
}

}  // namespace

FileBlockStore::FileBlockStore(std::string path) : path_(std::move(path)) {
  file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file_ < 0) throw Error(ErrorCode::io, cannot_write(path_, reason(errno)));
  ::unlink(path_.c_str());
}

FileBlockStore::~FileBlockStore() {
  ::close(file_);
}

void FileBlockStore::write(std::size_t block, std::span<const std::byte> record) {
  auto at = static_cast<off_t>(block * record.size());
  while (!record.empty()) {
    const ssize_t done = ::pwrite(file_, record.data(), record.size(), at);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) throw Error(ErrorCode::io, cannot_write(path_, reason(errno)));
    record = record.subspan(static_cast<std::size_t>(done));
    at += done;
  }
}

void FileBlockStore::read(std::size_t block, std::span<std::byte> record) {
  auto at = static_cast<off_t>(block * record.size());
  while (!record.empty()) {
    const ssize_t done = ::pread(file_, record.data(), record.size(), at);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0)
      throw Error(ErrorCode::io, fmt::format("'{}' cannot be read again: {}; check the disk", path_,
                                             done == 0 ? "it ends too soon" : reason(errno)));
    record = record.subspan(static_cast<std::size_t>(done));
    at += done;
  }
}

}  // namespace tocsin::data
