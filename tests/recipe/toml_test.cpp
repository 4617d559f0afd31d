// TOML that was made to hurt.
#include <doctest/doctest.h>

#include <string>

#include "margay/core/error.h"
#include "margay/recipe/recipe.h"

using namespace margay;
using recipe::parse_toml;

namespace {

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("keys of many parts and values in many brackets are refused whatever their length") {
  const std::string parts = repeated(".a", 100'000);
  for (const std::string& text :
       {"a" + parts + "=1", "[a" + parts + "]", "[[a" + parts + "]]", "x={a" + parts + "=1}",
        "# x\n\"\"" + parts + " = 1", "x=" + repeated("[", 100'000), "x=" + repeated("{a=", 100'000),
        "a" + repeated(" . a", 20) + "=1", "x = \"\"\"a\"\"\"\"\"\ny" + parts + "=1",
        "x = \"\\\"\"\ny" + parts + "=1", "x = '''\n'''\ny" + parts + "=1"}) {
    CAPTURE(text.substr(0, 40));
    CHECK_THROWS_AS(parse_toml(text, "test"), UsageError);
  }
  CHECK_THROWS_WITH_AS(parse_toml("b=1\na" + repeated(".a", 16) + "=1", "test"),
                       "[test] line 2: a key has more than 16 parts", UsageError);
  CHECK_THROWS_WITH_AS(parse_toml("b=\"\"\"\n\n\"\"\"\nx=" + repeated("[", 17), "test"),
                       "[test] line 4: nested more than 16 levels deep", UsageError);
}

TEST_CASE("dots and brackets in texts and comments are no depth") {
  const std::string dots = repeated(".[{", 100);
  const Json document =
      parse_toml("a = \"" + dots + "\"  # " + dots + "\nb = '" + dots + "'\nc = \"\"\"" + dots +
                     "\n\"\" \\\" " + dots + "\"\"\"\n\"" + dots + "\" = 1.5\nd = [0.1, 0.2]",
                 "test");
  CHECK(document.at("a") == dots);
  CHECK(document.at("b") == dots);
  CHECK(document.at(dots) == 1.5);
  CHECK(parse_toml("a" + repeated(".a", 15) + "=1", "test").is_object());
}

TEST_CASE("a table of many keys is read in linear time") {
  std::string text;
  constexpr int kKeys = 100'000;
  for (int i = 0; i < kKeys; ++i) text += fmt::format("k{:06}={}\n", i, i);
  CHECK(parse_toml(text, "test").size() == kKeys);
}

TEST_CASE("a setting of many parts is refused") {
  Json document = Json::object();
  CHECK_THROWS_AS(recipe::set_value(document, "a" + repeated(".a", 50'000) + "=1"), UsageError);
  recipe::set_value(document, "a.b=0.25");
  CHECK(document == Json{{"a", {{"b", 0.25}}}});
}

TEST_CASE("a number that is none is named as it is") {
  Json document = recipe::load_document("article");
  recipe::set_value(document, "optimizer.lr=nan");
  CHECK_THROWS_WITH_AS(recipe::Config::from_document(document, "test"),
                       doctest::Contains("optimizer.lr is nan;"), UsageError);
}
