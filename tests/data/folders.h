// Folders of small pictures for tests.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/core/random.h"
#include "margay/image/encode.h"
#include "margay/image/preprocess.h"

namespace margay::test {

/// A noisy picture that depends on its key alone.
inline image::Image noise_picture(int width, int height, uint64_t key) {
  image::Image picture(width, height);
  Random random{key};
  for (uint8_t& value : picture.pixels) value = static_cast<uint8_t>(random.below(256));
  return picture;
}

inline void write_picture(const std::filesystem::path& path, const image::Image& picture) {
  make_folder(path.parent_path());
  const bool png = path.extension() == ".png";
  write_file_atomically(
      path, std::span<const uint8_t>(png ? image::encode_png(picture) : image::encode_jpeg(picture)));
}

inline void write_text(const std::filesystem::path& path, std::string_view text = "text") {
  make_folder(path.parent_path());
  write_file_atomically(path, text);
}

/// Pictures of 8 x 6 pixels.
inline image::Preprocess small_spec() {
  image::Preprocess spec;
  spec.width = 8;
  spec.height = 6;
  return spec;
}

/// root/{train,validation}/{cats,dogs}/{0..n-1}.png of different pictures, 12 x 10 pixels.
inline void write_pets(const std::filesystem::path& root, int train, int validation) {
  uint64_t key = 0;
  for (const auto& [split, count] : {std::pair{"train", train}, {"validation", validation}})
    for (const char* name : {"cats", "dogs"})
      for (int i = 0; i < count; ++i)
        write_picture(root / split / name / (std::to_string(i) + ".png"), noise_picture(12, 10, ++key));
}

}  // namespace margay::test
