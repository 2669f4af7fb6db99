#include <array>
#include <cerrno>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/output_place.hpp>
#include <tocsin/data/run_json.hpp>
#include <tocsin/data/staging_folder.hpp>

#ifdef __linux__
#include <sys/syscall.h>
#endif

namespace tocsin::data {
namespace {

namespace fs = std::filesystem;

/// An open file or folder.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

int open_folder(const std::string& path) {
  return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

[[noreturn]] void fail(const std::string& what, int number) {
  throw Error(ErrorCode::io, fmt::format("{}: {}; check the folder's permissions and the space on the disk", what,
                                         std::generic_category().message(number)));
}

/// False when another run holds it. A file system without locks is taken as unlocked: people do work on such shares.
bool lock(int folder) {
  while (::flock(folder, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) return true;
  }
  return true;
}

void sync(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  // Some file systems have no fsync for folders (EINVAL): they promise nothing that we could wait for.
  if (file.number() < 0 || (::fsync(file.number()) != 0 && errno != EINVAL && errno != ENOTSUP))
    fail(fmt::format("'{}' cannot be brought to the disk", path), errno);
}

void sync_tree(const std::string& folder) {
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (!entry.is_symlink() && (entry.is_regular_file() || entry.is_directory())) sync(entry.path());
  sync(folder);
}

enum class Swap { done, not_supported };

/// Linux' rules for renameat2: never onto something else, or both names at once.
constexpr unsigned no_replace_rule = 1, exchange_rule = 2;

Swap rename_by_rule([[maybe_unused]] const std::string& from, [[maybe_unused]] const std::string& to,
                    [[maybe_unused]] unsigned rule) {
#ifdef SYS_renameat2
  if (::syscall(SYS_renameat2, AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), rule) == 0) return Swap::done;
  if (errno != EINVAL && errno != ENOSYS && errno != ENOTSUP)
    fail(fmt::format("'{}' cannot be put in place", to), errno);
#endif
  return Swap::not_supported;
}

void plain_rename(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) fail(fmt::format("'{}' cannot be put in place", to), errno);
}

/// A hard link where it can be: it keeps dates, owner and permissions, and costs nothing.
void carry(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (fs::is_regular_file(fs::symlink_status(from))) {
    fs::create_hard_link(from, to, error);
    if (!error) return;
  }
  fs::copy(from, to, fs::copy_options::copy_symlinks);
}

/// Left beside an output by SQLite, GDAL or QGIS. A write-ahead log would even be played into the new GeoPackage.
bool is_side_file(const std::string& name, const std::set<std::string>& outputs) {
  constexpr std::array<std::string_view, 6> endings{"-wal", "-shm", "-journal", ".aux.xml", ".ovr", ".msk"};
  for (const std::string_view ending : endings)
    if (name.ends_with(ending) && outputs.contains(name.substr(0, name.size() - ending.size()))) return true;
  return false;
}

}  // namespace

StagingFolder::StagingFolder(const std::string& final_folder, Overwrite overwrite) : overwrite_(overwrite) {
  final_ = resolved_output_place(final_folder);
  const fs::path place = final_;
  const fs::path hidden = place.parent_path() / fmt::format(".{}", place.filename().string());
  staging_ = hidden.string() + ".partial";
  previous_ = hidden.string() + ".previous";
  check_output_place(final_, overwrite_);
  lock_staging();
  try {
    for (const auto& entry : fs::directory_iterator(staging_)) fs::remove_all(entry.path());
    // A run on a file system that cannot swap names was killed between its two renames: the old folder comes back.
    if (name_exists(previous_)) {
      if (name_exists(final_))
        fs::remove_all(previous_);
      else
        plain_rename(previous_, final_);
    }
    check_output_place(final_, overwrite_);
  } catch (const fs::filesystem_error& error) {
    remove_staging();
    fail(fmt::format("what an earlier run left beside '{}' cannot be cleared", final_), error.code().value());
  } catch (...) {
    remove_staging();
    throw;
  }
}

void StagingFolder::lock_staging() {
  // The folder may be renamed or removed by its former holder between our steps: the lock counts only if the name still
  // leads to what was locked.
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (::mkdir(staging_.c_str(), 0777) != 0 && errno != EEXIST)
      fail(fmt::format("the output folder '{}' cannot be created", final_), errno);
    Descriptor folder(open_folder(staging_));
    if (folder.number() < 0 && errno == ENOENT) continue;
    if (folder.number() < 0) fail(fmt::format("'{}' stands in the way", staging_), errno);
    if (!lock(folder.number())) break;
    struct stat held {
    }, named{};
    if (::fstat(folder.number(), &held) == 0 && ::lstat(staging_.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
        held.st_dev == named.st_dev) {
      lock_ = folder.release();
      return;
    }
  }
  throw Error(ErrorCode::io,
              fmt::format("another run is writing to '{}'; wait until it is done, or give another folder", final_));
}

StagingFolder::~StagingFolder() {
  remove_staging();
}

void StagingFolder::remove_staging() noexcept {
  if (lock_ < 0) return;
  std::error_code ignored;
  fs::remove_all(staging_, ignored);
  ::close(std::exchange(lock_, -1));
}

std::string StagingFolder::path_of(const std::string& file_name) const {
  return staging_ + "/" + file_name;
}

void StagingFolder::carry_over_users_files() const {
  const auto listed = outputs_listed_in(final_ + "/run.json").value_or(std::vector<std::string>());
  std::set<std::string> ours(listed.begin(), listed.end());
  ours.insert("run.json");
  for (const auto& entry : fs::recursive_directory_iterator(final_)) {
    const std::string name = entry.path().lexically_relative(final_);
    if (ours.contains(name) || is_side_file(name, ours)) continue;
    if (name_exists(path_of(name)))
      throw Error(ErrorCode::usage, fmt::format("'{}' was not written by the run that made the folder, and this run "
                                                "would overwrite it; move it away, or give another folder",
                                                entry.path().string()));
    if (entry.is_directory() && !entry.is_symlink())
      fs::create_directory(path_of(name), entry.path());
    else
      carry(entry.path(), path_of(name));
  }
}

void StagingFolder::replace_old() {
  // Once the names are swapped, the hidden name leads to the old folder: it must be locked too until it is gone.
  Descriptor old(open_folder(final_));
  if (old.number() < 0 || !lock(old.number()))
    throw Error(ErrorCode::io, fmt::format("'{}' is in use by another run; wait until it is done", final_));
  struct stat mode {};
  if (::fstat(old.number(), &mode) != 0 || ::fchmod(lock_, mode.st_mode & 07777U) != 0)
    fail(fmt::format("the permissions of '{}' cannot be kept", final_), errno);
  std::error_code left_behind;  // is hidden, and is cleared by the next run
  if (rename_by_rule(staging_, final_, exchange_rule) == Swap::done) {
    fs::remove_all(staging_, left_behind);
    return;
  }
  plain_rename(final_, previous_);
  try {
    plain_rename(staging_, final_);
  } catch (...) {
    plain_rename(previous_, final_);
    throw;
  }
  fs::remove_all(previous_, left_behind);
}

void StagingFolder::publish() {
  check_output_place(final_, overwrite_);  // much may have happened since the run began
  const bool replaces = name_exists(final_);
  try {
    if (replaces) carry_over_users_files();
    sync_tree(staging_);
  } catch (const fs::filesystem_error& error) {
    fail(fmt::format("'{}' cannot be completed", final_), error.code().value());
  }
  if (replaces)
    replace_old();
  else if (rename_by_rule(staging_, final_, no_replace_rule) == Swap::not_supported)
    plain_rename(staging_, final_);
  // The hidden name is no longer ours: it must not be removed by the destructor.
  ::close(std::exchange(lock_, -1));
  sync(fs::path(final_).parent_path());
}

}  // namespace tocsin::data
