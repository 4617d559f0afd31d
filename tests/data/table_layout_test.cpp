// Tables as people have them: which columns mean what, and where the pictures are.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "margay/core/error.h"
#include "margay/data/label_pattern.h"
#include "tests/data/archived_folder.h"
#include "tests/data/tables.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::data;
using margay::test::names_of;
using margay::test::open_text;
using margay::test::TemporaryFolder;
using margay::test::write_text;
namespace fs = std::filesystem;

TEST_CASE("tables of more columns or keys than any table has are refused before memory is taken for them") {
  const TemporaryFolder folder;
  std::string wide = "{\"path\": \"1.jpg\", \"label\": \"a\"", keys;
  for (int i = 0; i < 20'000; ++i) wide += fmt::format(",\"k{}\":1", i);
  for (int i = 0; i < 5'000; ++i) keys += fmt::format("{{\"k{}\":1}}\n", i);
  CHECK_THROWS_WITH_AS(open_text(folder, "wide.jsonl", wide + "}\n"),
                       doctest::Contains("20002 columns, the limit is"), FormatError);
  CHECK_THROWS_WITH_AS(open_text(folder, "keys.jsonl", keys),
                       doctest::Contains("1030 different keys in its first 1030 lines"), FormatError);
}

TEST_CASE("a column of the usual name is found beside others, plural or not") {
  const TemporaryFolder folder;
  for (const char* name : {"1.jpg", "2.jpg"}) write_text(folder / name, "x");
  for (const char* label : {"species", "Labels", "breed_"})
    CHECK(open_text(folder, "labels.csv",
                    fmt::format("filename,{},site\n1.jpg,lynx,north\n2.jpg,cat,south\n", label))
              .classes == std::vector<std::string>{"cat", "lynx"});
}

TEST_CASE("a table with ids and breeds and a folder beside it is understood and that is said") {
  const TemporaryFolder folder;
  for (const char* name : {"000bec", "001513", "001cdf"})
    write_text(folder / "train" / (std::string(name) + ".jpg"), "x");
  write_text(folder / "test/fffff.jpg", "x");
  const Dataset dataset =
      open_text(folder, "labels.csv", "id,breed\n000bec,boston_bull\n001513,dingo\n001cdf,dingo\n");
  CHECK(names_of(dataset, "all") ==
        std::vector<std::string>{"boston_bull/000bec.jpg", "dingo/001513.jpg", "dingo/001cdf.jpg"});
  CHECK(dataset.layout == "a manifest: path in 'id', class in 'breed', pictures are train/*.jpg, not split");
  // As the options say it.
  write_text(folder / "odd.csv", "breed,id,number\nx,000bec,dingo\ny,001513,bull\n");
  const Dataset told = Dataset::open(
      folder / "odd.csv",
      {.table = {.path_column = "ID", .label_column = "number", .root = folder / "train", .suffix = ".jpg"}});
  CHECK(told.classes == std::vector<std::string>{"bull", "dingo"});
  CHECK(told.layout == "a manifest, not split");
  CHECK_THROWS_WITH_AS(
      Dataset::open(folder / "odd.csv", {.table = {.path_column = "file"}}),
      doctest::Contains("`path_column=file`: the table has no such column, they are: breed, id"), UsageError);
  CHECK_THROWS_WITH_AS(Dataset::open(folder / "train", {.table = {.path_column = "id"}}),
                       doctest::Contains("says how a table is read"), UsageError);
}

TEST_CASE("backslashes of another system separate folders where that makes them files") {
  const TemporaryFolder folder;
  for (const char* name : {"x/1.jpg", "y/2.jpg"}) write_text(folder / name, "x");
  const Dataset dataset = open_text(folder, "x.csv", "path,label\nx\\1.jpg,x\ny\\2.jpg,y\n");
  CHECK(names_of(dataset, "all") == std::vector<std::string>{"x/1.jpg", "y/2.jpg"});
  // Also where only some lines have them.
  const Dataset mixed = open_text(folder, "y.csv", "path,label\na.jpg,x\ny\\2.jpg,y\n");
  CHECK(mixed.warnings.empty());
  CHECK(names_of(mixed, "all") == std::vector<std::string>{"x/a.jpg", "y/2.jpg"});
}

TEST_CASE("places that fit equally well are not guessed") {
  const TemporaryFolder folder;
  for (const char* place : {"large", "small"})
    for (const char* name : {"1.jpg", "2.jpg"}) write_text(folder / place / name, "x");
  CHECK_THROWS_WITH_AS(open_text(folder, "x.csv", "id,label\n1,x\n2,y\n"),
                       doctest::Contains("1 may be large/1.jpg or small/1.jpg"), DataError);
}

TEST_CASE("a table of one split is never read with the pictures of another") {
  const TemporaryFolder folder;
  for (const char* name : {"images/train/1.jpg", "images/train/2.jpg", "test/1.jpg", "test/2.jpg"})
    write_text(folder / name, "x");
  for (const char* table : {"train.csv", "trainLabels.csv"}) {
    const Dataset dataset = open_text(folder, table, "id,label\n1,x\n2,y\n");
    CHECK(dataset.split("all").path(0) == folder / "images/train/1.jpg");
  }
  CHECK_THROWS_AS(open_text(folder, "labels.csv", "id,label\n1,x\n2,y\n"), DataError);
  CHECK_THROWS_AS(open_text(folder, "validation.csv", "id,label\n1,x\n2,y\n"), DataError);
}

TEST_CASE("endings of pictures in a zip are found") {
  const TemporaryFolder folder;
  for (const char* name : {"all/train/1.jpg", "all/train/2.png", "all/test/1.jpg"})
    write_text(folder / name, "x");
  test::archive_folder(folder / "all", folder / "all.zip", test::ArchiveKind::zip);
  fs::remove_all(folder / "all");
  write_text(folder / "x.csv", "id,label\n1,x\n2,y\n");
  const Dataset dataset = Dataset::open(folder / "x.csv", {.table = {.root = folder / "all.zip/train"}});
  CHECK(names_of(dataset, "all") == std::vector<std::string>{"x/1.jpg", "y/2.png"});
  CHECK(dataset.warnings.empty());
  // Whole names are no guess.
  write_text(folder / "y.csv", "path,label\ntrain/1.jpg,x\ntest/1.jpg,y\n");
  CHECK(Dataset::open(folder / "y.csv", {.table = {.root = folder / "all.zip"}}).layout ==
        "a manifest, not split");
}

TEST_CASE("pictures of a table are found by name in all folders and with any ending") {
  const TemporaryFolder folder;
  for (const char* name : {"pets/cats/1.jpg", "pets/cats/2.jpeg", "pets/dogs/3.heic", "pets/other.jpg"})
    write_text(folder / name, "x");
  const Dataset bare = open_text(folder, "x.csv", "id,label\n1,x\n2,y\n3,y\n4,y\n");
  CHECK(names_of(bare, "all") == std::vector<std::string>{"x/1.jpg", "y/4", "y/2.jpeg", "y/3.heic"});
  CHECK(bare.layout ==
        "a manifest: path in 'id', class in 'label', pictures lie in 2 folders, found by name, not split");
  const Dataset whole = open_text(folder, "y.csv", "path,label\n1.jpg,x\ncats/2.jpeg,y\n3.heic,y\n");
  CHECK(whole.split("all").path(1) == folder / "pets/cats/2.jpeg");
  CHECK(whole.warnings.empty());
  write_text(folder / "pets/dogs/1.jpg", "x");
  CHECK_THROWS_WITH_AS(open_text(folder, "x.csv", "id,label\n1,x\n2,y\n3,y\n"),
                       doctest::Contains("1 may be pets/cats/1.jpg or pets/dogs/1.jpg"), DataError);
}

TEST_CASE("a column named data set is the split where it says splits") {
  const TemporaryFolder folder;
  const Dataset split =
      open_text(folder, "x.csv", "filepaths,labels,data set\na.jpg,x,train\nb.jpg,y,train\nc.jpg,x,test\n");
  CHECK(split.splits.size() == 2);
  const Dataset other =
      open_text(folder, "y.csv", "filepaths,labels,data set\na.jpg,x,birds\nb.jpg,y,cars\n");
  CHECK(other.has_split("all"));
  CHECK(other.warnings == std::vector<std::string>{"columns that mean nothing here: data set"});
}

TEST_CASE("a column of yes and no says the split where the lesser part is held out") {
  for (const char* text : {"path,label,is_valid\na.jpg,cats,False\nb.jpg,dogs,False\nc.jpg,cats,True\n",
                           "path,label,is_train\na.jpg,cats,1\nb.jpg,dogs,1\nc.jpg,cats,0\n"}) {
    CAPTURE(text);
    const TemporaryFolder folder;
    const Dataset dataset = open_text(folder, "x.csv", text);
    CHECK(names_of(dataset, "train") == std::vector<std::string>{"cats/a.jpg", "dogs/b.jpg"});
    CHECK(names_of(dataset, "validation") == std::vector<std::string>{"cats/c.jpg"});
    CHECK(dataset.layout.find("split in 'is_") != std::string::npos);
  }
  const TemporaryFolder folder;
  const Dataset json = open_text(folder, "x.jsonl",
                                 "[{\"path\": \"a.jpg\", \"label\": \"x\", \"is_test\": true},\n"
                                 "{\"path\": \"b.jpg\", \"label\": \"x\", \"is_test\": false},"
                                 "{\"path\": \"c.jpg\", \"label\": \"y\", \"is_test\": false}]\n");
  CHECK(names_of(json, "test") == std::vector<std::string>{"x/a.jpg"});
  CHECK(json.layout ==
        "a manifest: path in 'path', class in 'label', split in 'is_test' (yes is test), in splits");
  // It may as well say that a picture is good.
  const Dataset other = open_text(folder, "y.csv", "path,label,is_valid\na.jpg,x,1\nb.jpg,y,1\nc.jpg,y,0\n");
  CHECK(other.has_split("all"));
  REQUIRE(other.warnings.size() == 1);
  CHECK(other.warnings[0].ends_with("if is_valid says the split: `split_column=is_valid`"));
}

TEST_CASE("the split is said by any column that has splits in it and nothing else") {
  for (const char* name : {"phase", "Usage", "set", "where it belongs"}) {
    CAPTURE(name);
    const TemporaryFolder folder;
    const std::string text =
        std::string("path,label,") + name + "\na.jpg,x,Training\nb.jpg,y,Training\nc.jpg,x,PublicTest\n";
    const Dataset dataset = open_text(folder, "x.csv", text);
    CHECK(names_of(dataset, "train") == std::vector<std::string>{"x/a.jpg", "y/b.jpg"});
    CHECK(names_of(dataset, "validation") == std::vector<std::string>{"x/c.jpg"});
  }
  const TemporaryFolder folder;
  CHECK_THROWS_WITH_AS(
      open_text(folder, "x.csv", "path,label,one,two\na.jpg,x,train,test\nb.jpg,y,test,train\n"),
      doctest::Contains("one and two both say the split"), FormatError);
  CHECK_THROWS_WITH_AS(open_text(folder, "x.csv", "path,label,partition\na.jpg,x,0\nb.jpg,y,1\n"),
                       doctest::Contains("partition has 0, 1 in it"), FormatError);
}

TEST_CASE("a column that can only mean the split may hold out most of the pictures") {
  for (const char* text : {"path,label,is_test\na.jpg,x,1\nb.jpg,y,1\nc.jpg,y,0\n",
                           "path,label,is_train\na.jpg,x,no\nb.jpg,y,no\nc.jpg,y,yes\n"}) {
    const TemporaryFolder folder;
    const Dataset dataset = open_text(folder, "x.csv", text);
    CHECK(names_of(dataset, "train") == std::vector<std::string>{"y/c.jpg"});
  }
}

TEST_CASE("a column that is said to be the path or the class is never the split") {
  const TemporaryFolder folder;
  for (const char* name : {"a.jpg", "b.jpg", "c.jpg"}) write_text(folder / name, "x");
  write_text(folder / "x.csv", "path,test\na.jpg,0\nb.jpg,1\nc.jpg,0\n");
  const Dataset dataset = Dataset::open(folder / "x.csv", {.table = {.label_column = "test"}});
  CHECK(names_of(dataset, "all") == std::vector<std::string>{"0/a.jpg", "0/c.jpg", "1/b.jpg"});
}

TEST_CASE("a table of fastai's is read") {
  const TemporaryFolder folder;
  for (const char* names : {"name,label,is_valid", "fname,labels,is_valid"}) {
    const Dataset dataset =
        open_text(folder, "x.csv", names + std::string("\na.jpg,x,False\nb.jpg,y,False\nc.jpg,y,True\n"));
    CHECK(names_of(dataset, "validation") == std::vector<std::string>{"y/c.jpg"});
  }
}

TEST_CASE("a column per class with one 1 in each line is read") {
  const TemporaryFolder folder;
  const Dataset dataset =
      open_text(folder, "x.csv", "image,MEL,NV,BCC,age\na,0.0,1.0,0.0,7\nb,1.0,0.0,0.0,8\nc,0.0,1.0,0.0,9\n");
  CHECK(names_of(dataset, "all") == std::vector<std::string>{"MEL/b.jpg", "NV/a.jpg", "NV/c.jpg"});
  CHECK(dataset.layout ==
        "a manifest: path in 'image', class is the column with the 1 (MEL, NV, BCC), pictures are *.jpg, not "
        "split");
  CHECK(dataset.warnings == std::vector<std::string>{"columns that mean nothing here: age"});
}

TEST_CASE("pictures that are not there are counted and none at all is refused") {
  const TemporaryFolder folder;
  const Dataset dataset = open_text(folder, "x.csv", "path,label\na.jpg,x\nb.jpg,y\nno.jpg,y\n");
  REQUIRE(dataset.warnings.size() == 1);
  CHECK(dataset.warnings[0].find("1 of 3 files of the table ") == 0);
  CHECK(dataset.warnings[0].find("looked for from " + folder.path().string()) != std::string::npos);
  CHECK(dataset.warnings[0].find("no.jpg (line 4)") != std::string::npos);
  CHECK(describe(dataset).ends_with("pictures: all 2, and 1 that cannot be read"));
  CHECK_THROWS_WITH_AS(open_text(folder, "y.csv", "path,label\nx1,x\nx2,y\n"),
                       doctest::Contains("2 of 2 files of the table"), DataError);
  CHECK_THROWS_WITH_AS(open_text(folder, "z.csv", "path,label\n/no/x1.jpg,x\n/no/x2.jpg,y\n"),
                       doctest::Contains("the table has absolute paths"), DataError);
  CHECK_THROWS_WITH_AS(open_text(folder, "z.csv", "path,label\n/no/x1,x\n/no/x2,y\n"),
                       doctest::Contains("was written; `suffix` says what their names end with"), DataError);
  CHECK_THROWS_WITH_AS(open_text(folder, "z.csv", "path,label\nC:\\no\\1.jpg,x\nC:\\no\\2.jpg,y\n"),
                       doctest::Contains("the table has absolute paths"), DataError);
  CHECK_THROWS_WITH_AS(Dataset::open(folder / "x.csv", {.table = {.root = folder / "nope"}}),
                       doctest::Contains("nope`: there is no folder or archive of that name"), UsageError);
  CHECK_THROWS_WITH_AS(Dataset::open(folder / "y.csv", {.table = {.suffix = "jpg"}}),
                       doctest::Contains("did you mean `suffix=.jpg`?"), DataError);
}

TEST_CASE("a name that is longer than any file's has no class") {
  const LabelPattern pattern("^([a-z]+)\\.");
  const auto label_of = [&](size_t letters) { return pattern.label_of(std::string(letters, 'a') + ".jpg"); };
  CHECK(label_of(1000) == std::string(1000, 'a'));
  for (const size_t letters : {5'000, 1'000'000}) CHECK_FALSE(label_of(letters));
}

TEST_CASE("an expression finds its class, or none, in time and without a deep stack") {
  const std::string longest = std::string(4000, 'a') + "!";
  CHECK_FALSE(LabelPattern("^(a+)+b").label_of(longest));
  CHECK_FALSE(LabelPattern("((((a|b)*)*)*)x").label_of(std::string(500, 'a')));
  CHECK(LabelPattern("^((((a|c)+)+)+)!").label_of(longest) == std::string(4000, 'a'));
  CHECK(LabelPattern("^(.+)_").label_of("a_b_1.jpg") == "a_b");
  CHECK(LabelPattern("^(.+?)_").label_of("a_b_1.jpg") == "a");
  CHECK(LabelPattern("(cat|cats)_").label_of("cats_1.jpg") == "cats");
  CHECK(LabelPattern("^(?:x|y)(?=_)").label_of("y_1.jpg") == "y");
  CHECK_THROWS_WITH_AS(LabelPattern("(a)\\1"), doctest::Contains("refers to one of its groups"), UsageError);
}

TEST_CASE("names of files say the class where a pattern finds it") {
  const TemporaryFolder folder;
  for (const char* name : {"train/cat.0.jpg", "train/dog.1.jpg", "train/odd.jpg", "test/1.jpg"})
    write_text(folder / "pets" / name, "x");
  const Dataset dataset = Dataset::open(folder / "pets", {.label_pattern = "^([a-z]+)\\.\\d"});
  CHECK(names_of(dataset, "train") == std::vector<std::string>{"cat/cat.0.jpg", "dog/dog.1.jpg"});
  CHECK(dataset.left_out.counts() ==
        std::map<std::string, size_t>{{"a picture whose name the label pattern finds no class in", 2}});
  CHECK(Dataset::open(folder / "pets/train", {.label_pattern = "^([a-z]+)\\.\\d"}).classes ==
        std::vector<std::string>{"cat", "dog"});
  test::archive_folder(folder / "pets", folder / "pets.zip", test::ArchiveKind::zip);
  CHECK(Dataset::open(folder / "pets.zip", {.label_pattern = "^([a-z]+)\\.\\d"})
            .split("train")
            .samples.size() == 2);
  write_text(folder / "pets/x.csv", "path\ntrain/cat.0.jpg\ntrain/dog.1.jpg\n");
  CHECK(Dataset::open(folder / "pets/x.csv", {.label_pattern = "([a-z]+)\\.\\d"}).classes ==
        std::vector<std::string>{"cat", "dog"});
  CHECK_THROWS_WITH_AS(Dataset::open(folder / "pets/x.csv", {.label_pattern = "^(owl)"}),
                       doctest::Contains("`label_pattern=^(owl)` finds no class in any of the 2 names"),
                       DataError);
  CHECK_THROWS_WITH_AS(Dataset::open(folder / "pets", {.label_pattern = "("}),
                       doctest::Contains("'(' is no regular expression"), UsageError);
  CHECK_THROWS_WITH_AS(Dataset::open(folder / "pets", {.label_pattern = "x(y)"}),
                       doctest::Contains("the first group of `label_pattern`"), DataError);
  CHECK_THROWS_WITH_AS(Dataset::open(folder / "pets/x.csv", {.label_pattern = "x(y)"}),
                       doctest::Contains("`label_pattern=x(y)` finds no class in any of the "), DataError);
  CHECK_THROWS_WITH_AS(Dataset::open(folder / "pets/x.csv", {.label_pattern = "(train)"}),
                       doctest::Contains("the first group of `label_pattern`"), DataError);
}
