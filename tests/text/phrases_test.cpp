// Numbers as people write them.
#include "margay/text/phrases.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace margay::text {
namespace {

TEST_CASE("losses that have gone out of bounds keep two digits and their size") {
  CHECK(loss_text(0.69314) == "0.693");
  CHECK(loss_text(40) == "40");
  CHECK(loss_text(999.4) == "999");
  CHECK(loss_text(3.21e17) == "3.2e17");
  CHECK(loss_text(9.96e5) == "1.0e6");
  CHECK(loss_text(-1234) == "-1.2e3");
  CHECK(loss_text(std::nan("")) == "nan");
  CHECK(loss_text(std::numeric_limits<double>::infinity()) == "inf");
  CHECK(decimal_3(0.5831) == "0.583");
  CHECK(decimal_3(123456789012345678.0) == "1.2e17");
  CHECK(decimal_3(std::nan("")) == "–");
  CHECK(decimal_4(0.58312) == "0.5831");
  CHECK(decimal_4(2e9) == "2.0e9");
  CHECK(decimal_4(std::numeric_limits<double>::infinity()) == "inf");
}

TEST_CASE("no certainty below 1 is told as one of 100 %") {
  CHECK(certainty_text(1) == "100.0 %");
  CHECK(certainty_text(0.9997) == "over 99.9 %");
  CHECK(certainty_text(0.9994) == "99.9 %");
  CHECK(certainty_text(0.5) == "50.0 %");
  CHECK(percent_1(0.9997) == "100.0 %");  // of pictures, which are counted
}

TEST_CASE("one of a thing and several are told apart") {
  CHECK(counted(1, "picture") == "1 picture");
  CHECK(counted(0, "picture") == "0 pictures");
  CHECK(counted(2000, "picture") == "2,000 pictures");
  CHECK(counted(2, "class", "classes") == "2 classes");
}

}  // namespace
}  // namespace margay::text
