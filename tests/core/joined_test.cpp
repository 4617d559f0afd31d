// Names in a sentence.
#include "margay/core/joined.h"

#include <doctest/doctest.h>

#include <vector>

namespace margay {
namespace {

TEST_CASE("names are joined as people say them") {
  const std::vector<std::string> names{"a", "b", "c", "d"};
  const std::span<const std::string> all(names);
  CHECK(joined(all.first(0)).empty());
  CHECK(joined(all.first(1)) == "a");
  CHECK(joined(all.first(2), 6, "or") == "a or b");
  CHECK(joined(all.first(3)) == "a, b and c");
  CHECK(joined(all, 3) == "a, b and 2 more");
}

}  // namespace
}  // namespace margay
