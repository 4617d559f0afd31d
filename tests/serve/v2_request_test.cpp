// Requests of the Open Inference Protocol: what is understood, and a table of what is refused.
#include "margay/serve/v2_request.h"

#include <doctest/doctest.h>

#include <cstring>
#include <string>

#include "margay/core/error.h"

using namespace margay;
using namespace margay::serve;

namespace {

constexpr V2Limits kLimits{.width = 2, .height = 1, .pictures = 4, .pixels = 100};

std::span<const uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

std::string text_of(const PictureInput& picture) {
  const auto bytes = std::get<EncodedPicture>(picture).bytes;
  return {bytes.begin(), bytes.end()};
}

std::vector<float> floats_of(const PictureInput& picture) {
  const auto bytes = std::get<PlanarValues>(picture).bytes;
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

V2Request parse(const std::string& json, const std::string& behind = {}) {
  static std::string body;  // the pictures view it
  body = json + behind;
  return parse_v2_request(bytes_of(body),
                          behind.empty() ? std::nullopt : std::optional(uint64_t{json.size()}), kLimits);
}

std::string input(std::string_view name, std::string_view datatype, std::string_view shape,
                  std::string_view rest) {
  return fmt::format(R"({{"inputs":[{{"name":"{}","datatype":"{}","shape":{},{}}}]}})", name, datatype, shape,
                     rest);
}

}  // namespace

TEST_CASE("pictures in JSON are base64, flat or nested") {
  const V2Request flat = parse(input("image", "BYTES", "[2]", R"("data":["aGk=","eW8"])"));
  REQUIRE(flat.pictures.size() == 2);
  CHECK(text_of(flat.pictures[0]) == "hi");
  CHECK(text_of(flat.pictures[1]) == "yo");
  CHECK_FALSE(flat.output.binary);
  const V2Request nested = parse(input("image", "BYTES", "[2,1]", R"("data":[["aGk="],["eW8="]])"));
  CHECK(text_of(nested.pictures[1]) == "yo");
}

TEST_CASE("pictures behind the JSON have their lengths before them") {
  const std::string behind("\2\0\0\0hi\0\0\0\0", 10);
  const V2Request request =
      parse(input("image", "BYTES", "[2]", R"("parameters":{"binary_data_size":10})"), behind);
  CHECK(text_of(request.pictures[0]) == "hi");
  CHECK(text_of(request.pictures[1]).empty());
}

TEST_CASE("a body without JSON is one picture") {
  const std::string body = "picture";
  const V2Request request = parse_v2_request(bytes_of(body), 0, kLimits);
  REQUIRE(request.pictures.size() == 1);
  CHECK(text_of(request.pictures[0]) == "picture");
  CHECK(request.output.binary);
}

TEST_CASE("pixels and values come in JSON and behind it") {
  const V2Request pixels = parse(input("pixels", "UINT8", "[2,1,1,3]", R"("data":[1,2,3,4,5,255])"));
  REQUIRE(pixels.pictures.size() == 2);
  const auto& second = std::get<RawPixels>(pixels.pictures[1]);
  CHECK(second.width == 1);
  CHECK(std::vector<uint8_t>(second.pixels.begin(), second.pixels.end()) == std::vector<uint8_t>{4, 5, 255});
  const V2Request nested =
      parse(input("values", "FP32", "[1,3,1,2]", R"("data":[[[[1,2]],[[3,4]],[[5,6.5]]]])"));
  CHECK(floats_of(nested.pictures[0]) == std::vector<float>{1, 2, 3, 4, 5, 6.5});
  const float numbers[] = {6, 5, 4, 3, 2, 1};
  const std::string behind(reinterpret_cast<const char*>(numbers), sizeof(numbers));
  const V2Request binary =
      parse(input("values", "FP32", "[1,3,1,2]", R"("parameters":{"binary_data_size":24})"), behind);
  CHECK(floats_of(binary.pictures[0]) == std::vector<float>{6, 5, 4, 3, 2, 1});
}

TEST_CASE("what is wanted stands with the output, else with the request") {
  const std::string inputs = R"("inputs":[{"name":"image","datatype":"BYTES","shape":[1],"data":["aGk="]}])";
  CHECK(parse("{\"id\":\"7\"," + inputs + "}").id == "7");
  CHECK(parse("{\"parameters\":{\"binary_data_output\":true}," + inputs + "}").output.binary);
  CHECK(parse("{\"outputs\":[{\"name\":\"probabilities\",\"parameters\":{\"binary_data\":true}}]," + inputs +
              "}")
            .output.binary);
  const V2Request classes =
      parse(R"({"parameters":{"binary_data_output":true},"outputs":[{"name":"probabilities",)"
            R"("parameters":{"binary_data":false,"classification":3}}],)" +
            inputs + "}");
  CHECK_FALSE(classes.output.binary);
  CHECK(classes.output.classification == 3);
}

TEST_CASE("malformed requests are refused, with a status and a reason") {
  struct Bad {
    std::string json, behind;
    int status;
    std::string reason;
  };
  const std::string four("\0\0\0\0", 4);
  const std::string image_behind = R"("parameters":{"binary_data_size":4})";
  std::string deep = R"({"inputs":)" + std::string(100, '[') + std::string(100, ']') + "}";
  const Bad table[] = {
      {"", "", 400, "not valid JSON"},
      {"[]", "", 400, "no object"},
      {"{", "", 400, "not valid JSON"},
      {deep, "", 400, "levels deep"},
      {"{}", "", 400, "one input is expected"},
      {R"({"inputs":[]})", "", 400, "one input is expected"},
      {R"({"inputs":[{},{}]})", "", 400, "one input is expected"},
      {R"({"inputs":[7]})", "", 400, "no value named 'name'"},
      {input("picture", "BYTES", "[1]", R"("data":["aGk="])"), "", 400, "there is no input 'picture'"},
      {input("image", "UINT8", "[1]", R"("data":["aGk="])"), "", 400, "expected BYTES"},
      {input("image", "BYTES", "[1]", R"("data":["a"])"), "", 400, "no base64"},
      {input("image", "BYTES", "[1]", R"("data":["a*=="])"), "", 400, "no base64"},
      {input("image", "BYTES", "[1]", R"("data":[7])"), "", 400, "expected a text"},
      {input("image", "BYTES", "[2]", R"("data":["aGk="])"), "", 400, "does not have the shape"},
      {input("image", "BYTES", "[1]", R"("data":{"0":1})"), "", 400, "does not have the shape"},
      {input("image", "BYTES", "[0]", R"("data":[])"), "", 400, "dimensions above 0"},
      {input("image", "BYTES", "[-1]", R"("data":["aGk="])"), "", 400, "whole number"},
      {input("image", "BYTES", "[1.5]", R"("data":["aGk="])"), "", 400, "whole number"},
      {input("image", "BYTES", "[]", R"("data":["aGk="])"), "", 400, "'shape'"},
      {input("image", "BYTES", "[1,1,1,1,1,1,1,1,1]", R"("data":["aGk="])"), "", 400, "'shape'"},
      {input("image", "BYTES", "[1,2]", R"("data":["aGk="])"), "", 400, "expected [N] or [N, 1]"},
      {input("image", "BYTES", "[5]", R"("data":["aGk="])"), "", 413, "the limit is 4"},
      {input("image", "BYTES", "[18446744073709551615]", R"("data":["aGk="])"), "", 413, "the limit is 4"},
      {input("image", "BYTES", "[18446744073709551616]", R"("data":["aGk="])"), "", 400, "whole number"},
      {input("image", "BYTES", "[1]", R"("datum":[])"), "", 400, "either 'data' or bytes"},
      {input("image", "BYTES", "[1]", R"("data":["aGk="])"), four, 400, "belong to no input"},
      {input("image", "BYTES", "[1]", R"("data":["aGk="],)" + image_behind), four, 400,
       "either 'data' or bytes"},
      {input("image", "BYTES", "[1]", R"("parameters":{"binary_data_size":5})"), four, 400,
       "is 5, and 4 bytes"},
      {input("image", "BYTES", "[1]", R"("parameters":{"binary_data_size":-4})"), four, 400, "whole number"},
      {input("image", "BYTES", "[1]", R"("parameters":{"binary_data_size":3})"), four, 400,
       "is 3, and 4 bytes"},
      {input("image", "BYTES", "[2]", image_behind), four, 400, "truncated"},
      {input("image", "BYTES", "[1]", image_behind), "\xff\xff\xff\xff", 400, "truncated"},
      {input("image", "BYTES", "[1]", R"("parameters":{"binary_data_size":5})"), four + "x", 400, "are left"},
      {input("pixels", "UINT8", "[1,1,1]", R"("data":[1,2,3])"), "", 400, "expected [N, height, width, 3]"},
      {input("pixels", "UINT8", "[1,1,1,4]", R"("data":[1,2,3,4])"), "", 400,
       "expected [N, height, width, 3]"},
      {input("pixels", "UINT8", "[1,1,1,3]", R"("data":[1,2,256])"), "", 400, "0 to 255"},
      {input("pixels", "UINT8", "[1,1,1,3]", R"("data":[1,2])"), "", 400, "does not have the shape"},
      {input("pixels", "UINT8", "[1,11,11,3]", image_behind), four, 413, "the limit is 100 pixels"},
      {input("pixels", "UINT8", "[4,4294967296,4294967296,3]", image_behind), four, 413, "the limit is 100"},
      {input("pixels", "UINT8", "[1,9223372036854775807,9223372036854775807,3]", image_behind), four, 413,
       "limit"},
      {input("pixels", "UINT8", "[1,2,2,3]", image_behind), four, 400, "has 4 bytes, expected 12"},
      {input("values", "FP32", "[1,3,2,1]", R"("data":[1,2,3,4,5,6])"), "", 400, "expected [N, 3, 1, 2]"},
      {input("values", "FP32", "[1,3,1,2]", R"("data":[1,2,3,4,5,1e39])"), "", 400, "beyond what FP32 holds"},
      {input("values", "FP32", "[1,3,1,2]", R"("data":[1,2,3,4,5,"6"])"), "", 400, "expected a number"},
      {input("values", "FP32", "[1,3,1,2]", R"("data":[[[[1,2]],[[3,4]],[[5]]]])"), "", 400,
       "a list of 2 is expected"},
      {input("values", "FP32", "[1,3,1,2]", image_behind), four, 400, "has 4 bytes, expected 24"},
      {R"({"outputs":[{"name":"scores"}],"inputs":[]})", "", 400, "there is no output 'scores'"},
      {R"({"outputs":[{"name":"probabilities","parameters":{"classification":-1}}],"inputs":[]})", "", 400,
       "below 0"},
      {R"({"outputs":[{},{}],"inputs":[]})", "", 400, "one output"},
      {R"({"id":7,"inputs":[]})", "", 400, "expected a text"},
  };
  for (const Bad& bad : table) {
    CAPTURE(bad.json);
    try {
      parse(bad.json, bad.behind);
      FAIL_CHECK("it was taken");
    } catch (const Error& error) {
      CHECK(error.http_status() == bad.status);
      CHECK_MESSAGE(std::string(error.what()).find(bad.reason) != std::string::npos, error.what());
    }
  }
}

TEST_CASE("a length of JSON beyond the body is refused") {
  CHECK_THROWS_WITH(parse_v2_request(bytes_of("{}"), 3, kLimits),
                    doctest::Contains("is 3, and the body has 2 bytes"));
  CHECK_THROWS(parse_v2_request(bytes_of("{}"), ~uint64_t{0}, kLimits));
}
