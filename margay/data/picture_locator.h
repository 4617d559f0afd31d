// Finds the pictures of a table, in files and in archives.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "margay/data/dataset.h"
#include "margay/data/listing.h"
#include "margay/data/picture_store.h"

namespace margay::data {

/// Adds pictures to a store by their path, those in archives by the archive's listing. Both references
/// outlive it.
class PictureLocator {
 public:
  PictureLocator(const OpenOptions& options, PictureStore& store) : options_(options), store_(store) {}

  /// The picture of a line.
  void add(const std::string& path, size_t line);

  /// Warns of pictures that are not there. Throws DataError when there is none at all. `looked_for` says
  /// where they should have been.
  void check_missing(const std::filesystem::path& table, size_t pictures, const std::string& looked_for,
                     std::vector<std::string>& warnings) const;

 private:
  struct Members {
    uint32_t archive = 0;
    std::vector<ListedPicture> pictures;  ///< sorted by name
  };

  bool find(const std::string& path);
  const Members* members_of(const std::string& path);
  bool add_member(const std::string& path, const Members& members, const std::string& name);

  const OpenOptions& options_;
  PictureStore& store_;
  std::map<std::string, std::unique_ptr<Members>> archives_;
  size_t missing_ = 0;
  std::string first_missing_;
};

}  // namespace margay::data
