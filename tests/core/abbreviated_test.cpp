// What is left out of messages that quote too much.
#include "margay/core/abbreviated.h"

#include <doctest/doctest.h>

#include <string>

#include "margay/core/error.h"
#include "margay/core/unicode.h"

using namespace margay;

TEST_CASE("texts of a usual length stay as they are") {
  const std::string path = "/" + std::string(399, 'a');
  std::string list;
  for (int i = 0; i < 300; ++i) list += "network_name, ";
  for (const std::string& text : {std::string(), std::string("a b\nc"), path, list.substr(0, 4000)})
    CHECK(abbreviated(text) == text);
}

TEST_CASE("long words and long lines lose their middle, and their ends stay") {
  const std::string word = abbreviated("begin " + std::string(1'000'000, 'a') + " end");
  CHECK(word.size() < 500);
  CHECK(word.starts_with("begin aaa"));
  CHECK(word.ends_with("aaa end"));
  CHECK(word.find("…(999,668 bytes left out)…") != std::string::npos);
  std::string words;
  for (int i = 0; i < 100'000; ++i) words += "a b ";
  const std::string line = abbreviated("first\n" + words + "\nlast");
  CHECK(line.size() < 4100);
  CHECK(line.starts_with("first\na b"));
  CHECK(line.ends_with("\nlast"));
}

TEST_CASE("no letter is cut in two") {
  std::string word;
  for (int i = 0; i < 1000; ++i) word += "漢";
  for (const char* before : {"", "a", "aa"}) CHECK(is_utf8(abbreviated(before + word)));
}

TEST_CASE("a message stays readable whatever it quotes") {
  const std::string value(1'000'000, '\x01');
  const std::string message =
      UsageError("set", "'" + value + "' is not a setting", "write it shorter").what();
  CHECK(message.size() < 1000);
  CHECK(message.starts_with("[set] '\\u0001"));
  CHECK(message.ends_with("is not a setting. Hint: write it shorter"));
}
