// HEIC and AVIF come from libraries that like to talk.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/image/decode.h"
#include "margay/image/quiet_thread.h"
#include "tests/image/golden.h"
#include "tests/support/hostile_files.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::image;
using margay::test::Bytes;

namespace {

/// What reaches standard output and standard error of this process while `work` is done.
template <class Work>
std::string written_during(Work work) {
  const margay::test::TemporaryFolder folder;
  const std::filesystem::path path = folder / "written.txt";
  std::fflush(nullptr);
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int kept_output = dup(STDOUT_FILENO), kept_errors = dup(STDERR_FILENO);
  dup2(file, STDOUT_FILENO);
  dup2(file, STDERR_FILENO);
  work();
  std::fflush(nullptr);
  dup2(kept_output, STDOUT_FILENO);
  dup2(kept_errors, STDERR_FILENO);
  for (const int descriptor : {file, kept_output, kept_errors}) close(descriptor);
  const Bytes bytes = read_file(path);
  return {bytes.begin(), bytes.end()};
}

/// With 40 bytes of its pixels changed, from the `from`-th on.
Bytes with_broken_pixels(Bytes bytes, size_t from) {
  constexpr std::string_view name = "mdat";
  const auto pixels = std::search(bytes.begin(), bytes.end(), name.begin(), name.end());
  return test::with_bytes_flipped(bytes, static_cast<size_t>(pixels - bytes.begin()) + 4 + from, 40);
}

}  // namespace

TEST_CASE("broken HEIC and AVIF say what is wrong by an error and nowhere else") {
  const std::string written = written_during([] {
    for (const char* name : {"avif.avif", "heif.heic"})
      for (size_t from = 0; from < 400; from += 10) {
        try {
          decode(with_broken_pixels(test::sample_file(name), from));
        } catch (const FormatError&) {
        }
      }
  });
  CHECK(written == "");
}

TEST_CASE("other threads are heard while one is quiet") {
  const std::string written = written_during([] {
    on_quiet_thread([] {
      std::fputs("unheard\n", stderr);
      std::thread([] { std::fputs("unheard either\n", stderr); }).join();
    });
    std::fputs("heard\n", stderr);
  });
  // Some containers allow no such thread.
  if (written.find("unheard") == std::string::npos) CHECK(written == "heard\n");
  CHECK_THROWS_AS(on_quiet_thread([] { throw FormatError("test", "thrown on another thread"); }),
                  FormatError);
}

TEST_CASE("HEIC and AVIF are laid over white, whether their colours are multiplied by alpha or not") {
  const Image expected = test::golden("heif_alpha");
  for (const char* name :
       {"heif_alpha.heic", "heif_premultiplied.heic", "avif_alpha.avif", "avif_premultiplied.avif"}) {
    CAPTURE(name);
    Image picture;
    try {
      picture = decode(test::sample_file(name));
    } catch (const FormatError& error) {
      CHECK(std::string_view(error.what()).find("libheif") != std::string_view::npos);
      continue;
    }
    REQUIRE(picture.pixels.size() == expected.pixels.size());
    double sum = 0;
    for (size_t i = 0; i < expected.pixels.size(); ++i)
      sum += std::abs(picture.pixels[i] - expected.pixels[i]);
    CHECK(sum / static_cast<double>(expected.pixels.size()) < 5);
  }
}
