// The orientation tag in good and in malformed blocks.
#include "margay/image/exif.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using margay::image::exif_orientation;

namespace {

using Bytes = std::vector<uint8_t>;

Bytes big_endian(uint8_t value) {
  return {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0, 0, 0, 0, 0};
}

Bytes little_endian(uint8_t value) {
  return {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, value, 0, 0, 0, 0, 0, 0, 0};
}

Bytes with(Bytes bytes, size_t at, uint8_t value) {
  bytes[at] = value;
  return bytes;
}

}  // namespace

TEST_CASE("EXIF orientation is read in both byte orders") {
  for (uint8_t value = 1; value <= 8; ++value) {
    CHECK(exif_orientation(big_endian(value)) == value);
    CHECK(exif_orientation(little_endian(value)) == value);
  }
}

TEST_CASE("the tag is found behind others and as a long") {
  Bytes two = {'I', 'I', 42, 0,    8,    0, 0, 0, 2, 0, 0x0F, 0x01, 2, 0, 4, 0, 0, 0, 'a',
               'b', 'c', 0,  0x12, 0x01, 4, 0, 1, 0, 0, 0,    3,    0, 0, 0, 0, 0, 0, 0};
  CHECK(exif_orientation(two) == 3);
}

TEST_CASE("malformed EXIF blocks mean upright") {
  struct Row {
    const char* name;
    Bytes bytes;
  };
  const Row rows[] = {
      {"empty", {}},
      {"no directory", {'M', 'M', 0, 42, 0, 0, 0, 8}},
      {"unknown byte order", with(big_endian(6), 0, 'X')},
      {"mixed byte order", with(big_endian(6), 1, 'I')},
      {"wrong magic", with(big_endian(6), 3, 43)},
      {"directory beyond the end", with(big_endian(6), 4, 0xFF)},
      {"directory at the last byte", with(big_endian(6), 7, 25)},
      {"wrong type", with(big_endian(6), 13, 2)},
      {"count of 2", with(big_endian(6), 17, 2)},
      {"value 0", big_endian(0)},
      {"value 9", big_endian(9)},
      {"value 262", with(big_endian(6), 18, 1)},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(exif_orientation(row.bytes) == 1);
  }
}

TEST_CASE("an EXIF block cut anywhere is read within its bounds") {
  const Bytes whole = little_endian(8);
  for (size_t length = 0; length < whole.size(); ++length) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    const int orientation = exif_orientation(cut);
    CHECK((orientation == 1 || (orientation == 8 && length >= 20)));
  }
  Bytes many = little_endian(8);
  many[8] = many[9] = 0xFF;  // 65535 entries, of which one is there
  many[10] = 0;
  CHECK(exif_orientation(many) == 1);
}
