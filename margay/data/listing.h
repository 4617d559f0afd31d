// What lies below a folder or in an archive: pictures and folders sorted by name, and what is left out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "margay/data/left_out.h"

namespace margay::data {

/// A file that is a picture by its name or by its first bytes.
struct ListedPicture {
  std::string name;               ///< relative to the root, '/' between its parts
  uint32_t entry = 0;             ///< its number in an archive
  const char* refusal = nullptr;  ///< why it is no picture whatever its name, such as a folder a.jpg
};

/// Everything below a root. Names are sorted bytewise and appear once.
struct Listing {
  std::vector<ListedPicture> pictures;
  std::vector<std::string> folders;  ///< relative to the root
  LeftOut left_out;                  ///< all others, and folders that margay made
  bool is_run = false;               ///< the root itself looks like one
};

/// Takes entries in any order.
class ListingBuilder {
 public:
  /// A folder that was entered. Throws DataError for more of them than a data set has.
  void add_folder(std::string name);
  void add_picture(ListedPicture picture);
  /// A file, a picture or not, by its name and its first kStartBytes (see file_start.h): none where they
  /// cannot be read.
  void add_file(ListedPicture file, std::span<const uint8_t> start);
  void leave_out(std::string_view name, std::string_view reason);

  /// Sorts, keeps the first of equal names, and leaves out what margay made (see made_folders.h).
  Listing finish();

 private:
  Listing listing_;
  std::vector<std::pair<std::string, std::string>> others_;  ///< names with reasons
  std::vector<std::string> made_;                            ///< those of them that margay has made
  size_t folder_bytes_ = 0;
};

}  // namespace margay::data
