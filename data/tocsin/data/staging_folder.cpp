#include <cerrno>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/run_json.hpp>
#include <tocsin/data/staging_folder.hpp>

#ifdef __linux__
#include <linux/fs.h>
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

/// The real place of a folder that may not exist yet, behind links, dots and trailing slashes.
fs::path resolved(const std::string& given) {
  fs::path path = fs::path(given).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  std::error_code error;
  if (const fs::path real = fs::canonical(path, error); !error) path = real;
  if (given.empty() || path.filename().empty() || path.filename() == "..")
    throw Error(ErrorCode::usage, fmt::format("'{}' cannot be the output folder; give the name of a new folder", given));
  const fs::path parent = fs::canonical(path.has_parent_path() ? path.parent_path() : fs::path("."), error);
  if (error || !fs::is_directory(parent, error))
    throw Error(ErrorCode::usage, fmt::format("the output folder '{}' cannot be created: the folder '{}' that would hold "
                                              "it does not exist; create it or check the path",
                                              given, path.parent_path().string()));
  return parent / path.filename();
}

bool exists(const std::string& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

/// May a run take the place of what stands there?
void check_target(const std::string& path, Overwrite overwrite) {
  if (!exists(path)) return;
  std::error_code error;
  if (!fs::is_directory(path, error))
    throw Error(ErrorCode::usage, fmt::format("'{}' is not a folder; give the name of a folder to write to", path));
  if (overwrite == Overwrite::no)
    throw Error(ErrorCode::usage,
                fmt::format("the output folder '{}' exists; use --overwrite to replace it, or give another name", path));
  const bool is_empty = fs::is_empty(path, error);
  if (error) fail(fmt::format("the output folder '{}' cannot be read", path), error.value());
  if (!is_empty && !outputs_listed_in(path + "/run.json"))
    throw Error(ErrorCode::usage, fmt::format("'{}' does not look like a tocsin output (it holds files, but no run.json "
                                              "of tocsin), so it is not overwritten; give another name",
                                              path));
}

void remove_contents(const std::string& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) fs::remove_all(entry.path());
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

/// Renames with one of Linux' rules: never onto something else, or both names at once.
Swap rename_by_rule([[maybe_unused]] const std::string& from, [[maybe_unused]] const std::string& to,
                    [[maybe_unused]] unsigned rule) {
#if defined(__linux__) && defined(SYS_renameat2)
  if (::syscall(SYS_renameat2, AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), rule) == 0) return Swap::done;
  if (errno != EINVAL && errno != ENOSYS && errno != ENOTSUP) fail(fmt::format("'{}' cannot be put in place", to), errno);
#endif
  return Swap::not_supported;
}

void plain_rename(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) fail(fmt::format("'{}' cannot be put in place", to), errno);
}

#ifdef RENAME_EXCHANGE
constexpr unsigned exchange_rule = RENAME_EXCHANGE, no_replace_rule = RENAME_NOREPLACE;
#else
constexpr unsigned exchange_rule = 2, no_replace_rule = 1;
#endif

/// A hard link where it can be: it keeps dates, owner and permissions, and costs nothing.
void carry(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (fs::is_regular_file(fs::symlink_status(from))) {
    fs::create_hard_link(from, to, error);
    if (!error) return;
  }
  fs::copy(from, to, fs::copy_options::copy_symlinks);
}

}  // namespace

StagingFolder::StagingFolder(const std::string& final_folder, Overwrite overwrite) : overwrite_(overwrite) {
  const fs::path place = resolved(final_folder);
  const fs::path hidden = place.parent_path() / ("." + place.filename().string());
  final_ = place;
  staging_ = hidden.string() + ".partial";
  previous_ = hidden.string() + ".previous";
  check_target(final_, overwrite_);
  lock_staging();
  try {
    remove_contents(staging_);
    // A run on a file system that cannot swap names was killed between its two renames: the old folder comes back.
    if (exists(previous_)) {
      if (exists(final_))
        fs::remove_all(previous_);
      else
        plain_rename(previous_, final_);
    }
    check_target(final_, overwrite_);
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
    if (::flock(folder.number(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) break;
      fail(fmt::format("'{}' cannot be locked", staging_), errno);
    }
    struct stat held {}, named {};
    if (::fstat(folder.number(), &held) == 0 && ::lstat(staging_.c_str(), &named) == 0 &&
        held.st_ino == named.st_ino && held.st_dev == named.st_dev) {
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
  for (auto entry = fs::recursive_directory_iterator(final_); entry != fs::recursive_directory_iterator(); ++entry) {
    const std::string name = entry->path().lexically_relative(final_);
    if (ours.contains(name)) continue;
    if (exists(path_of(name)))
      throw Error(ErrorCode::usage, fmt::format("'{}' was not written by the run that made the folder, and this run "
                                                "would overwrite it; move it away, or give another folder",
                                                entry->path().string()));
    if (entry->is_directory() && !entry->is_symlink())
      fs::create_directory(path_of(name), entry->path());
    else
      carry(entry->path(), path_of(name));
  }
}

void StagingFolder::replace_old() {
  // Once the names are swapped, the hidden name leads to the old folder: it must be locked too until it is gone.
  Descriptor old(open_folder(final_));
  if (old.number() < 0 || ::flock(old.number(), LOCK_EX | LOCK_NB) != 0)
    throw Error(ErrorCode::io, fmt::format("'{}' is in use by another run; wait until it is done", final_));
  struct stat mode {};
  if (::fstat(old.number(), &mode) == 0) ::fchmod(lock_, mode.st_mode & 07777);
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
  check_target(final_, overwrite_);
  const bool replaces = exists(final_);
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
