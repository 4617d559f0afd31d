// A real server on a loopback port, asked as programs ask it.
#include "margay/serve/server.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <thread>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/runtime/runtime.h"
#include "tests/serve/color_server.h"

using namespace margay;
using namespace std::chrono_literals;
using test::ColorServer;
using test::get_text;
using test::plain_png;
using test::post_text;

namespace {

template <class Condition>
bool comes_true(Condition condition) {
  for (int i = 0; i < 1000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

std::string v2_body(const std::string& rest, const std::string& outputs = {}) {
  return R"({"inputs":[{"name":)" + rest + "]" + (outputs.empty() ? "" : R"(,"outputs":[)" + outputs + "]") +
         "}";
}

/// A form as curl sends it: files, and fields without a file's name.
struct Part {
  std::string name, file_name, bytes;
};

std::string form_text(const std::vector<Part>& parts) {
  std::string body;
  for (const Part& part : parts) {
    body += "--------------------------d74496d66958873e\r\nContent-Disposition: form-data; name=\"" +
            part.name + '"';
    if (!part.file_name.empty()) body += "; filename=\"" + part.file_name + "\"\r\nContent-Type: image/png";
    body += "\r\n\r\n" + part.bytes + "\r\n";
  }
  return post_text(
      "/predict", body + "--------------------------d74496d66958873e--\r\n",
      "Content-Type: multipart/form-data; boundary=------------------------d74496d66958873e\r\n");
}

}  // namespace

TEST_CASE("a picture is a form, a body, or several files of a form") {
  ColorServer server;
  const test::RawResponse form = server.ask(form_text({{"image", "cat.png", plain_png("green")}}));
  CHECK(form.status == 200);
  CHECK(form.fields.at("content-type") == "application/json");
  const Json answer = parse_json(form.body, "answer");
  CHECK(answer["model"] == "colors");
  CHECK(answer["pictures"][0]["file"] == "cat.png");
  CHECK(answer["pictures"][0]["class"] == "green");
  const double expected = std::exp(1) / (std::exp(1) + 2);
  CHECK(answer["pictures"][0]["probability"].get<double>() == doctest::Approx(expected));
  CHECK(answer["pictures"][0]["top"].size() == 3);
  CHECK(answer["pictures"][0]["top"][0]["class"] == "green");

  const Json body = server.ask_json(post_text("/predict?top=1", plain_png("blue")));
  CHECK(body["pictures"][0]["class"] == "blue");
  CHECK(body["pictures"][0]["top"].size() == 1);

  const test::RawResponse several = server.ask(form_text({{"image", "a", plain_png("red")},
                                                          {"image", "b", "no picture"},
                                                          {"top", "", "1"},
                                                          {"other", "c", plain_png("blue")}}));
  CHECK(several.status == 200);
  const Json pictures = parse_json(several.body, "answer")["pictures"];
  REQUIRE(pictures.size() == 3);
  CHECK(pictures[0]["class"] == "red");
  CHECK(pictures[1].contains("error"));
  CHECK_FALSE(pictures[1].contains("class"));
  CHECK(pictures[2]["class"] == "blue");

  const test::RawResponse broken = server.ask(post_text("/predict", "no picture"));
  CHECK(broken.status == 415);
  CHECK_FALSE(parse_json(broken.body, "answer")["error"].get<std::string>().empty());
  CHECK(server.ask(post_text("/predict", "")).status == 400);
}

TEST_CASE("the Open Inference Protocol in JSON") {
  ColorServer server;
  CHECK(server.ask_json(get_text("/v2"))["name"] == "margay");
  CHECK(server.ask(get_text("/v2/health/live")).status == 200);
  CHECK(server.ask(get_text("/v2/health/ready")).status == 200);
  CHECK(server.ask(get_text("/v2/models/colors/ready")).status == 200);
  CHECK(server.ask(get_text("/v2/models/colors/versions/1/ready")).status == 200);
  CHECK(server.ask(get_text("/v2/models/colors/versions/2/ready")).status == 404);
  CHECK(server.ask(get_text("/v2/models/colours/ready")).body.find("did you mean 'colors'?") !=
        std::string::npos);
  CHECK(server.ask_json(get_text("/v2/models/colors"))["inputs"][2]["shape"] == Json::array({-1, 3, 4, 5}));
  CHECK(server.ask_json(post_text("/v2/repository/index", "{}"))[0]["name"] == "colors");

  std::string green;  // two pixels of one picture
  for (int i = 0; i < 2; ++i) green += i == 0 ? "0,255,0" : ",0,255,0";
  const Json pixels = server.ask_json(
      post_text("/v2/models/colors/infer",
                v2_body(R"("pixels","datatype":"UINT8","shape":[1,1,2,3],"data":[)" + green + "]}")));
  CHECK(pixels["outputs"][0]["shape"] == Json::array({1, 3}));
  CHECK(pixels["outputs"][0]["data"][1].get<double>() == doctest::Approx(std::exp(1) / (std::exp(1) + 2)));

  std::string planes;  // red and blue are 0, green is 1
  for (int i = 0; i < 60; ++i) planes += (i == 0 ? "" : ",") + std::string(i >= 20 && i < 40 ? "1" : "0");
  const Json values = server.ask_json(
      post_text("/v2/models/colors/versions/1/infer",
                v2_body(R"("values","datatype":"FP32","shape":[1,3,4,5],"data":[)" + planes + "]}",
                        R"({"name":"probabilities","parameters":{"classification":1}})")));
  CHECK(values["outputs"][0]["data"][0].get<std::string>().ends_with(":1:green"));

  const test::RawResponse bad = server.ask(post_text("/v2/models/colors/infer", "{"));
  CHECK(bad.status == 400);
  CHECK(parse_json(bad.body, "answer")["error"].get<std::string>().find("not valid JSON") !=
        std::string::npos);
  CHECK(server.ask(post_text("/v2/models/pets/infer", "{}")).status == 404);
}

TEST_CASE("tensors stand behind the JSON, in requests and in answers") {
  ColorServer server;
  std::string behind;
  for (const char* color : {"blue", "red"}) {
    const std::string png = plain_png(color);
    const auto size = static_cast<uint32_t>(png.size());
    behind.append(reinterpret_cast<const char*>(&size), sizeof(size)).append(png);
  }
  // As NVIDIA's client asks: no media type, and all outputs in binary.
  const std::string json =
      R"({"parameters":{"binary_data_output":true},"inputs":[{"name":"image","shape":[2],)"
      R"("datatype":"BYTES","parameters":{"binary_data_size":)" +
      std::to_string(behind.size()) + "}}]}";
  const test::RawResponse answer =
      server.ask(post_text("/v2/models/colors/infer", json + behind,
                           "Inference-Header-Content-Length: " + std::to_string(json.size()) + "\r\n"));
  REQUIRE(answer.status == 200);
  const size_t length = std::stoul(answer.fields.at("inference-header-content-length"));
  const Json document = parse_json(answer.body.substr(0, length), "answer");
  CHECK(document["outputs"][0]["parameters"]["binary_data_size"] == 24);
  REQUIRE(answer.body.size() == length + 24);
  float values[6];
  std::memcpy(values, answer.body.data() + length, sizeof(values));
  CHECK(values[2] > 0.5f);
  CHECK(values[3] > 0.5f);
  const test::RawResponse raw = server.ask(
      post_text("/v2/models/colors/infer", plain_png("red"), "Inference-Header-Content-Length: 0\r\n"));
  CHECK(raw.status == 200);
  for (const char* lie : {"-1", "1x", "99999999999999999999", "4000"})
    CHECK(server
              .ask(post_text("/v2/models/colors/infer", json,
                             "Inference-Header-Content-Length: " + std::string(lie) + "\r\n"))
              .status == 400);
}

TEST_CASE("the server answers what the predictor answers") {
  ColorServer server;
  const auto photo = [] {
    image::Image picture(33, 21);
    for (size_t i = 0; i < picture.pixels.size(); ++i)
      picture.pixels[i] = static_cast<uint8_t>(i * 7919 % 251);
    return image::encode_png(picture);
  }();
  auto predictor = runtime::load_predictor(server.path_of("colors"));
  const predict::Answer expected = predictor.predict_bytes(photo);
  const Json answer = server.ask_json(post_text("/predict", std::string(photo.begin(), photo.end())));
  for (const Json& row : answer["pictures"][0]["top"]) {
    const auto index = std::ranges::find(predictor.class_names(), row["class"].get<std::string>());
    CHECK(
        row["probability"].get<double>() ==
        doctest::Approx(expected.probabilities[static_cast<size_t>(index - predictor.class_names().begin())])
            .epsilon(1e-6));
  }
}

TEST_CASE("several models are asked by name") {
  ColorServer server({}, {"one", "two"});
  CHECK(server.ask_json(post_text("/predict?model=two", plain_png("red")))["model"] == "two");
  const test::RawResponse unnamed = server.ask(post_text("/predict", plain_png("red")));
  CHECK(unnamed.status == 400);
  CHECK(unnamed.body.find("one, two") != std::string::npos);
  CHECK(server.ask(post_text("/predict?model=three", plain_png("red"))).status == 404);
  CHECK(server.ask_json(post_text("/v2/repository/index", "")).size() == 2);
}

TEST_CASE("pages, errors, numbers and the log") {
  ColorServer server;
  CHECK(server.ask(get_text("/")).fields.at("content-type").starts_with("text/plain"));
  CHECK(server.ask_json(get_text("/openapi.json")).contains("paths"));
  CHECK(server.ask(get_text("/nothing")).status == 404);
  const test::RawResponse method = server.ask(get_text("/predict"));
  CHECK(method.status == 405);
  CHECK(method.fields.at("allow") == "POST");
  test::RawClient head(server.port());
  head.send("HEAD /v2 HTTP/1.1\r\nHost: localhost\r\n\r\n" + get_text("/v2"));
  CHECK(head.read_response(true).body.empty());
  CHECK(head.read_response().status == 200);
  CHECK(server.ask(post_text("/predict", plain_png("red"), "Content-Encoding: gzip\r\n")).status == 415);
  REQUIRE(server.ask(post_text("/predict?secret=1", plain_png("red"))).status == 400);
  REQUIRE(server.ask(post_text("/predict?top=2", plain_png("red"))).status == 200);

  REQUIRE(comes_true([&] { return server.log().size() >= 9; }));
  const Json last = server.log().back();
  CHECK(last["path"] == "/predict");
  CHECK(last["model"] == "colors");
  CHECK(last["pictures"] == 1);
  CHECK(last["status"] == 200);
  CHECK(last["bytes_in"] == plain_png("red").size());

  const std::string numbers = server.ask(get_text("/metrics")).body;
  for (const std::string line : {"margay_requests_total{route=\"/predict\",status=\"200\"} 1",
                                 "margay_requests_total{route=\"other\",status=\"404\"} 1",
                                 "margay_request_seconds_bucket{route=\"/predict\",le=\"+Inf\"} 3",
                                 "margay_batch_pictures_count{model=\"colors\"} 1",
                                 "margay_queued_pictures 0", "margay_connections "}) {
    CAPTURE(line);
    CHECK_MESSAGE(numbers.find(line) != std::string::npos, numbers);
  }
}

TEST_CASE("models are loaded anew without a request being lost") {
  ColorServer server({.watch_interval = 20ms});
  std::atomic<bool> stop{false};
  std::atomic<int> answered{0}, lost{0};
  std::vector<std::thread> askers;
  for (int t = 0; t < 4; ++t)
    askers.emplace_back([&] {
      test::RawClient client(server.port());
      while (!stop) {
        client.send(post_text("/predict", plain_png("green")));
        const test::RawResponse response = client.read_response();
        // Classes are those of one model or of the other, never of both.
        const bool good =
            response.status == 200 && (response.body.find("\"class\":\"green\"") != std::string::npos ||
                                       response.body.find("\"class\":\"g\"") != std::string::npos);
        ++(good ? answered : lost);
      }
    });
  for (int i = 0; i < 8; ++i) {
    const size_t before = server.reloads().size();
    if (i % 4 == 3) {
      server.server().reload();
    } else {
      const bool is_other = i % 2 == 0;
      model::save_model(server.path_of("colors"),
                        is_other ? test::color_model({"r", "g", "b"}) : test::color_model());
    }
    CHECK(comes_true([&] { return server.reloads().size() > before; }));
  }
  write_file_atomically(server.path_of("colors"), std::string_view("no model"));
  CHECK(comes_true([&] { return !server.reloads().back().ends_with(":"); }));
  stop = true;
  for (std::thread& asker : askers) asker.join();
  CHECK(lost == 0);
  CHECK(answered > 8);
}

TEST_CASE("requests that have come are answered while the server ends") {
  ColorServer server({.batching = {.max_delay = 300ms}});
  test::RawClient asking(server.port()), idle(server.port()), fresh(server.port());
  idle.send(get_text("/v2"));
  CHECK(idle.read_response().status == 200);
  asking.send(post_text("/predict", plain_png("green")));
  CHECK(comes_true([&] {
    return server.ask(get_text("/metrics")).body.find("margay_queued_pictures 1") != std::string::npos;
  }));
  server.server().drain();
  fresh.send(post_text("/predict", plain_png("green")));
  const test::RawResponse answer = asking.read_response();
  CHECK(answer.status == 200);
  CHECK(answer.fields.at("connection") == "close");
  CHECK(fresh.read_response().status == 200);
  CHECK(idle.is_ended());
  CHECK(asking.is_ended());
  CHECK(server.server().wait_until_drained(5s));
  CHECK_THROWS(test::RawClient(server.port()));
}

TEST_CASE("what waits too long is refused, and may ask again") {
  ColorServer server({.limits = {.queued_pictures = 1}, .batching = {.max_delay = 400ms}});
  test::RawClient first(server.port());
  first.send(post_text("/predict", plain_png("green")));
  CHECK(comes_true([&] {
    return server.ask(get_text("/metrics")).body.find("margay_queued_pictures 1") != std::string::npos;
  }));
  const test::RawResponse refused = server.ask(post_text("/predict", plain_png("green")));
  CHECK(refused.status == 503);
  CHECK(refused.fields.at("retry-after") == "1");
  CHECK(first.read_response().status == 200);
  CHECK(server.ask(post_text("/predict", plain_png("green"))).status == 200);
}

TEST_CASE("a server that ends with requests in it waits for nobody") {
  std::vector<std::unique_ptr<test::RawClient>> clients;
  {
    ColorServer server({.batching = {.max_delay = 200ms}});
    for (int i = 0; i < 5; ++i) {
      clients.push_back(std::make_unique<test::RawClient>(server.port()));
      clients.back()->send(post_text("/predict", plain_png("green")));
    }
    std::this_thread::sleep_for(20ms);
  }
  for (const auto& client : clients) CHECK(client->is_ended());
}

TEST_CASE("a port that is taken and a host that is none are errors") {
  ColorServer server;
  serve::ServerOptions options{.port = server.port()};
  const std::vector<serve::ModelSource> models{{"colors", server.path_of("colors")}};
  CHECK_THROWS_WITH_AS(serve::Server(models, options), doctest::Contains("cannot listen on port"), IoError);
  options.access = {.host = "nowhere.example", .token = "secret"};
  CHECK_THROWS_WITH_AS(serve::Server(models, options), doctest::Contains("expected an address"), UsageError);
}
