// Numbers as people read them.
#include "margay/core/number_text.h"

#include <doctest/doctest.h>

#include <utility>

using namespace margay;

TEST_CASE("a part of several things says what it does") {
  CHECK(part_of(3, 20, "picture") == "3 of the 20 pictures are");
  CHECK(part_of(1, 2000, "picture") == "1 of the 2,000 pictures is");
  CHECK(part_of(1, 1, "picture") == "the only picture is");
  CHECK(part_of(0, 1, "picture", "decodes", "decode") == "0 of the 1 picture decode");
  CHECK(part_of(2, 2, "picture", "does not decode", "do not decode") == "2 of the 2 pictures do not decode");
}

TEST_CASE("learning rates are written as people write them") {
  for (const auto& row : {std::pair<double, const char*>{0.01, "0.01"},
                          {0.05, "0.05"},
                          {0.0003, "0.0003"},
                          {0.000123, "0.00012"},
                          {0.00001, "1e-5"},
                          {2.54e-12, "2.5e-12"},
                          {0, "0"},
                          {5, "5"},
                          {50, "50"},
                          {99.7, "100"},
                          {120, "120"}}) {
    const auto& [rate, text] = row;
    CAPTURE(row.first);
    CHECK(format_rate(rate) == text);
  }
}

TEST_CASE("bytes have three digits and a unit") {
  for (const auto& [bytes, text] : {std::pair<double, const char*>{0, "0 B"},
                                    {999, "999 B"},
                                    {999.6, "1.00 kB"},
                                    {54'123, "54.1 kB"},
                                    {1'234'567, "1.23 MB"},
                                    {9'996'000, "10.0 MB"},
                                    {99'960'000, "100 MB"},
                                    {805'306'368, "805 MB"},
                                    {999'600'000, "1.00 GB"},
                                    {2'147'483'648, "2.15 GB"},
                                    {61'300'000'000, "61.3 GB"},
                                    {13'200'000'000'000, "13.2 TB"}}) {
    CHECK(format_bytes(bytes) == text);
  }
}
