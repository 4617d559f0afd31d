// CRC-32C against the vectors of RFC 3720, appendix B.4.
#include "margay/core/crc32c.h"

#include <doctest/doctest.h>

#include <numeric>
#include <string>

using namespace margay;

TEST_CASE("crc32c gives the digests of its standard") {
  std::string rising(32, '\0');
  std::iota(rising.begin(), rising.end(), '\0');
  CHECK(crc32c(std::string(32, '\0')) == 0x8A9136AA);
  CHECK(crc32c(std::string(32, '\xFF')) == 0x62A8AB43);
  CHECK(crc32c(rising) == 0x46DD794E);
  CHECK(crc32c(std::string(rising.rbegin(), rising.rend())) == 0x113FDB5C);
  CHECK(crc32c("123456789") == 0xE3069283);
  CHECK(crc32c("") == 0);
}
