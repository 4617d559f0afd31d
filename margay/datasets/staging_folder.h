// A folder that is made out of sight and appears under its name only when it is whole.
#pragma once

#include <filesystem>

namespace margay::datasets {

/// A temporary folder beside its target. The destructor removes it unless `commit` has been called.
class StagingFolder {
 public:
  /// Makes the folder, and the parents of `target`. Throws IoError.
  explicit StagingFolder(std::filesystem::path target);
  StagingFolder(const StagingFolder&) = delete;
  StagingFolder& operator=(const StagingFolder&) = delete;
  ~StagingFolder();

  const std::filesystem::path& path() const { return path_; }

  /// Flushes the file system and renames the folder to its target; what was there is replaced. Throws
  /// IoError.
  void commit();

 private:
  std::filesystem::path target_;
  std::filesystem::path path_;
};

}  // namespace margay::datasets
