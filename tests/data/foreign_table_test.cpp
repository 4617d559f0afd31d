// Tables of other programs are refused with what to do instead.
#include "margay/data/foreign_table.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"
#include "margay/data/dataset.h"
#include "tests/data/folders.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::data;

TEST_CASE("spreadsheets and other tables are called what they are") {
  struct Row {
    const char* name;
    std::string bytes;
    const char* says;
  };
  const Row rows[] = {
      {"x.xlsx", "PK\x03\x04...", "is a spreadsheet, which margay does not read. Hint: save it as CSV"},
      {"x.ODS", "PK\x03\x04...", "is a spreadsheet"},
      {"x.xls", "\xD0\xCF\x11\xE0...", "is a spreadsheet"},
      {"x.parquet", "PAR1...", "is a table of columns"},
      {"x.json", "[{\"path\": \"1.jpg\", \"label\": \"cats\"}]",
       "an object per line is read, and one array of objects"},
      {"x.csv", "PK\x03\x04...", "is a spreadsheet"},
      {"x.csv", "[{\"path\": \"1.jpg\", \"label\": \"cats\"}]", "is a document of JSON"},
      {"x.csv", "{\"path\": \"1.jpg\", \"label\": \"cats\"}\n", "in a file called .jsonl"},
      {"x.csv", "PAR1...", "is a table of columns"}};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const test::TemporaryFolder folder;
    test::write_text(folder / row.name, row.bytes);
    CHECK_THROWS_WITH_AS(Dataset::open(folder / row.name), doctest::Contains(row.says), FormatError);
    CHECK_THROWS_AS(refuse_foreign_table(folder / row.name), FormatError);
  }
  const test::TemporaryFolder folder;
  test::write_text(folder / "plain.csv", "path,label\n");
  CHECK_NOTHROW(refuse_foreign_table(folder / "plain.csv"));
  CHECK_NOTHROW(refuse_foreign_table(folder / "pets.zip"));
  test::write_text(folder / "photo.json", "GIF89a");  // a picture, whatever its name
  CHECK_NOTHROW(refuse_foreign_table(folder / "photo.json"));
}
