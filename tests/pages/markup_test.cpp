// Whatever a class or a file is called, it stays text.
#include "margay/pages/markup.h"

#include <doctest/doctest.h>

#include <stdexcept>
#include <vector>

#include "margay/core/printable.h"
#include "margay/core/utf8.h"
#include "margay/text/phrases.h"

namespace margay::pages {
namespace {

TEST_CASE("everything with a meaning in html is escaped") {
  CHECK(escaped("<a href=\"x\" title='y'>&amp;").html ==
        "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;");
  CHECK(escaped("Kätzchen 猫 🐈").html == "Kätzchen 猫 🐈");
  CHECK(escaped(std::string("a\0b\x01\x7f\tc\n", 8)).html == "a\\u0000b\\u0001\\u007f\\u0009c\n");
}

TEST_CASE("bytes that are not utf-8 and controls are shown as in a terminal") {
  const std::string texts[] = {"\xff",    "a\xc3", "\xc3\xa4", "\xc0\xaf", "\xe7\x8c", "\xf0\x9f\x90\x88",
                               "\xc2\x85"};
  for (const std::string& plain : texts) {
    CHECK(escaped(plain).html == printable(plain));
    CHECK(shortened(plain, 100) == printable(plain));
  }
  CHECK(escaped("\x80<").html == "\\x80&lt;");
}

TEST_CASE("long names are shortened between letters") {
  CHECK(shortened("article", 7) == "article");
  CHECK(shortened("article", 6) == "artic…");
  CHECK(shortened("äöüß", 3) == "äö…");
  CHECK(shortened("", 1) == "");
  CHECK(shortened("\x1b", 6) == "\\u001b");
  CHECK(shortened("\x1b", 5) == "\\u00…");
}

TEST_CASE("templates take each value and refuse what does not fit") {
  CHECK(fill("<b>{{a}}</b>{{b}}{{a}}", {{"a", escaped("<")}, {"b", Markup{"<i>"}}}).html ==
        "<b>&lt;</b><i>&lt;");
  CHECK(fill("plain", {}).html == "plain");
  CHECK(fill("{{a}}", {{"a", escaped("{{b}}")}}).html == "{{b}}");
  CHECK_THROWS_AS(fill("{{a}}", {}), std::logic_error);
  CHECK_THROWS_AS(fill("{{a", {{"a", {}}}), std::logic_error);
  CHECK_THROWS_AS(fill("a", {{"a", {}}}), std::logic_error);
}

TEST_CASE("data uris are base64 with padding") {
  const auto uri = [](std::vector<uint8_t> bytes) { return data_uri("image/png", bytes).html; };
  CHECK(uri({}) == "data:image/png;base64,");
  CHECK(uri({'M'}) == "data:image/png;base64,TQ==");
  CHECK(uri({'M', 'a'}) == "data:image/png;base64,TWE=");
  CHECK(uri({'M', 'a', 'n'}) == "data:image/png;base64,TWFu");
  CHECK(uri({0xff, 0xfe, 0xfd, 0xfc}) == "data:image/png;base64,//79/A==");
}

TEST_CASE("numbers and lists read as people write them") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(10641441) == "10,641,441");
  CHECK(grouped(-1000) == "-1,000");
  CHECK(grouped(-100) == "-100");
  CHECK(counted(1, "picture") == "1 picture");
  CHECK(counted(2000, "batch", "batches") == "2,000 batches");
  CHECK(format_duration(59.4) == "59 s");
  CHECK(format_duration(200) == "3 min 20 s");
  CHECK(format_duration(3900) == "1 h 5 min");
}

}  // namespace
}  // namespace margay::pages
