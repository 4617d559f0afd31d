// Names of any bytes in JSON.
#include "margay/core/json_name.h"

#include <doctest/doctest.h>

#include <string>

#include "margay/core/error.h"

using namespace margay;

namespace {

Json named(const std::string& name) {
  Json object = Json::object();
  append_name(object, "path", name);
  return object;
}

}  // namespace

TEST_CASE("a name that is not UTF-8 is shown and has its bytes beside it") {
  CHECK(format_json(named("caf\u00e9.jpg")) == "{\"path\":\"caf\u00e9.jpg\"}");
  CHECK(format_json(named("caf\xE9.jpg")) == R"({"path":"caf\\xe9.jpg","path_bytes":"636166e92e6a7067"})");
  CHECK(named("caf\xE9.jpg") != named("caf\xE8.jpg"));
}

TEST_CASE("a name stands before what is said about it") {
  CHECK(format_json(with_path("a.jpg", {{"reason", "it ends early"}, {"used", true}})) ==
        R"({"path":"a.jpg","reason":"it ends early","used":true})");
}

TEST_CASE("a name comes back from JSON") {
  for (const std::string name : {"", "a.jpg", "caf\xE9.jpg", "caf\\xe9.jpg", "\xFF\xFE\n", "caf\u00e9"})
    CHECK(json_name(parse_json(format_json(named(name)), "test"), "path", "test") == name);
}

TEST_CASE("bytes that no writer has made are refused") {
  for (const char* digits : {"6", "6z", "0x", "61 ", "+1"})
    CHECK_THROWS_WITH_AS(json_name({{"path", "a"}, {"path_bytes", digits}}, "path", "p.jsonl"),
                         doctest::Contains("[p.jsonl]"), FormatError);
  CHECK_THROWS_AS(json_name({{"path_bytes", 61}}, "path", "p.jsonl"), FormatError);
  CHECK_THROWS_AS(json_name(Json::object(), "path", "p.jsonl"), FormatError);
}
