// The pictures of a data set by number, wherever they lie.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "margay/archive/archive.h"
#include "margay/data/memory_share.h"

namespace margay::data {

/// Many names in little memory: what lies in the same folder shares its name. Names that follow each other
/// should have their folder in common.
class NameTable {
 public:
  void add(std::string_view name);
  void shrink_to_fit();
  size_t size() const { return ends_.size(); }
  std::string name(size_t i) const;
  size_t memory_bytes() const;

 private:
  std::vector<std::string> folders_;  ///< with the '/' at their end
  std::vector<uint32_t> folder_of_;
  std::string leaves_;          ///< one after another
  std::vector<uint64_t> ends_;  ///< of each leaf
};

/// The encoded bytes of a picture, for as long as somebody works with them.
struct EncodedPicture {
  std::unique_ptr<const MemoryShare> share;  ///< what all such bytes may take at one time
  std::vector<uint8_t> bytes;
};

/// Reads the encoded bytes of pictures from files or archives. Immutable once filled, so thread-safe.
class PictureStore {
 public:
  /// Names are relative to `base`, a folder or an archive.
  explicit PictureStore(std::filesystem::path base);

  /// An archive at `path` that later pictures are read from; returns its number.
  uint32_t add_archive(std::shared_ptr<const archive::Archive> archive, const std::filesystem::path& path);
  void add_file(std::string_view name);
  void add_entry(std::string_view name, uint32_t archive, uint32_t entry);
  /// A picture that is known to be none: reading it throws an IoError with this reason.
  void add_missing(std::string_view name, std::string_view reason);
  void shrink_to_fit();

  size_t size() const { return names_.size(); }
  bool is_missing(size_t i) const { return place(i).archive == kMissing; }
  /// For people and manifests: a file, or an archive's path with the name of the entry behind it.
  std::filesystem::path path(size_t i) const;
  /// The encoded bytes, once there is memory for them beside those that other threads work with. Throws
  /// IoError or FormatError; see skip_reason for how to tell it.
  EncodedPicture take(size_t i, uint64_t limit_bytes) const;
  /// The same for who keeps the bytes, which then count no more.
  std::vector<uint8_t> read(size_t i, uint64_t limit_bytes) const { return take(i, limit_bytes).bytes; }
  /// Adds a line that changes when the bytes may have: path, size, inode and times of change of the file or
  /// the archive.
  void append_identity(size_t i, std::string& text) const;
  /// Of names and places, without archives.
  size_t memory_bytes() const;

 private:
  struct Place {
    uint32_t archive = kFile;
    uint32_t entry = 0;  ///< in the archive; or the number of the reason why it is missing
  };
  static constexpr uint32_t kFile = 0xFFFFFFFF;
  static constexpr uint32_t kMissing = 0xFFFFFFFE;
  Place place(size_t i) const { return i < places_.size() ? places_[i] : Place{}; }

  std::filesystem::path base_;
  NameTable names_;
  std::vector<Place> places_;  ///< empty while there are only files
  std::vector<std::string> reasons_;
  std::vector<std::shared_ptr<const archive::Archive>> archives_;
  std::vector<std::string> archive_stamps_;  ///< size, inode and times of each
};

}  // namespace margay::data
