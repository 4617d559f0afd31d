// One writer of a run directory at a time.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "margay/core/descriptor.h"

namespace margay::run {

/// Held while it lives, by one process alone, whatever ends that: the lock is the kernel's, on the file
/// ".lock" in the folder, which says who has it and goes with the lock. Where the file system knows no locks,
/// nobody is kept out. Not copied, not moved.
class FolderLock {
 public:
  /// Makes the folder and its parents where they are missing. Throws UsageError that says who holds the lock
  /// (process, machine, since when), IoError.
  explicit FolderLock(const std::filesystem::path& folder);
  /// Makes and locks the first of base/NAME, base/NAME-2, ... that is not there: of several programs that
  /// begin at once, each gets its own. Throws as RunDirectory::next_free, IoError.
  static std::shared_ptr<const FolderLock> make_next(const std::filesystem::path& base,
                                                     std::string_view name);
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  /// Removes the folders that the constructor made, where nothing is in them.
  ~FolderLock();

  /// Whether somebody held the lock of this folder until he was killed, and nobody has it now.
  static bool is_abandoned(const std::filesystem::path& folder);

  const std::filesystem::path& folder() const { return folder_; }

  /// Name of the file in the folder.
  static constexpr std::string_view kFileName = ".lock";

 private:
  FolderLock(const std::filesystem::path& folder, std::vector<std::filesystem::path> made);
  void make_folders();
  int open();
  int lock();
  void remove_empty_folders() const;
  std::filesystem::path file() const { return folder_ / kFileName; }

  std::filesystem::path folder_;
  std::vector<std::filesystem::path> made_;  ///< outermost first
  Descriptor descriptor_;
};

}  // namespace margay::run
