// A data set with every hostile file among enough good pictures, and what has to be said of each.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>

#include "margay/core/error.h"
#include "margay/image/decode.h"
#include "tests/support/hostile_files.h"
#include "tests/support/tiny_dataset.h"

namespace margay::test {

/// What is expected of a file: its fate, and a part of what is said about it.
struct Expected {
  Fate fate = Fate::skipped;
  std::string says;
};

/// root/{train,validation}/{cats,dogs}/N.png are good. In train/cats lie hostile_files() and what is no file,
/// in validation/dogs every truncation of a small file of each format.
class HostileFolder {
 public:
  explicit HostileFolder(const std::filesystem::path& root) : root_(root) {
    write_tiny_dataset(root, {"cats", "dogs"}, 8, 4);
    for (const HostileFile& file : hostile_files())
      add(cats() / file.name, file.bytes, {file.fate, file.says});
    add_truncations();
    add_no_files();
  }

  /// By file name, without the good pictures.
  const std::map<std::string, Expected>& expected() const { return expected_; }
  size_t count(Fate fate) const {
    size_t count = 0;
    for (const auto& [name, expected] : expected_) count += expected.fate == fate ? 1 : 0;
    return count;
  }
  static constexpr size_t kGood = 2 * (8 + 4);

 private:
  std::filesystem::path cats() const { return root_ / "train/cats"; }
  std::filesystem::path dogs() const { return root_ / "validation/dogs"; }

  void add(const std::filesystem::path& path, const Bytes& bytes, Expected expected) {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    expected_[path.filename().string()] = std::move(expected);
  }

  void add_truncations() {
    for (const char* name : {"jpeg_gray.jpg", "orientation_1.png", "webp_lossy.webp", "gif_plain.gif",
                             "bmp_bilevel.bmp", "orientation_1.tif", "heif.heic", "avif.avif"}) {
      const Bytes bytes = sample_file(name);
      for (size_t length = 0; length < bytes.size(); ++length) {
        const Bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length));
        add(dogs() / (std::to_string(length) + "-of-" + name), cut, outcome_of(cut));
      }
    }
  }

  /// The decoders have tests of their own; here it matters that the programs say the same.
  static Expected outcome_of(const Bytes& bytes) {
    try {
      const image::Decoded decoded = image::decode_with_facts(bytes);
      return {decoded.partial ? Fate::partial : Fate::whole, decoded.note};
    } catch (const FormatError& error) {
      return {Fate::skipped, reason_of(error)};
    }
  }

  void add_no_files() {
    make_folder(cats() / "folder.jpg");
    expected_["folder.jpg"] = {Fate::skipped, "a folder named like a picture"};
    if (::mkfifo((cats() / "fifo.jpg").c_str(), 0600) != 0) throw std::runtime_error("cannot make a FIFO");
    expected_["fifo.jpg"] = {Fate::skipped, "not a regular file"};
    std::filesystem::create_symlink("/etc/passwd", cats() / "outside.jpg");
    expected_["outside.jpg"] = {Fate::skipped, "the bytes are none of"};
    std::filesystem::create_symlink("nowhere", cats() / "broken-link.jpg");
    expected_["broken-link.jpg"] = {Fate::skipped, "a broken link"};
    if (::geteuid() == 0) return;  // nothing is forbidden to root
    add(cats() / "forbidden.jpg", sample_file("jpeg_444.jpg"), {Fate::skipped, "Permission denied"});
    std::filesystem::permissions(cats() / "forbidden.jpg", std::filesystem::perms::none);
  }

  std::filesystem::path root_;
  std::map<std::string, Expected> expected_;
};

}  // namespace margay::test
