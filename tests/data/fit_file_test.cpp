// What is said of a picture that cannot be used, beside its name.
#include "margay/data/fit_file.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"

namespace margay::data {
namespace {

std::string reason(const std::string& problem, const char* path) {
  return skip_reason(IoError("core.file", problem), path);
}

TEST_CASE("a reason leaves the name of its file out, and no letters of other words") {
  CHECK(reason("cannot open d/a.jpg: No such file or directory", "d/a.jpg") ==
        "cannot open: No such file or directory");
  CHECK(reason("cannot open t: No such file or directory", "t") == "cannot open: No such file or directory");
  CHECK(reason("cannot open o: No such file or directory", "o") == "cannot open: No such file or directory");
  CHECK(reason("cannot open  : No such file or directory", " ") == "cannot open: No such file or directory");
  CHECK(reason("a is not a regular file", "a") == "is not a regular file");
  CHECK(reason("it is a table", "a") == "it is a table");
  CHECK(reason("cannot open a", "a") == "cannot open");
}

}  // namespace
}  // namespace margay::data
