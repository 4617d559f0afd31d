// What spreadsheets would run is text in a table, and comes back as it was.
#include "margay/data/spreadsheet_cell.h"

#include <doctest/doctest.h>

#include "margay/core/atomic_file.h"
#include "margay/data/table_file.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::data;

TEST_CASE("formulas are text and numbers stay numbers") {
  CHECK(spreadsheet_cell("=HYPERLINK(\"http://x\")") == "'=HYPERLINK(\"http://x\")");
  CHECK(spreadsheet_cell("@SUM(A1)") == "'@SUM(A1)");
  CHECK(spreadsheet_cell("-cmd|' /C calc'!A0") == "'-cmd|' /C calc'!A0");
  CHECK(spreadsheet_cell("+cats") == "'+cats");
  for (const char* plain : {"", "cats", "-1", "+1", "-0.25", "-1e-05", "-inf", "'tis", "a=b", "/pets/=1.jpg"})
    CHECK(spreadsheet_cell(plain) == plain);
}

TEST_CASE("every text comes back") {
  for (const char* text :
       {"", "=1+1", "'=1+1", "''=1+1", "'", "''", "-", "--", "cats", "'cats", "-1", "'-1", "@"})
    CHECK(from_spreadsheet_cell(spreadsheet_cell(text)) == text);
}

TEST_CASE("a class that begins like a formula is the same class in a manifest") {
  const test::TemporaryFolder folder;
  write_file_atomically(folder / "t.csv", format_csv_line({"path", "label"}) +
                                              format_csv_line({"/a.jpg", "=cats"}) +
                                              format_csv_line({"/b.jpg", "@dogs, \"big\""}));
  CHECK(read_text_file(folder / "t.csv").find(",=") == std::string::npos);
  const Table table = read_csv(folder / "t.csv", {"path", "label"}, 2);
  CHECK(table.rows.at(0).values.at(1) == "=cats");
  CHECK(table.rows.at(1).values.at(1) == "@dogs, \"big\"");
}
