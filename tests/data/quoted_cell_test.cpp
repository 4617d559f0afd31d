// What would act on a terminal is text in a table, and comes back as it was.
#include "margay/data/quoted_cell.h"

#include <doctest/doctest.h>

#include <string>

#include "margay/core/atomic_file.h"
#include "margay/data/table_file.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::data;

TEST_CASE("control characters, overrides of direction and bytes that are no UTF-8 are quoted") {
  CHECK(quoted_cell("a\x1b[2J.jpg") == "$'a\\x1b[2J.jpg'");
  CHECK(quoted_cell("caf\xE9.jpg") == "$'caf\\xe9.jpg'");
  CHECK(quoted_cell("it's\r\\.jpg") == "$'it\\'s\\x0d\\\\.jpg'");
  CHECK(quoted_cell("\xC2\x9B.jpg") == "$'\\xc2\\x9b.jpg'");
  CHECK(quoted_cell("a\u202egpj.exe") == "$'a\\xe2\\x80\\xaegpj.exe'");
  CHECK(quoted_cell("$'\\x61'") == "$'$\\'\\\\x61\\''");
  for (const char* plain : {"", "cats", "it's", "a\\x1b", "$'", "$'a", "$a", "$'a'", "two\nlines", "a\tb",
                            "caf\u00e9", "\u732b", "\U0001F408\u200D\u2B1B", "$'a'b'"})
    CHECK(quoted_cell(plain) == plain);
}

TEST_CASE("every text comes back from its quotes") {
  std::string all;
  for (int byte = 1; byte < 256; ++byte) all += static_cast<char>(byte);
  for (const std::string& text : {std::string(), std::string("'"), std::string("$'"), std::string("$''"),
                                  std::string("$'a'"), std::string("$'\\x1b'"), std::string("$'\\'"),
                                  std::string("\xE2\x80"), std::string("\x1b"), all, "$'" + all + "'"})
    CHECK(from_quoted_cell(quoted_cell(text)) == text);
}

TEST_CASE("names of any bytes come back from a table that is UTF-8 and acts on nothing") {
  const test::TemporaryFolder folder;
  const std::string names[] = {"caf\xE9, \"black\".jpg", "=a\x1b]0;x\a.jpg", "$'a'", "two\nlines\r.jpg"};
  std::string text = format_csv_line({"path", "label"});
  for (const std::string& name : names) text += format_csv_line({name, "=cats"});
  for (const char acts : {'\x1b', '\a', '\r', '\xE9'}) CHECK(text.find(acts) == text.npos);
  write_file_atomically(folder / "t.csv", text);
  const Table table = read_csv(folder / "t.csv", {"path", "label"}, 2);
  REQUIRE(table.rows.size() == std::size(names));
  for (size_t i = 0; i < std::size(names); ++i)
    CHECK(table.rows[i].values == std::vector<std::string>{names[i], "=cats"});
}
