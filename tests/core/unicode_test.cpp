// Texts as people see them.
#include "margay/core/unicode.h"

#include <doctest/doctest.h>

using namespace margay;

namespace {
constexpr const char* kComposed = "caf\u00E9";
constexpr const char* kDecomposed = "cafe\u0301";
}  // namespace

TEST_CASE("widths are columns") {
  CHECK(display_width("") == 0);
  CHECK(display_width("cats") == 4);
  CHECK(display_width(kComposed) == 4);
  CHECK(display_width(kDecomposed) == 4);
  CHECK(display_width("猫") == 2);
  CHECK(display_width("a\xFFz") == 3);
  CHECK(left_aligned("猫", 4) == "猫  ");
  CHECK(right_aligned("cafe\u0301", 5) == " cafe\u0301");
  CHECK(left_aligned("long", 2) == "long");
}

TEST_CASE("texts that look alike have one key") {
  for (const char* text : {"Cat", "cat", "cat ", " CAT", "cat\u00A0", "c\u200Bat", "\uFF43at", "cat\u3000"})
    CHECK_MESSAGE(look_alike_key(text) == "cat", text);
  CHECK(look_alike_key(kComposed) == look_alike_key(kDecomposed));
  CHECK(look_alike_key("stra\u00DFe") == look_alike_key("STRASSE"));
  CHECK(look_alike_key("two  words") == look_alike_key("two\u00A0words"));
  CHECK(look_alike_key("c\u0430t") == "cat");
  CHECK(look_alike_key("d\u03BFg") == "dog");
  CHECK(look_alike_key("men\u2019s") == look_alike_key("men's"));
  for (const char* text : {"big_cat", "big-cat", "big\u2010cat"}) CHECK(look_alike_key(text) == "big cat");
  CHECK(look_alike_key("A-") != look_alike_key("A"));
  CHECK(look_alike_key("-1") != look_alike_key("1"));
  CHECK(look_alike_key("cat") != look_alike_key("cats"));
  CHECK(look_alike_key("a b") != look_alike_key("ab"));
  CHECK(look_alike_key("\xE9 Latin-1") == "\xE9 Latin-1");
}

TEST_CASE("differences are told") {
  CHECK(describe_difference("Cat", "cat") == "by case");
  CHECK(describe_difference(kComposed, kDecomposed) ==
        "by how accents are written: U+00E9 LATIN SMALL LETTER E WITH ACUTE against U+0065 LATIN SMALL "
        "LETTER E, "
        "U+0301 COMBINING ACUTE ACCENT");
  CHECK(
      describe_difference("\uFB01n", "fin") ==
      "by characters: U+FB01 LATIN SMALL LIGATURE FI against U+0066 LATIN SMALL LETTER F, U+0069 LATIN SMALL "
      "LETTER I");
  CHECK(describe_difference("\u212B", "\u00C5")
            .starts_with("by how accents are written: U+212B ANGSTROM SIGN"));
  CHECK(describe_difference("c\u0430t", "cat") ==
        "by characters: U+0430 CYRILLIC SMALL LETTER A against U+0061 LATIN SMALL LETTER A");
  CHECK(describe_difference("cat", "cat ") == "by characters: U+0020 SPACE in the second alone");
  CHECK(describe_difference("a b", "a\u00A0b") ==
        "by characters: U+0020 SPACE against U+00A0 NO-BREAK SPACE");
}

TEST_CASE("blank texts have nothing to see") {
  for (const char* text : {"", " ", "\t\n", "\u00A0", "\u200B \uFEFF", "\u3000"}) CHECK(is_blank(text));
  for (const char* text : {"a", " . ", "\u00E9", "\xFF"}) CHECK_FALSE(is_blank(text));
}

TEST_CASE("other encodings become UTF-8") {
  using namespace std::literals;
  CHECK(utf8_from_utf16("a\0\xE9\0\x3D\xD8\x31\xDC"sv, false) == "a\u00E9\U0001F431");
  CHECK(utf8_from_utf16("\0a\0\xE9"sv, true) == "a\u00E9");
  CHECK(utf8_from_utf16("\x3D\xD8z"sv, false) == "\uFFFD");
  CHECK(utf8_from_latin1("K\xE4tzchen") == "K\u00E4tzchen");
  CHECK(utf8_from_windows_1252("K\xE4tzchen \x96 \x80 \x9F \x81") ==
        "K\u00E4tzchen \u2013 \u20AC \u0178 \uFFFD");
  CHECK(is_utf8("K\u00E4tzchen"));
  CHECK_FALSE(is_utf8("K\xE4tzchen"));
}
