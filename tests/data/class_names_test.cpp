// Names that people take for one, and names that nobody can read.
#include "margay/data/class_names.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"
#include "margay/data/dataset.h"
#include "tests/data/folders.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::data;
using margay::test::TemporaryFolder;
using margay::test::write_text;

TEST_CASE("classes that look alike are warned about with how they differ") {
  struct Row {
    const char* one;
    const char* other;
    const char* says;
  };
  const Row rows[] = {{"Cat", "cat", "they differ by case"},
                      {"caf\u00E9", "cafe\u0301", "by how accents are written: "},
                      {"cat", "cat ", "U+0020 SPACE in the second alone"},
                      {"a b", "a\u00A0b", "U+00A0 NO-BREAK SPACE"},
                      {"cat", "c\u200Bat", "U+200B ZERO WIDTH SPACE"}};
  for (const Row& row : rows) {
    CAPTURE(row.says);
    const TemporaryFolder folder;
    for (const char* name : {row.one, row.other}) write_text(folder / name / "1.jpg", "x");
    const Dataset dataset = Dataset::open(folder.path());
    CHECK(dataset.classes.size() == 2);
    REQUIRE(dataset.warnings.size() == 1);
    CHECK(dataset.warnings[0].find(row.says) != std::string::npos);
  }
  CHECK(warnings_about_class_names({"1", "01", "1.0", "10"}).size() == 2);
  REQUIRE(warnings_about_class_names({"cat", "nan"}).size() == 1);
  CHECK(warnings_about_class_names({"cat", "nan"})[0].find("missing label") != std::string::npos);
  // Of several, the nearest is named.
  const std::vector<std::string> three = warnings_about_class_names({"Cat", "cat", "cat "});
  REQUIRE(three.size() == 2);
  CHECK(three[1].find("'cat' and 'cat ' look alike") != std::string::npos);
  CHECK(warnings_about_class_names({"cat", "cats", "dog", "\xE9", "\xE8"}).empty());
}

TEST_CASE("a class that nobody can read is refused") {
  for (const char* name : {" ", "\t", "\u00A0", "two\nlines", "a\rb"}) {
    CAPTURE(name);
    const TemporaryFolder folder;
    for (const char* label : {name, "dogs"}) write_text(folder / label / "1.jpg", "x");
    CHECK_THROWS_WITH_AS(Dataset::open(folder.path()), doctest::Contains("the name of the class '"),
                         DataError);
  }
  CHECK(quoted_name("a\nb") == "'a\\u000ab'");
  CHECK(quoted_name("K\xE4tzchen") == "'K\\xe4tzchen'");
}
