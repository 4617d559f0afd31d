// Who reads what: nodes, taps, and whoever asked for the output.
#include "margay/graph/readers.h"

#include <doctest/doctest.h>

using namespace margay::graph;

TEST_CASE("inputs, taps and the output are read") {
  Graph g({4, 6, 6});
  const int relu = g.add("relu", "relu", {0});
  const int pool = g.add("pool", "max_pool2d", {relu}, {{"kernel", int64_t{2}}});
  g.add("twice", "add", {pool, pool});
  CHECK(count_readers(g) == std::vector<int>{1, 1, 2, 1});
  g.tap("features", relu);
  CHECK(count_readers(g) == std::vector<int>{1, 2, 2, 1});
}
