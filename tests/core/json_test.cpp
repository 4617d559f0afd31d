// JSON that is not what it should be says where and why.
#include "margay/core/json.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "margay/core/error.h"

using namespace margay;

namespace {

std::string nested(int levels) {
  return std::string(static_cast<size_t>(levels), '[') + std::string(static_cast<size_t>(levels), ']');
}

}  // namespace

TEST_CASE("objects keep the order of their keys") {
  CHECK(parse_json(R"({"b": 1, "a": [{"d": null, "c": {}}]})", "test").dump() ==
        R"({"b":1,"a":[{"d":null,"c":{}}]})");
}

TEST_CASE("malformed texts are refused with the place") {
  for (const char* text : {"", "{", "[1,", "{\"a\" 1}", "nul", "{'a': 1}", "\"\xFF\"", "1 2", "[1]]"}) {
    CAPTURE(text);
    CHECK_THROWS_WITH_AS(parse_json(text, "model.json"),
                         doctest::Contains("[model.json] not valid JSON, at byte"), FormatError);
  }
}

TEST_CASE("what follows a zero byte is not left out") {
  CHECK_THROWS_WITH_AS(parse_json(std::string_view("{}\0{}", 5), "test"),
                       "[test] not valid JSON, at byte 3 of 5: a zero byte", FormatError);
  CHECK_THROWS_AS(parse_json(std::string_view("{}\0", 3), "test"), FormatError);
}

TEST_CASE("depth is bounded, whatever the length") {
  CHECK(parse_json(nested(kMaxJsonDepth), "test").is_array());
  CHECK_THROWS_WITH_AS(parse_json(nested(kMaxJsonDepth + 1), "test"),
                       "[test] nested more than 64 levels deep", FormatError);
  CHECK_THROWS_AS(parse_json(nested(200'000), "test"), FormatError);
  CHECK_THROWS_AS(parse_json(std::string(200'000, '['), "test"), FormatError);
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  CHECK_THROWS_AS(parse_json(objects, "test"), FormatError);
}

TEST_CASE("an object of many keys is read in linear time") {
  // Looking for each key among those before it makes 45 billion comparisons: this would not end.
  std::string text = "{";
  constexpr int kKeys = 300'000;
  for (int i = 0; i < kKeys; ++i) text += fmt::format("{}\"{:08}\":{}", i > 0 ? "," : "", i, i);
  const Json json = parse_json(text + "}", "test");
  CHECK(json.size() == kKeys);
  CHECK(json.back() == kKeys - 1);
}

TEST_CASE("a key that stands twice is refused") {
  CHECK_THROWS_WITH_AS(parse_json(R"({"a": 1, "b": {"c": 1, "d": 2, "c": 3}})", "test"),
                       "[test] an object has two values named 'c'", FormatError);
  CHECK(parse_json(R"([{"a": 1}, {"a": 1}])", "test").size() == 2);
}

TEST_CASE("numbers that no double holds are an error of the format") {
  for (const char* text : {"1e999", "-1e999", "[1e400]", "{\"epoch\":1e309}"}) {
    CAPTURE(text);
    CHECK_THROWS_WITH_AS(parse_json(text, "test"), doctest::Contains("is out of range, at byte"),
                         FormatError);
  }
  CHECK(parse_json("1e-999", "test") == 0.0);
}

TEST_CASE("values are found by key and type") {
  const Json json = parse_json(R"({"n": 3, "text": "x", "list": [1, 2], "half": 0.5, "yes": true})", "test");
  CHECK(json_value<int>(json, "n", "test") == 3);
  CHECK(json_value<double>(json, "n", "test") == 3.0);
  CHECK(json_value<std::string>(json, "text", "test") == "x");
  CHECK(json_value<bool>(json, "yes", "test"));
  CHECK(json_value<std::vector<int>>(json, "list", "test") == std::vector<int>{1, 2});
  CHECK(json_value<std::array<double, 2>>(json, "list", "test") == std::array<double, 2>{1, 2});
  CHECK(json_value_or<int>(json, "n", 7, "test") == 3);
  CHECK(json_value_or<int>(json, "m", 7, "test") == 7);
  CHECK_THROWS_WITH_AS(json_value<int>(json, "m", "here"), "[here] no value named 'm'", FormatError);
  CHECK_THROWS_WITH_AS(json_value<int>(json, "text", "here"),
                       doctest::Contains("[here] 'text' is \"x\", expected a whole number"), FormatError);
  CHECK_THROWS_AS(json_value_or<int>(json, "text", 7, "here"), FormatError);
  CHECK_THROWS_AS((json_value<std::array<double, 3>>(json, "list", "here")), FormatError);
  CHECK_THROWS_AS(json_value<std::vector<int>>(json, "n", "here"), FormatError);
  CHECK_THROWS_AS(json_value<int>(Json::array({1}), "n", "here"), FormatError);
  CHECK_THROWS_AS(json_value<int>(Json(), "n", "here"), FormatError);
}

TEST_CASE("no number is made to fit") {
  for (const char* text : {"4294967304", "2147483648", "-2147483649", "18446744073709551615", "8.9", "8.0",
                           "true", "null", "\"8\"", "1e300", "[8]"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(json_as<int>(parse_json(text, "test"), "it", "test"), FormatError);
  }
  CHECK_THROWS_WITH_AS(json_as<int>(parse_json("3.5", "test"), "it", "test"),
                       "[test] it is 3.5, expected a whole number", FormatError);
  CHECK_THROWS_WITH_AS(json_as<int>(parse_json("2147483648", "test"), "it", "test"),
                       doctest::Contains("a whole number from -2147483648 to 2147483647"), FormatError);
  CHECK(json_as<int>(parse_json("-2147483648", "test"), "it", "test") == std::numeric_limits<int>::min());
  CHECK(json_as<uint64_t>(parse_json("18446744073709551615", "test"), "it", "test") == UINT64_MAX);
  CHECK_THROWS_AS(json_as<uint64_t>(Json(-1), "it", "test"), FormatError);
  CHECK_THROWS_AS(json_as<int64_t>(Json(UINT64_MAX), "it", "test"), FormatError);
  CHECK_THROWS_AS(json_as<double>(Json(true), "it", "test"), FormatError);
  CHECK_THROWS_AS(json_as<bool>(Json(1), "it", "test"), FormatError);
}

TEST_CASE("values in messages are short and named as they are") {
  CHECK(describe_json(std::nan("")) == "nan");
  CHECK(describe_json(-std::numeric_limits<double>::infinity()) == "-inf");
  CHECK(describe_json("caf\xE9") == "\"caf\uFFFD\"");
  CHECK(describe_json(std::string(100'000, 'x')).size() < 70);
  CHECK(describe_json(Json(std::vector<int>(1000))) == "a list of 1000 values");
}
