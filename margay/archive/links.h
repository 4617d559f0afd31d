// Links of an archive, which may stand for files of the same archive and for nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "margay/archive/archive.h"

namespace margay::archive {

/// Gathers the files and links of an archive while it is read, then tells the links.
class Links {
 public:
  void add_file(std::string_view name, uint32_t entry);
  /// `target` is relative to the folder of the link, or to the root of the archive for a hard link.
  void add_link(std::string_view name, std::string_view target, bool hard);

  /// Every link that leads to a file, over other links too, is found with that file's number, every other is
  /// refused. A target outside the archive is never looked at.
  void tell(const Listener& listener);

 private:
  struct Link {
    std::string target;  ///< from the root of the archive; empty when it leads out of it
    bool hard = false;
  };

  /// Of the files by a hash of their names, to save memory: most archives have no links. Who makes two names
  /// of one hash gets another picture of the same archive.
  std::vector<std::pair<size_t, uint32_t>> files_;
  std::unordered_map<std::string, Link> links_;
};

}  // namespace margay::archive
