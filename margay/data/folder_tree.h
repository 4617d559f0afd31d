// Questions to a listing about what lies below a folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "margay/data/listing.h"

namespace margay::data {

/// A view of a sorted listing, which must outlive it. Prefixes are empty for the root, or end with '/'.
class FolderTree {
 public:
  explicit FolderTree(const Listing& listing) : listing_(listing) {}

  /// Names of the folders directly below.
  std::vector<std::string> folders_in(std::string_view prefix) const;
  bool has_folders_in(std::string_view prefix) const;
  /// Whether a picture lies directly there.
  bool has_picture_in(std::string_view prefix) const;
  /// Whether a picture lies there or further down.
  bool has_picture_below(std::string_view prefix) const;
  /// Folders directly below that have pictures in them or further down.
  std::vector<std::string> folders_with_pictures_in(std::string_view prefix) const;

 private:
  const Listing& listing_;
};

}  // namespace margay::data
