// A small data set on disk with everything that the page of an inspection tells about.
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/core/worker_pool.h"
#include "margay/data/inspection.h"
#include "margay/image/encode.h"
#include "margay/pages/inspection_page.h"
#include "tests/pages/made_story.h"

namespace margay::test {

/// What a JPEG of `picture` becomes when a camera says that it lay on its side (EXIF orientation 6).
inline std::vector<uint8_t> turned_jpeg(const image::Image& picture) {
  std::vector<uint8_t> bytes = image::encode_jpeg(picture);
  const std::string exif{
      "\xFF\xE1\x00\x22"
      "Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0",
      36};
  bytes.insert(bytes.begin() + 2, exif.begin(), exif.end());
  return bytes;
}

/// root/{train,validation}/CLASS/N.jpg, three of the first class and one more of each further one; in the
/// first class also one turned, one cut short, one broken, and a text. Class names must be fit for folders.
inline void write_made_dataset(const std::filesystem::path& root, const std::vector<std::string>& classes) {
  for (const std::string split : {"train", "validation"})
    for (size_t k = 0; k < classes.size(); ++k) {
      const auto folder = root / split / classes[k];
      make_folder(folder);
      for (int i = 0; i < 3 + static_cast<int>(k); ++i) {
        const int width = 160 + 8 * i;
        const int hue = static_cast<int>(k) * 10 + i + (split == "train" ? 0 : 5);
        write_file_atomically(folder / (std::to_string(i) + ".jpg"),
                              image::encode_jpeg(made_picture(width, 120, hue)));
      }
    }
  const auto folder = root / "train" / classes.front();
  const std::vector<uint8_t> whole = image::encode_jpeg(made_picture(200, 150, 3));
  write_file_atomically(folder / "turned.jpg", turned_jpeg(made_picture(200, 150, 9)));
  write_file_atomically(folder / "short.jpg", std::span(whole).first(whole.size() * 2 / 3));
  write_file_atomically(folder / "broken & \"torn\".jpg", "not a picture");
  write_file_atomically(folder / "notes.txt", "text");
}

/// Writes the page about a folder.
inline void write_inspection_of(const std::filesystem::path& root, const std::filesystem::path& page,
                                const text::Wording& wording = text::plain_english()) {
  WorkerPool pool(2);
  const data::Dataset dataset = data::Dataset::open(root);
  const data::Inspection inspection = data::inspect(dataset, pool);
  pages::write_inspection(page, dataset, inspection, {"my pictures", "margay inspect 'my pictures'"}, pool,
                          {}, wording);
}

}  // namespace margay::test
