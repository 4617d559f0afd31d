// What is said where gnuplot hangs or fails, with others in its place.
#include "margay/plot/gnuplot.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <string>

#include "margay/core/atomic_file.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
namespace fs = std::filesystem;

namespace {

/// A program gnuplot that is found before the real one while this lives.
class OtherGnuplot {
 public:
  explicit OtherGnuplot(const std::string& script) : path_(std::getenv("PATH")) {
    write_file_atomically(folder_ / "gnuplot", "#!/bin/sh\n" + script + "\n");
    fs::permissions(folder_ / "gnuplot", fs::perms::owner_all);
    setenv("PATH", (folder_.path().string() + ":" + path_).c_str(), 1);
  }
  ~OtherGnuplot() { setenv("PATH", path_.c_str(), 1); }

  test::TemporaryFolder folder_;

 private:
  std::string path_;
};

std::string complaint(const std::string& script) {
  const OtherGnuplot other(script);
  try {
    plot::run_gnuplot("plot x");
  } catch (const plot::DrawingError& error) {
    return error.what();
  }
  return {};
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a gnuplot that hangs is ended with what it started and the next one gets less time") {
  const OtherGnuplot other("sleep 1000 & sleep 1000");
  const auto begin = std::chrono::steady_clock::now();
  CHECK_THROWS_WITH_AS(plot::run_gnuplot("plot x", std::chrono::milliseconds(300)),
                       doctest::Contains("had not ended after 0.3 s"), plot::DrawingError);
  CHECK_THROWS_WITH_AS(plot::run_gnuplot("plot x"), doctest::Contains("had not ended after 2 s"),
                       plot::DrawingError);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(30));
  CHECK(complaint("echo a picture").empty());
}

TEST_CASE("a gnuplot that fails has a reason even where it says nothing") {
  const std::string silent = complaint("exit 3");
  CHECK(has(silent, "gnuplot failed: exit status 3, without a message"));
  CHECK_FALSE(has(silent, "Hint: install"));
  CHECK(has(complaint("kill -SEGV $$"), "signal 11 ended it"));
  CHECK(has(complaint("echo out of ink >&2; exit 1"), "gnuplot failed: out of ink"));
  CHECK(has(complaint("exit 0"), "gnuplot drew nothing: it ended without a message"));
}
