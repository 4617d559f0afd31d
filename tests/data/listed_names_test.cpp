// Lists of names that messages bear.
#include "margay/data/listed_names.h"

#include <doctest/doctest.h>

using namespace margay::data;

TEST_CASE("as many names are listed as a message bears") {
  std::vector<std::string> names;
  CHECK(listed_names(names).empty());
  names = {"a", "b"};
  CHECK(listed_names(names) == "a, b");
  names.assign(10, "x");
  CHECK(listed_names(names) == "x, x, x, x, x, x, x, x, x, x");
  names.assign(2008, "x");
  CHECK(listed_names(names) == "x, x, x, x, x, x, x, x and 2,000 more");
  CHECK(listed_names({std::string(1000, 'n')}).size() < 80);
}
