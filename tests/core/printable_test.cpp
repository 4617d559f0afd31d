#include "margay/core/printable.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"
#include "margay/core/json.h"

using namespace margay;

TEST_CASE("text that people read stays as it is") {
  for (const char* text : {"", "cats", "Käfer und Löwen", "猫", "кошки", "😀", "a\\b", "C:\\new", "50 %"})
    CHECK(printable(text) == text);
}

TEST_CASE("what acts on a terminal is shown as an escape") {
  CHECK(printable("\x1b]0;x\a") == "\\u001b]0;x\\u0007");
  CHECK(printable("a\x7f") == "a\\u007f");
  CHECK(printable("\xc2\x9b"
                  "31m") == "\\u009b31m");  // the control of 8 bits that begins a sequence
  CHECK(printable(std::string_view("a\0b", 3)) == "a\\u0000b");
  CHECK(printable("a\r\nb\tc") == "a\\u000d\\u000ab\\u0009c");
  CHECK(printable_message("a\r\nb\tc") == "a\\u000d\nb\\u0009c");
  CHECK(printable_lines("a\r\nb\tc") == "a\\u000d\nb\tc");
}

TEST_CASE("marks of direction and letters that cannot be seen are shown") {
  CHECK(printable("photo\u202egnp.exe") == "photo\\u202egnp.exe");
  CHECK(printable("\u2066a\u2069") == "\\u2066a\\u2069");
  CHECK(printable("ca\u200bt") == "ca\\u200bt");
  CHECK(printable("\ufeffcat") == "\\ufeffcat");
  CHECK(printable("\U000e0041") == "\\udb40\\udc41");
}

TEST_CASE("bytes that are no UTF-8 are shown as bytes") {
  CHECK(printable("caf\xe9") == "caf\\xe9");
  CHECK(printable("\xc0\x9b") == "\\xc0\\x9b");  // the overlong form of ESC
  CHECK(printable("\xf0\x9f") == "\\xf0\\x9f");
}

TEST_CASE("a JSON document that is made printable is the same document") {
  const Json document = {{"class\u202e", "a\x1b[2J\x7f\u0085"}, {"tag", "\U000e0041"}};
  const std::string text = printable_lines(format_json(document, 2));
  CHECK(text.find("\u202e") == std::string::npos);
  CHECK(parse_json(text, "test") == document);
}

TEST_CASE("messages of errors are printable") {
  const DataError error("data", "class \x1b[31mred\u202e", "rename \x1b");
  CHECK(std::string(error.what()) == "[data] class \\u001b[31mred\\u202e. Hint: rename \\u001b");
}
