#include "margay/core/cache_folder.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <map>
#include <string>

#include "margay/core/error.h"

namespace margay {
namespace {

/// The variables that decide, and back again.
using Values = std::map<std::string, std::string>;

class Environment {
 public:
  explicit Environment(const Values& values) {
    for (const char* name : {"MARGAY_CACHE", "XDG_CACHE_HOME", "HOME"}) {
      if (const char* value = std::getenv(name)) before_[name] = value;
      ::unsetenv(name);
    }
    for (const auto& [name, value] : values) ::setenv(name.c_str(), value.c_str(), 1);
  }
  ~Environment() {
    for (const char* name : {"MARGAY_CACHE", "XDG_CACHE_HOME", "HOME"}) ::unsetenv(name);
    for (const auto& [name, value] : before_) ::setenv(name.c_str(), value.c_str(), 1);
  }

 private:
  std::map<std::string, std::string> before_;
};

TEST_CASE("the nearest of three variables decides where the cache is") {
  {
    const Environment set(Values{{"MARGAY_CACHE", "/a"}, {"XDG_CACHE_HOME", "/b"}, {"HOME", "/c"}});
    CHECK(cache_folder() == "/a");
  }
  {
    const Environment set(Values{{"XDG_CACHE_HOME", "/b"}, {"HOME", "/c"}});
    CHECK(cache_folder() == "/b/margay");
  }
  const Environment set(Values{{"HOME", "/c"}});
  CHECK(find_cache_folder() == "/c/.cache/margay");
}

TEST_CASE("without a home there is no cache until somebody needs one") {
  const Environment none(Values{});
  CHECK_FALSE(find_cache_folder());
  CHECK_THROWS_WITH_AS(cache_folder(), doctest::Contains("set MARGAY_CACHE"), IoError);
}

TEST_CASE("a relative place for the cache is refused") {
  const Environment set(Values{{"MARGAY_CACHE", "here"}});
  CHECK_THROWS_WITH_AS(cache_folder(), doctest::Contains("MARGAY_CACHE = here"), IoError);
}

}  // namespace
}  // namespace margay
