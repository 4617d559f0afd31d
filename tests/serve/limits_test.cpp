// Every limit, with what goes beyond it sent over a loopback socket.
#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "tests/serve/color_server.h"

using namespace std::string_literals;
using namespace margay;
using namespace std::chrono_literals;
using test::ColorServer;
using test::get_text;
using test::plain_png;
using test::post_text;

namespace {

using Clock = std::chrono::steady_clock;

/// The head of a request whose body comes in chunks.
const std::string kChunkedHead =
    "POST /predict HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";

/// A server that has been attacked goes on.
void require_alive(ColorServer& server) {
  CHECK(server.ask(post_text("/predict", plain_png("green"))).status == 200);
}

}  // namespace

TEST_CASE("heads beyond 8 KiB are refused") {
  ColorServer server;
  CHECK(server.ask(get_text("/v2", "X: " + std::string(7000, 'x') + "\r\n")).status == 200);
  CHECK(server.ask(get_text("/v2", "X: " + std::string(9000, 'x') + "\r\n")).status == 431);
  CHECK(server.ask(get_text("/" + std::string(9000, 'x'))).status == 431);
  std::string many;
  for (int i = 0; i < 3000; ++i) many += "a:\r\n";
  CHECK(server.ask(get_text("/v2", many)).status == 431);
  test::RawClient endless(server.port());
  endless.send("GET / HTTP/1.1\r\n");
  for (int i = 0; i < 10'000 && endless.send(std::string(1000, 'x')); ++i) {
  }
  CHECK(endless.is_ended());
  require_alive(server);
}

TEST_CASE("bodies beyond the limit are refused before they are read") {
  ColorServer server({.limits = {.body_bytes = 10'000}});
  const std::string head = "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: ";
  CHECK(server.ask(head + "10001\r\n\r\n").status == 413);
  CHECK(server.ask(head + "18446744073709551615\r\n\r\n").status == 413);
  CHECK(server.ask(head + "18446744073709551616\r\n\r\n").status == 400);
  CHECK(server.ask(head + "-1\r\n\r\n").status == 400);
  CHECK(server.ask(kChunkedHead + "2711\r\n").status == 413);
  CHECK(server.ask(kChunkedHead + "ffffffffffffffff\r\n").status == 413);
  CHECK(server.ask(kChunkedHead + "10000000000000000\r\n").status == 400);
  // Who sends all the same gets the answer.
  CHECK(server.ask(post_text("/predict", std::string(3'000'000, 'x'))).status == 413);
  require_alive(server);
}

TEST_CASE("all bodies together have a limit") {
  ColorServer server({.limits = {.body_bytes = 100'000, .all_bodies_bytes = 150'000}});
  const std::string head = "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n";
  test::RawClient first(server.port()), second(server.port());
  first.send(head + std::string(90'000, 'x'));
  std::this_thread::sleep_for(100ms);
  second.send(head + std::string(90'000, 'x'));
  CHECK(second.read_response().status == 503);
  first.send(std::string(10'000, 'x'));
  CHECK(first.read_response().status == 415);
  require_alive(server);
}

TEST_CASE("pictures beyond the limit of pixels are not decoded") {
  ColorServer server({.limits = {.pixels = 100}});
  CHECK(server.ask(post_text("/predict", plain_png("red", 10, 10))).status == 200);
  CHECK(server.ask(post_text("/predict", plain_png("red", 101, 1))).status == 413);
  const std::string pixels = R"({"inputs":[{"name":"pixels","datatype":"UINT8","data":[],"shape":)";
  CHECK(server.ask(post_text("/v2/models/colors/infer", pixels + "[1,11,11,3]}]}")).status == 413);
  for (const char* overflow : {"[1,4294967296,4294967296,3]", "[1,18446744073709551615,2,3]",
                               "[64,6148914691236517206,1,3]", "[1,2147483648,1,3]"})
    CHECK(server.ask(post_text("/v2/models/colors/infer", pixels + overflow + "}]}")).status == 413);
}

TEST_CASE("requests of too many pictures are refused") {
  ColorServer server({.limits = {.pictures = 2}});
  std::string form;
  for (int i = 0; i < 3; ++i)
    form += "--X\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\nx\r\n";
  CHECK(server.ask(post_text("/predict", form + "--X--", "Content-Type: multipart/form-data; boundary=X\r\n"))
            .status == 413);
  CHECK(
      server
          .ask(post_text("/v2/models/colors/infer",
                         R"({"inputs":[{"name":"image","datatype":"BYTES","shape":[3],"data":["","",""]}]})"))
          .status == 413);
}

TEST_CASE("byte counts that lie are refused") {
  ColorServer server;
  const auto infer = [&](const std::string& size, const std::string& behind) {
    const std::string json = R"({"inputs":[{"name":"image","datatype":"BYTES","shape":[1],)"
                             R"("parameters":{"binary_data_size":)" +
                             size + "}}]}";
    return server
        .ask(post_text("/v2/models/colors/infer", json + behind,
                       "Inference-Header-Content-Length: " + std::to_string(json.size()) + "\r\n"))
        .status;
  };
  CHECK(infer("8", std::string("\xff\xff\xff\xff", 4) + "abcd") == 400);
  CHECK(infer("8", std::string("\x05\0\0\0", 4) + "abcd") == 400);
  CHECK(infer("8", std::string("\x03\0\0\0", 4) + "abcd") == 400);
  CHECK(infer("9", std::string("\x04\0\0\0", 4) + "abcd") == 400);
  CHECK(infer("18446744073709551615", "abcd") == 400);
  CHECK(infer("3", "abc") == 400);
  require_alive(server);
}

TEST_CASE("JSON is bounded in depth") {
  ColorServer server;
  const std::string deep(1'000'000, '[');
  CHECK(server.ask(post_text("/v2/models/colors/infer", deep)).status == 400);
  require_alive(server);
}

TEST_CASE("millions of tiny chunks are refused after some thousands") {
  ColorServer server;
  test::RawClient client(server.port());
  client.send(kChunkedHead);
  std::string chunks;
  for (int i = 0; i < 10'000; ++i) chunks += "1\r\nx\r\n";
  const auto begin = Clock::now();
  for (int i = 0; i < 200 && client.send(chunks); ++i) {
  }
  CHECK(client.read_response().status == 413);
  CHECK(Clock::now() - begin < 10s);
  // What programs send in chunks is taken.
  std::string body = plain_png("green"), usual;
  for (const char byte : body) usual += std::string("1;name=value\r\n") + byte + "\r\n";
  CHECK(server.ask(kChunkedHead + usual + "0\r\nTrailer: x\r\n\r\n").status == 200);
  CHECK(server.ask(kChunkedHead + "1;" + std::string(100'000, 'x') + "\r\n").status == 431);
}

TEST_CASE("bytes that drip do not extend the time of a request") {
  ColorServer server({.limits = {.request_time = 300ms}});
  for (const std::string& start :
       {std::string("GET /v2 HTTP/1.1\r\nX: "),
        std::string("POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"),
        kChunkedHead + "3e8\r\n"}) {
    test::RawClient client(server.port());
    const auto begin = Clock::now();
    client.send(start);
    for (int i = 0; i < 100 && Clock::now() - begin < 450ms && client.send("x"); ++i)
      std::this_thread::sleep_for(20ms);
    CHECK(client.read_response().status == 408);
    CHECK(Clock::now() - begin < 2s);
    CHECK(client.is_ended());
  }
  require_alive(server);
}

TEST_CASE("an answer that does not come in time is an error, too") {
  ColorServer server({.limits = {.request_time = 200ms}, .batching = {.max_delay = 2s}});
  const auto begin = Clock::now();
  CHECK(server.ask(post_text("/predict", plain_png("red"))).status == 504);
  CHECK(Clock::now() - begin < 1500ms);
}

TEST_CASE("connections that ask nothing are ended") {
  ColorServer server({.limits = {.idle_time = 100ms}});
  test::RawClient silent(server.port()), once(server.port());
  once.send(get_text("/v2"));
  CHECK(once.read_response().status == 200);
  const auto begin = Clock::now();
  CHECK(silent.is_ended());
  CHECK(once.is_ended());
  CHECK(Clock::now() - begin < 2s);
}

TEST_CASE("more connections than allowed are told so") {
  ColorServer server({.limits = {.connections = 2}});
  test::RawClient first(server.port()), second(server.port());
  first.send(get_text("/v2"));
  second.send(get_text("/v2"));
  CHECK(first.read_response().status == 200);
  CHECK(second.read_response().status == 200);
  test::RawClient third(server.port());
  const test::RawResponse refused = third.read_response();
  CHECK(refused.status == 503);
  CHECK(refused.fields.at("retry-after") == "1");
  first.send(get_text("/v2"));
  CHECK(first.read_response().status == 200);
}

TEST_CASE("requests that are sent at once are answered in their order") {
  ColorServer server;
  test::RawClient client(server.port());
  client.send(get_text("/v2") + post_text("/predict", plain_png("green")) + get_text("/nothing") +
              get_text("/v2/health/live"));
  CHECK(client.read_response().body.find("margay") != std::string::npos);
  CHECK(client.read_response().body.find("green") != std::string::npos);
  CHECK(client.read_response().status == 404);
  CHECK(client.read_response().body.find("live") != std::string::npos);
  std::string many;
  for (int i = 0; i < 500; ++i) many += get_text("/v2/health/live");
  std::thread sender([&] { client.send(many); });
  for (int i = 0; i < 500; ++i) REQUIRE(client.read_response().status == 200);
  sender.join();
}

TEST_CASE("what two programs could read differently is refused") {
  ColorServer server;
  const std::string png = plain_png("red"), length = "Content-Length: " + std::to_string(png.size()) + "\r\n";
  const auto head = [](const std::string& fields, const char* version = "1.1") {
    return "POST /predict HTTP/" + std::string(version) + "\r\n" + fields + "\r\n";
  };
  const std::string host = "Host: localhost\r\n", chunked = "Transfer-Encoding: chunked\r\n";
  const std::pair<std::string, int> table[] = {
      {head(host + chunked, "1.0") + "0\r\n\r\n", 400},
      {head(host + length + chunked) + "0\r\n\r\n", 400},
      {head(host + chunked + length) + "0\r\n\r\n", 400},
      {head(host + chunked + chunked) + "0\r\n\r\n", 400},
      {head(host + "Transfer-Encoding: gzip, chunked\r\n") + "0\r\n\r\n", 501},
      {head(host + "Transfer-Encoding: chunked, identity\r\n") + "0\r\n\r\n", 501},
      {head(host + "Transfer-Encoding: xchunked\r\n") + "0\r\n\r\n", 501},
      {head(host + length + length) + png, 400},
      {head(host + length + "Content-Length: 1\r\n") + png, 400},
      {head(host + "Content-Length: 1, 1\r\n") + "x", 400},
      {head(host + "Content-Length: +1\r\n") + "x", 400},
      {head(host + "Content-Length: 0x1\r\n") + "x", 400},
      {head(host + "Content-Length : 1\r\n") + "x", 400},
      {head(host + host + length) + png, 400},
      {head(length) + png, 400},
      {head(host + length, "2.0") + png, 400},
      {head(host + chunked) + "x\r\n", 400},
      {head(host + chunked) + "1\r\nxx\r\n0\r\n\r\n", 400},
      {"GET /v2\r\n\r\n", 400},
      {"GET  /v2 HTTP/1.1\r\n\r\n", 400},
      {"GET http://localhost/v2 HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET /v2 HTTP/1.1\r\nHost: local\0host\r\n\r\n"s, 400},
      {"\x16\x03\x01\x02\x00\x01", 400},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
  };
  for (const auto& malformed : table) {
    CAPTURE(malformed.first);
    test::RawClient client(server.port());
    client.send(malformed.first);
    CHECK(client.read_response().status == malformed.second);
    CHECK(client.is_ended());
  }
  CHECK(server.ask(head(length, "1.0") + png).status == 200);
  require_alive(server);
}

TEST_CASE("who waits for a word before the body gets it") {
  ColorServer server;
  test::RawClient client(server.port());
  const std::string png = plain_png("red");
  client.send("POST /predict HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: " +
              std::to_string(png.size()) + "\r\n\r\n");
  CHECK(client.read_response().status == 100);
  client.send(png);
  CHECK(client.read_response().status == 200);
}

TEST_CASE("hosts, origins and tokens are looked at before bodies") {
  ColorServer server;
  const std::string head = "POST /predict HTTP/1.1\r\nContent-Length: 1000000\r\n";
  CHECK(server.ask(head + "Host: evil.example\r\n\r\n").status == 403);
  CHECK(server.ask(head + "Host: localhost\r\nOrigin: http://evil.example\r\n\r\n").status == 403);
  ColorServer guarded({.access = {.token = "secret"}});
  const test::RawResponse refused = guarded.ask(head + "Host: localhost\r\n\r\n");
  CHECK(refused.status == 401);
  CHECK(refused.fields.at("www-authenticate") == "Bearer");
  CHECK(guarded.ask(post_text("/predict", plain_png("red"), "Authorization: Bearer secret\r\n")).status ==
        200);
  CHECK(guarded.ask(get_text("/v2/health/live")).status == 200);
}
