// Answers of the Open Inference Protocol.
#include "margay/serve/v2_response.h"

#include <doctest/doctest.h>

#include <cstring>

using namespace margay;
using namespace margay::serve;

namespace {

const std::vector<std::string> kClasses{"cats", "dogs", "a:b"};
const std::vector<predict::Answer> kAnswers{{{0.125, 0.625, 0.25}}, {{1, 0, 0}}};

Json json_of(const HttpResponse& response, size_t length) {
  return parse_json(response.body.substr(0, length), "answer");
}

}  // namespace

TEST_CASE("numbers stand in the JSON") {
  const HttpResponse response = format_v2_response("pets", kClasses, "7", {}, kAnswers);
  CHECK(response.content_type == "application/json");
  CHECK(json_of(response, response.body.size()) ==
        parse_json(R"({"model_name":"pets","model_version":"1","id":"7","outputs":[{"name":"probabilities",
          "datatype":"FP32","shape":[2,3],"data":[0.125,0.625,0.25,1.0,0.0,0.0]}]})",
                   "expected"));
}

TEST_CASE("numbers stand behind the JSON") {
  const HttpResponse response = format_v2_response("pets", kClasses, "", {.binary = true}, kAnswers);
  CHECK(response.content_type == "application/octet-stream");
  REQUIRE(response.fields.size() == 1);
  CHECK(response.fields[0].first == "Inference-Header-Content-Length");
  const size_t length = std::stoul(response.fields[0].second);
  const Json document = json_of(response, length);
  CHECK_FALSE(document.contains("id"));
  CHECK(document["outputs"][0]["parameters"]["binary_data_size"] == 24);
  CHECK_FALSE(document["outputs"][0].contains("data"));
  REQUIRE(response.body.size() == length + 24);
  float values[6];
  std::memcpy(values, response.body.data() + length, 24);
  CHECK(values[1] == 0.625f);
  CHECK(values[3] == 1.0f);
}

TEST_CASE("classes are value, index and label, best first") {
  const HttpResponse response = format_v2_response("pets", kClasses, "", {.classification = 2}, kAnswers);
  const Json output = json_of(response, response.body.size())["outputs"][0];
  CHECK(output["datatype"] == "BYTES");
  CHECK(output["shape"] == Json::array({2, 2}));
  CHECK(output["data"] ==
        Json::array({"0.625000:1:dogs", "0.250000:2:a:b", "1.000000:0:cats", "0.000000:1:dogs"}));
  const HttpResponse all = format_v2_response("pets", kClasses, "", {.classification = 99}, kAnswers);
  CHECK(json_of(all, all.body.size())["outputs"][0]["shape"] == Json::array({2, 3}));
  const HttpResponse binary =
      format_v2_response("pets", kClasses, "", {.binary = true, .classification = 1}, kAnswers);
  CHECK(binary.body.ends_with(std::string("\x0f\0\0\0", 4) + "0.625000:1:dogs" +
                              std::string("\x0f\0\0\0", 4) + "1.000000:0:cats"));
}

TEST_CASE("metadata name tensors with their types and shapes") {
  const Json metadata = v2_model_metadata("pets", kClasses, 5, 4);
  CHECK(metadata["versions"] == Json::array({"1"}));
  REQUIRE(metadata["inputs"].size() == 3);
  CHECK(metadata["inputs"][0] ==
        Json{{"name", "image"}, {"datatype", "BYTES"}, {"shape", Json::array({-1})}});
  CHECK(metadata["inputs"][2]["shape"] == Json::array({-1, 3, 4, 5}));
  CHECK(metadata["outputs"] ==
        parse_json(R"([{"name":"probabilities","datatype":"FP32","shape":[-1,3]}])", "expected"));
  CHECK(metadata["parameters"]["classes"] == Json(kClasses));
  CHECK(v2_server_metadata()["name"] == "margay");
}
