#pragma once

#include <string>

namespace tocsin::data {

enum class Overwrite { no, yes };

/// A folder that is written out of sight and becomes visible at once, whole, or never.
///
/// Files go to the hidden sibling `.NAME.partial` on the same file system, which a lock on the folder keeps for this
/// run. What a killed run left there is cleared by the next one. The folder that stands under the final name is left
/// alone until publish().
///
/// Cost  one fsync a file; files of the user's own that are carried over are hard-linked where that is possible.
class StagingFolder {
 public:
  /// @param final_folder  where the files shall stand; relative paths and a trailing slash are fine. Only the last part
  ///                      of the path is created.
  /// @throws Error usage when something stands there and `overwrite` is no; when what stands there is a file, a mount
  ///         point, the working directory, or a folder with files and no run.json of ours; when the parent is missing.
  ///         io when another run writes to the same place, or when the file system refuses.
  StagingFolder(const std::string& final_folder, Overwrite overwrite);
  /// Without publish(), everything that was written goes.
  ~StagingFolder();
  StagingFolder(const StagingFolder&) = delete;
  StagingFolder& operator=(const StagingFolder&) = delete;

  /// Where to write a file of the given name.
  [[nodiscard]] std::string path_of(const std::string& file_name) const;
  [[nodiscard]] const std::string& path() const { return staging_; }
  [[nodiscard]] const std::string& final_path() const { return final_; }

  /// Puts the folder in its place, atomically where the file system can swap two names, and removes the one that stood
  /// there. Files there that its run.json does not list as outputs are the user's own: they are carried over. Side
  /// files that other programs left beside an output (`-wal`, `.aux.xml`, ...) are not: they would be taken for the new
  /// one's.
  /// @throws Error as the constructor; usage when a file of the user's own has the name of a new one. Nothing has
  ///         changed then.
  void publish();

 private:
  void lock_staging();
  void carry_over_users_files() const;
  void replace_old();
  void remove_staging() noexcept;

  std::string final_;
  std::string staging_;
  std::string previous_;  ///< where the old folder waits on file systems that cannot swap two names
  Overwrite overwrite_;
  int lock_ = -1;
};

}  // namespace tocsin::data
