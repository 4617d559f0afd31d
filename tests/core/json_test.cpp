// JSON that is not what it should be says where and why.
#include "margay/core/json.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "margay/core/error.h"

using namespace margay;

TEST_CASE("objects keep the order of their keys") {
  CHECK(parse_json(R"({"b": 1, "a": 2})", "test").dump() == R"({"b":1,"a":2})");
}

TEST_CASE("malformed texts are refused with the place") {
  for (const char* text : {"", "{", "[1,", "{\"a\" 1}", "nul", "{'a': 1}", "\"\xFF\"", "1 2", "[1]]"}) {
    CAPTURE(text);
    CHECK_THROWS_WITH_AS(parse_json(text, "model.json"),
                         doctest::Contains("[model.json] not valid JSON, at byte"), FormatError);
  }
}

TEST_CASE("values are found by key and type") {
  const Json json = parse_json(R"({"n": 3, "text": "x", "list": [1, 2]})", "test");
  CHECK(json_value<int>(json, "n", "test") == 3);
  CHECK(json_value<std::string>(json, "text", "test") == "x");
  CHECK(json_value<std::vector<int>>(json, "list", "test") == std::vector<int>{1, 2});
  CHECK_THROWS_WITH_AS(json_value<int>(json, "m", "here"), "[here] no value named 'm'", FormatError);
  CHECK_THROWS_WITH_AS(json_value<int>(json, "text", "here"), "[here] 'text' has the wrong type: string",
                       FormatError);
  CHECK_THROWS_AS(json_value<std::vector<int>>(json, "n", "here"), FormatError);
  CHECK_THROWS_AS(json_value<int>(Json::array({1}), "n", "here"), FormatError);
  CHECK_THROWS_AS(json_value<int>(Json(), "n", "here"), FormatError);
}
