// What files are called that stand where others were expected.
#include "margay/core/file_kind.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>

#include "margay/core/atomic_file.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace std::string_view_literals;

namespace {

std::string name_of(std::string_view file_name, std::string_view bytes) {
  const test::TemporaryFolder folder;
  write_file_atomically(folder / std::string(file_name), bytes);
  return known_file(folder / std::string(file_name)).name;
}

}  // namespace

TEST_CASE("a picture of any format is known by its first bytes") {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"JPEG", "\xFF\xD8\xFF\xE0"sv},
      {"PNG", "\x89PNG\r\n"sv},
      {"GIF", "GIF89a"sv},
      {"WebP", "RIFF\x10\0\0\0WEBPVP8 "sv},
      {"BMP", "BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x1F\0\0\0"sv},
      {"TIFF", "II*\0\x08\0\0\0"sv},
      {"TIFF", "MM\0+\0\x08\0\0"sv},
      {"HEIC", "\0\0\0\x1C\x66typheic"sv},
      {"HEIC", "\0\0\0\x1C\x66typhevc"sv},
      {"AVIF", "\0\0\0\x1C\x66typavis"sv},
      {"JPEG 2000", "\0\0\0\x0CjP  \r\n\x87\n"sv},
      {"JPEG 2000", "\xFF\x4F\xFF\x51\0\x2F"sv},
  };
  for (const auto& [format, bytes] : rows)
    CHECK(name_of("x", bytes) == "a picture (" + std::string(format) + ")");
}

TEST_CASE("formats whose first bytes may be those of a text are known by their name") {
  CHECK(name_of("x.PPM", "P6 1 1 255\n...") == "a picture (PPM)");
  CHECK(name_of("x.tga", "\0\0\x02\0"sv) == "a picture (TGA)");
  CHECK(name_of("x.txt", "P1 0\nP2 1\n") == "a text");
  CHECK(name_of("x.txt", "BMW.jpg 0\nAudi.jpg 1\n") == "a text");
}
