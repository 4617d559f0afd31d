// margay serve as a program: starts, answers, loads anew, drains.
#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "margay/core/json.h"
#include "margay/model/model.h"
#include "tests/serve/color_server.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Waits for a text in a file that the program writes; false after ten seconds.
bool wait_for(const fs::path& path, const std::string& text) {
  for (int i = 0; i < 2000; ++i) {
    if (text_of(path).find(text) != std::string::npos) return true;
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

class ServedPlace {
 public:
  ServedPlace() { model::save_model(folder_ / "colors.safetensors", test::color_model()); }

  test::Program start(std::vector<std::string> words) const {
    words.insert(words.begin(), {MARGAY_PROGRAM, "serve"});
    return {folder_.path(), words};
  }
  fs::path operator/(const std::string& name) const { return folder_ / name; }

  /// The port that the program says it listens on.
  uint16_t port() const {
    REQUIRE(wait_for(folder_ / ".out", "/predict"));
    const std::string said = text_of(folder_ / ".out");
    const size_t at = said.find("127.0.0.1:");
    REQUIRE(at != said.npos);
    return static_cast<uint16_t>(std::stoi(said.substr(at + 10)));
  }

 private:
  test::TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("a server answers, loads anew for SIGHUP, and ends well for SIGTERM") {
  const ServedPlace place;
  test::Program program = place.start({"colors.safetensors", "--port", "0", "--access-log", "access.jsonl"});
  const uint16_t port = place.port();
  const std::string ask = test::post_text("/predict", test::plain_png("green"));
  CHECK(test::ask(port, ask).body.find("\"class\":\"green\"") != std::string::npos);
  REQUIRE(wait_for(place / "access.jsonl", "\"status\":200"));

  fs::rename(place / "access.jsonl", place / "old.jsonl");
  program.send(SIGHUP);
  CHECK(program.wait_for_error_text("colors was loaded anew"));
  CHECK(test::ask(port, ask).status == 200);
  CHECK(wait_for(place / "access.jsonl", "\"status\":200"));

  // A request that has begun is answered.
  test::RawClient slow(port);
  slow.send(ask.substr(0, ask.size() - 1));
  std::this_thread::sleep_for(100ms);
  program.send(SIGTERM);
  std::this_thread::sleep_for(200ms);
  slow.send(ask.substr(ask.size() - 1));
  CHECK(slow.read_response().status == 200);
  const test::ProgramResult result = program.wait();
  CHECK(result.exit_code == 0);
  CHECK(result.out.find("Serving colors on http://127.0.0.1:") == 0);
}

TEST_CASE("a second signal does not wait for requests") {
  const ServedPlace place;
  test::Program program = place.start({"colors=colors.safetensors", "--port", "0"});
  test::RawClient slow(place.port());
  slow.send("POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n");
  std::this_thread::sleep_for(100ms);
  program.send(SIGINT);
  std::this_thread::sleep_for(200ms);
  program.send(SIGINT);
  CHECK(program.wait().exit_code == 130);
}

TEST_CASE("what cannot be served gets one clear line") {
  const ServedPlace place;
  struct Refused {
    std::vector<std::string> words;
    int exit_code;
    std::string reason;
  };
  const Refused table[] = {
      {{}, 2, "MODEL"},
      {{"nothing"}, 6, "no such run directory or model file"},
      {{"colors.safetensors", "colors=colors.safetensors"}, 2, "two models are called 'colors'"},
      {{"colors.safetensors", "--host", "0.0.0.0"}, 2, "--token"},
      {{"colors.safetensors", "--host", "0.0.0.0"}, 2, "--allow-anyone"},
      {{"colors.safetensors", "--host", "somewhere", "--allow-anyone"}, 2, "expected an address"},
      {{"colors.safetensors", "--port", "65536"}, 2, "expected a whole number from 0 to 65535"},
      {{"colors.safetensors", "--max-batch", "0"}, 2, "--max-batch"},
      {{"colors.safetensors", "--access-log", "nowhere/log"}, 6, "cannot open the access log"},
  };
  for (const Refused& refused : table) {
    const test::ProgramResult result = place.start(refused.words).wait();
    CAPTURE(result.err);
    CHECK(result.exit_code == refused.exit_code);
    CHECK(result.err.find(refused.reason) != std::string::npos);
  }
}
