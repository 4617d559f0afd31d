// Downloads against a real server: whole, cut, continued, changed meanwhile, absent.
#include "margay/fetch/download.h"

#include <doctest/doctest.h>

#include <string>
#include <thread>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/json.h"
#include "margay/core/random.h"
#include "tests/fetch/loopback_server.h"
#include "tests/support/temporary_folder.h"

namespace margay::fetch {
namespace {

namespace fs = std::filesystem;

std::string random_bytes(size_t size, uint64_t seed) {
  std::string bytes(size, '\0');
  Random random{seed};
  for (char& byte : bytes) byte = static_cast<char>(random.bits());
  return bytes;
}

const DownloadOptions kImpatient{
    .connect_timeout_s = 5, .stall_timeout_s = 5, .attempts = 2, .pause_s = 0.01};
const DownloadOptions kOnce{.connect_timeout_s = 5, .stall_timeout_s = 5, .attempts = 1, .pause_s = 0.01};

struct Download {
  test::LoopbackServer server;
  test::TemporaryFolder folder;
  fs::path target = folder / "file.zip";
  fs::path part = folder / "file.zip.part";
  fs::path note = folder / "file.zip.part.json";
  std::string content = random_bytes(200'000, 1);

  Download() { server.set_file(content, "\"one\""); }
  void run(const DownloadOptions& options = kImpatient) { download(server.url(), target, options); }
  /// What an interrupted download leaves behind.
  void leave_part(size_t size, const std::string& etag) const {
    write_file_atomically(part, std::string_view(content).substr(0, size));
    Json json{{"url", server.url()}, {"etag", etag}, {"last_modified", ""}, {"size", content.size()}};
    write_file_atomically(note, json.dump());
  }
};

TEST_CASE("a file is downloaded whole and leaves no part") {
  Download d;
  uint64_t last = 0;
  download(d.server.url(), d.target, kImpatient, [&](const Progress& progress) {
    CHECK(progress.done >= last);
    CHECK(progress.total == 200'000);
    last = progress.done;
  });
  CHECK(last == 200'000);
  CHECK(read_text_file(d.target) == d.content);
  CHECK_FALSE(fs::exists(d.part));
  CHECK_FALSE(fs::exists(d.note));
}

TEST_CASE("redirections are followed") {
  Download d;
  download(d.server.url("/moved.zip"), d.target, kImpatient);
  CHECK(read_text_file(d.target) == d.content);
}

TEST_CASE("a cut connection is continued where it was cut") {
  Download d;
  d.server.cuts = 1;
  d.run();
  CHECK(read_text_file(d.target) == d.content);
  REQUIRE(d.server.ranges().size() == 2);
  CHECK(d.server.ranges()[0] == "");
  CHECK(d.server.ranges()[1] == "bytes=100000-");
}

TEST_CASE("attempts are counted anew while bytes keep coming") {
  Download d;
  d.server.cuts = 6;
  d.run(kImpatient);
  CHECK(read_text_file(d.target) == d.content);
  CHECK(d.server.requests == 7);
}

TEST_CASE("a server that lets bytes drip is given up") {
  Download d;
  SUBCASE("by the lowest speed") {
    CHECK_THROWS_WITH_AS(
        download(d.server.url("/drip.zip"), d.target, {.stall_timeout_s = 1, .attempts = 2, .pause_s = 0.01}),
        doctest::Contains("too slow"), IoError);
    CHECK(d.server.requests == 2);
  }
  SUBCASE("by the deadline") {
    CHECK_THROWS_WITH_AS(
        download(d.server.url("/drip.zip"), d.target,
                 {.stall_timeout_s = 1000, .least_bytes_per_s = 1, .deadline_s = 0.5, .pause_s = 0.01}),
        doctest::Contains("0.5 seconds were too few"), IoError);
  }
}

TEST_CASE("a later call continues what an earlier one left") {
  Download d;
  d.server.cuts = 1;
  CHECK_THROWS_AS(d.run(kOnce), IoError);
  CHECK(fs::file_size(d.part) == 100'000);
  d.run(kOnce);
  CHECK(read_text_file(d.target) == d.content);
  CHECK(d.server.ranges().back() == "bytes=100000-");
}

TEST_CASE("a file that changed meanwhile is not glued") {
  Download d;
  d.server.cuts = 1;
  CHECK_THROWS_AS(d.run(kOnce), IoError);
  const std::string other = random_bytes(150'000, 2);
  d.server.set_file(other, "\"two\"");
  d.run(kOnce);
  CHECK(read_text_file(d.target) == other);
}

TEST_CASE("a part that cannot be trusted is thrown away") {
  SUBCASE("without a note") {
    Download d;
    d.leave_part(5000, "\"one\"");
    fs::remove(d.note);
    d.run();
    CHECK(read_text_file(d.target) == d.content);
    CHECK(d.server.ranges()[0] == "");
  }
  SUBCASE("without a version") {
    Download d;
    d.leave_part(5000, "");
    d.run();
    CHECK(read_text_file(d.target) == d.content);
    CHECK(d.server.ranges()[0] == "");
  }
  SUBCASE("longer than the file") {
    Download d;
    d.leave_part(5000, "\"one\"");
    write_file_atomically(d.part, std::string(300'000, 'x'));
    d.run();
    CHECK(read_text_file(d.target) == d.content);
  }
  SUBCASE("of another address") {
    Download d;
    d.leave_part(5000, "\"one\"");
    write_file_atomically(d.note,
                          R"({"url":"http://elsewhere/","etag":"\"one\"","last_modified":"","size":200000})");
    d.run();
    CHECK(read_text_file(d.target) == d.content);
    CHECK(d.server.ranges()[0] == "");
  }
}

TEST_CASE("malformed notes mean a fresh start") {
  for (const char* note : {"", "{", "[]", "null", "{\"url\": 3}",
                           "{\"url\":\"x\",\"etag\":\"y\",\"last_modified\":\"\",\"size\":-1}", "\xFF\xFE"}) {
    CAPTURE(note);
    Download d;
    d.leave_part(5000, "\"one\"");
    write_file_atomically(d.note, std::string_view(note));
    d.run();
    CHECK(read_text_file(d.target) == d.content);
  }
}

TEST_CASE("a complete part is recognised") {
  Download d;
  d.leave_part(200'000, "\"one\"");
  d.run();
  CHECK(read_text_file(d.target) == d.content);
}

TEST_CASE("an answer to another range than asked for is an error") {
  Download d;
  d.leave_part(5000, "\"one\"");
  d.server.wrong_range = true;
  CHECK_THROWS_WITH_AS(d.run(), doctest::Contains("another file"), IoError);
  CHECK_FALSE(fs::exists(d.target));
}

TEST_CASE("an absent file is told at once") {
  Download d;
  CHECK_THROWS_WITH_AS(download(d.server.url("/absent.zip"), d.target, kImpatient), doctest::Contains("404"),
                       IoError);
  CHECK_FALSE(fs::exists(d.target));
  CHECK_FALSE(fs::exists(d.part));
}

TEST_CASE("a busy server is asked again and then given up") {
  Download d;
  CHECK_THROWS_WITH_AS(download(d.server.url("/busy.zip"), d.target, {.attempts = 3, .pause_s = 0.01}),
                       doctest::Contains("503"), IoError);
  CHECK(d.server.requests == 3);
}

TEST_CASE("a refused connection says so") {
  int port = 0;
  {
    const test::LoopbackServer gone;
    port = gone.port();
  }
  const test::TemporaryFolder folder;
  CHECK_THROWS_WITH_AS(
      download(fmt::format("http://127.0.0.1:{}/file.zip", port), folder / "file.zip", kImpatient),
      doctest::Contains("onnect"), IoError);
}

TEST_CASE("an unknown host says so") {
  const test::TemporaryFolder folder;
  CHECK_THROWS_WITH_AS(download("http://no-such-host.invalid/file.zip", folder / "file.zip", kImpatient),
                       doctest::Contains("no-such-host.invalid"), IoError);
}

TEST_CASE("addresses that are not http are refused") {
  const test::TemporaryFolder folder;
  write_file_atomically(folder / "secret", std::string_view("x"));
  CHECK_THROWS_AS(download("file://" + (folder / "secret").string(), folder / "file.zip", kImpatient),
                  IoError);
  CHECK_FALSE(fs::exists(folder / "file.zip"));
}

TEST_CASE("files beyond the limit are refused") {
  Download d;
  DownloadOptions options = kImpatient;
  options.max_bytes = 1000;
  CHECK_THROWS_WITH_AS(d.run(options), doctest::Contains("limit"), IoError);
}

TEST_CASE("an empty file can be downloaded") {
  Download d;
  d.server.set_file("", "\"empty\"");
  d.run();
  CHECK(fs::file_size(d.target) == 0);
}

TEST_CASE("a stopped download keeps its part and goes on later") {
  Download d;
  d.content = random_bytes(8'000'000, 3);
  d.server.set_file(d.content, "\"big\"");
  std::stop_source stop;
  const auto stop_soon = [&stop](const Progress& progress) {
    if (progress.done > 100'000) stop.request_stop();
  };
  CHECK_THROWS_AS(download(d.server.url(), d.target, kImpatient, stop_soon, stop.get_token()), Interrupted);
  CHECK_FALSE(fs::exists(d.target));
  CHECK(fs::file_size(d.part) > 100'000);
  d.run();
  CHECK(read_text_file(d.target) == d.content);
  CHECK(d.server.ranges().back() != "");
}

}  // namespace
}  // namespace margay::fetch
