// Manifests: what they may look like, and what is said about lines that make no sense.
#include "margay/data/manifest.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"
#include "tests/data/archived_folder.h"
#include "tests/data/folders.h"
#include "tests/data/tables.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::data;
using margay::test::names_of;
using margay::test::open_text;
using margay::test::TemporaryFolder;
using margay::test::write_text;
namespace fs = std::filesystem;

TEST_CASE("manifests that say the same are the same") {
  struct Row {
    const char* name;
    std::string text;
  };
  const Row rows[] = {
      {"plain.csv", "path,label,split\na.jpg,cats,train\nb.jpg,dogs,train\nc.jpg,cats,validation\n"},
      {"other_order.csv", "split,path,label\nval,c.jpg,cats\ntrain,b.jpg,dogs\ntrain,a.jpg,cats\n"},
      {"no_last_end.csv", "path,label,split\na.jpg,cats,train\nb.jpg,dogs,train\nc.jpg,cats,validation"},
      {"crlf_and_mark.CSV",
       "\xEF\xBB\xBFPath,Label,Split\r\na.jpg,cats,train\r\nb.jpg,dogs,train\r\nc.jpg,cats,valid\r\n"},
      {"quotes.csv",
       "path,label,split\n\"a.jpg\",\"cats\",train\n\"b.jpg\" ,dogs, \"train\"\nc.jpg,cats,\"validation\"\n"},
      {"spaces.csv", "path, label, split\n\n a.jpg , cats , train\nb.jpg,dogs,train\n\nc.jpg,cats,val\n\n"},
      {"ways.csv", "path,label,split\n./a.jpg,cats,train\nx/../b.jpg,dogs,train\nc.jpg,cats,Validation\n"},
      {"twice.csv",
       "path,label,split\na.jpg,cats,train\na.jpg,cats,train\nb.jpg,dogs,train\nc.jpg,cats,val\n"},
      {"lines.jsonl",
       "{\"path\":\"a.jpg\",\"label\":\"cats\",\"split\":\"train\"}\n"
       "{\"label\":\"dogs\",\"path\":\"b.jpg\",\"split\":\"train\"}\r\n\n"
       "{\"path\":\"c.jpg\",\"label\":\"cats\",\"split\":\"val\"}"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const TemporaryFolder folder;
    const Dataset dataset = open_text(folder, row.name, row.text);
    CHECK(dataset.classes == std::vector<std::string>{"cats", "dogs"});
    CHECK(names_of(dataset, "train") == std::vector<std::string>{"cats/a.jpg", "dogs/b.jpg"});
    CHECK(names_of(dataset, "validation") == std::vector<std::string>{"cats/c.jpg"});
    CHECK(dataset.split("train").path(0) == folder / "a.jpg");
    CHECK(dataset.left_out.counts().size() == (row.name == std::string_view("twice.csv") ? 1 : 0));
  }
}

TEST_CASE("a table of pictures alone is a list in its own order") {
  const TemporaryFolder folder;
  for (const char* picture : {"test/1.jpg", "test/2.jpg", "test/3.jpg"}) write_text(folder / picture, "x");
  write_text(folder / "test.csv", "id,age\n3,7\n1,8\n3,7\n2,9\n");
  PictureStore store{fs::path()};
  store.add_file("before.jpg");
  const TableListing listing = list_table(folder / "test.csv", {}, store);
  REQUIRE(store.size() == 4);
  CHECK(store.path(0) == "before.jpg");
  CHECK(store.path(1) == folder / "test/3.jpg");
  CHECK(store.path(2) == folder / "test/1.jpg");
  CHECK(store.path(3) == folder / "test/2.jpg");
  CHECK(listing.left_out.total() == 1);
  CHECK(listing.warnings.empty());
  CHECK(listing.layout.find("test/*.jpg") != std::string::npos);
}

TEST_CASE("a list of pictures tells those that are not there, and what is none") {
  const TemporaryFolder folder;
  write_text(folder / "a.jpg", "x");
  write_text(folder / "some.csv",
             "path,label,split\na.jpg,cats,train\ngone.jpg,a name that is no class,never\n");
  PictureStore store{fs::path()};
  const TableListing listing = list_table(folder / "some.csv", {}, store);
  REQUIRE(store.size() == 2);
  CHECK(store.is_missing(1));
  REQUIRE(listing.warnings.size() == 1);
  CHECK(listing.warnings[0].find("1 of 2 files of the table") != std::string::npos);
  // Nor does a list need to say which picture is of which split.
  write_text(folder / "parts.csv", "path,partition\na.jpg,0\na.jpg,1\n");
  CHECK_NOTHROW(list_table(folder / "parts.csv", {}, store));
  write_text(folder / "none.csv", "path\n");
  CHECK_THROWS_AS(list_table(folder / "none.csv", {}, store), DataError);
  write_text(folder / "gone.csv", "path\ngone.jpg\n");
  CHECK_THROWS_AS(list_table(folder / "gone.csv", {}, store), DataError);
}

TEST_CASE("quoted fields hold commas and quotes and ends of lines") {
  const TemporaryFolder folder;
  const Dataset dataset = open_text(
      folder, "x.csv", "path,label,note\n\"a, b.jpg\",\"the \"\"cats\"\"\",x\nb.jpg,dogs,\"two\nlines\"\n");
  CHECK(dataset.classes == std::vector<std::string>{"dogs", "the \"cats\""});
  CHECK(dataset.split("all").path(1) == folder / "a, b.jpg");
}

TEST_CASE("numbers are labels and columns without meaning are named") {
  const TemporaryFolder folder;
  const Dataset csv = open_text(folder, "x.csv", "path,label,author\na.jpg,0,ada\nb.jpg,1,bob\n");
  CHECK(csv.classes == std::vector<std::string>{"0", "1"});
  REQUIRE(csv.warnings.size() == 1);
  CHECK(csv.warnings[0] == "columns that mean nothing here: author");
  CHECK(csv.split("all").samples.size() == 2);
  const Dataset jsonl = open_text(
      folder, "x.jsonl", "{\"path\":\"a.jpg\",\"label\":0,\"w\":1.5}\n{\"path\":\"b.jpg\",\"label\":1}\n");
  CHECK(jsonl.classes == csv.classes);
  CHECK(open_text(folder, "pandas.csv", ",path,label\n0,a.jpg,0\n1,b.jpg,1\n").warnings.empty());
  CHECK(jsonl.warnings[0] == "columns that mean nothing here: w");
}

TEST_CASE("a line that makes no sense is named by its number") {
  struct Row {
    const char* name;
    std::string text;
    const char* says;
  };
  const Row rows[] = {
      {"a.csv", "", "is empty"},
      {"a.csv", "\n\n", "is empty"},
      {"a.csv", "a.jpg,cats\nb.jpg,dogs\n", "line 1: no column is called 'path'"},
      {"a.csv", "path,shape,size\na.jpg,cats,1\n", "the columns are: path, shape, size"},
      {"a.csv", "path,label,path\na.jpg,cats,b.jpg\n", "line 1: two columns are called path"},
      {"a.csv", "path,label\na.jpg\n", "line 2: 1 field, expected the 2"},
      {"a.csv", "path,label\na.jpg,cats\n\nb, c.jpg,dogs\n", "line 4: 3 fields, expected the 2"},
      {"a.csv", "path,label\n,cats\n", "line 2: no path"},
      {"a.csv", "path,label\na.jpg,cats\nb.jpg,\n", "line 3: no label"},
      {"a.csv", "path,label\na.jpg,cats\nb.jpg,\" \"\n", "line 3: the label ' ' is blank"},
      {"a.csv", "path,label\na.jpg,cats\nb.jpg,\"two\nlines\"\n",
       "line 3: the label 'two\\u000alines' has an end"},
      {"a.csv", "path,label\na.jpg,cats\nb.jpg,K\xE4tzchen\n",
       "line 3: the label 'K\\xe4tzchen' is not UTF-8"},
      {"a.csv", "path,label\na.jpg,cats\nb.jpg,cat\x92s\n", "perhaps Windows-1252 ('cat\u2019s')"},
      {"a.csv", "path,label\na.jpg,ca\rts\nb.jpg,dogs\n", "line 2: a carriage return (CR) inside the line"},
      {"a.csv", "path;label\na.jpg;cats;x\n", "a value with a ';' in it needs quotes"},
      {"a.csv", "path,label,split\na.jpg,cats\n", "a value that is empty has its comma all the same"},
      {"a.csv", "path,label\na.jpg,cats\n# the dogs\n", "remarks may only stand before"},
      {"a.csv", "sep=,\n# x\npath,label\na.jpg\n", "line 4: 1 field"},
      {"a.csv", "path,label\na.jpg,cats\nb.jpg,do\xC2\x85gs\n",
       "line 3: the label 'do\\u0085gs' has an end of a line"},
      {"a.csv", "path,label\na.jpg,cats\nb.jpg," + std::string("do\0gs\n", 6), "line 3: a zero byte (NUL)"},
      {"a.csv", "path,label\n" + std::string("a\0.jpg,cats\n", 12), "line 2: a zero byte (NUL)"},
      {"a.jsonl", "{\"path\":\"a.jpg\",\"label\":\"c\\u0000\"}\n", "line 1: a zero byte (NUL)"},
      {"a.csv", "path,label\n\"a.jpg,cats\nb.jpg,dogs\n", "line 2: a quoted field that does not end"},
      {"a.csv", "path,label\n\"a.jpg\"x,cats\n", "line 2: text follows a quoted field"},
      {"a.csv", "path,label\na\"b.jpg,cats\n", "line 2: a quote inside a field"},
      {"a.csv", "path,label\n\"two\nlines.jpg\",cats\nb.jpg\n", "line 4: 1 field, "},
      {"a.csv", "path,label,split\na.jpg,cats,train\nb.jpg,dogs,spring\n",
       "line 3: an unknown split 'spring'"},
      {"a.csv", "path,label,split\na.jpg,cats,train\nb.jpg,dogs,\n", "line 3: no split"},
      {"a.csv", "path,label\na.jpg,cats\nb.jpg,dogs\n./a.jpg,dogs\n", "line 4: "},
      {"a.jsonl", "{\"path\":\"a.jpg\",\"label\":\"cats\"}\n{\"path\":\n", "line 2"},
      {"a.jsonl", "[\"a.jpg\",\"cats\"]\n", "line 1: expected a JSON object"},
      {"a.jsonl", "{\"path\":\"a.jpg\"}\n", "line 1: no column is called 'label'"},
      {"a.jsonl", "{\"path\":\"a.jpg\",\"label\":null}\n", "line 1: no label"},
      {"a.jsonl", "{\"path\":\"a.jpg\",\"label\":[1]}\n", "line 1: 'label' is neither"},
      {"a.jsonl", "{\"path\":true,\"label\":\"x\"}\n", "line 1: 'path' is neither"},
      {"a.jsonl", "{\"path\":\"a.jpg\",\"label\":true}\n",
       "whole number: true. Hint: write it as a text: \"label\": \"true\""},
      {"a.jsonl", "{\"path\":\"a.jpg\",\"label\":1.5}\n", "whole number: 1.5. Hint: write it as a text"},
      {"a.jsonl", "{\"path\":\"a.jpg\",\"label\":[\"x\",\"y\"]}\n",
       "a list, [\"x\",\"y\"]. Hint: write one text: margay tells one class"},
      {"a.jsonl", "{\"path\":\"a.jpg\",\"label\":{\"id\":3}}\n",
       "an object, {\"id\":3}. Hint: write the one value that is the label"},
      {"a.jsonl", "path,label\na.jpg,cats\n", "line 1: not valid JSON"},
      {"a.jsonl", "[{\"path\":\"a.jpg\",\"label\":\"x\"},\n{\"path\":\"b.jpg\"}]\n", "line 2: no label"},
      {"a.jsonl", "[{\"path\":\"a.jpg\",\"label\":\"x\"}\n{\"path\":\"b.jpg\"}]\n",
       "line 2: expected a comma or ']'"},
      {"a.jsonl", "[{\"path\":\"a.jpg\",\"label\":\"x\"},\n\n{\"path\":", "line 3: an array without an end"},
      {"a.jsonl", "[{\"path\":\"a.jpg\",\"label\":\"x\"},\n]", "line 2: expected an object"},
      {"a.csv", "path:label\na.jpg:cats\n",
       "line 1: the columns are separated by ':'. Hint: comma, semicolon, tab and '|' are read"},
      {"a.csv", "a.jpg^cats\nb.jpg^dogs\n", "line 1: the columns are separated by '^'"},
      {"a.csv", "path   label\na.jpg  cats\n",
       "line 1: the columns are separated by spaces. Hint: comma, semicolon, tab and '|' are read, and "
       "spaces in a list called .txt"},
      {"a.txt", "a.jpg:cats\nb.jpg:dogs\n", "line 1: the columns are separated by ':'"},
      {"a.csv", "'path','label'\n'a.jpg','cats'\n",
       "line 1: values are in single quotes. Hint: leave the quotes away"},
      {"a.csv", "path,label\n'a.jpg','cats'\n", "line 1: values are in single quotes"},
      {"a.csv", "path,label,split\na.jpg,cats,trian\nb.jpg,dogs,val\n",
       "line 2: an unknown split 'trian'. Hint: did you mean 'train'?"},
      {"a.csv", "path,label,subset\na.jpg,cats,train\nb.jpg,dogs,vaild\n",
       "an unknown split 'vaild'. Hint: did you mean 'validation'?"},
      {"a.csv", "path,label,split\na.jpg,cats,0\nb.jpg,dogs,1\n",
       "an unknown split '0'. Hint: 0 and 1 do not say which split they are"},
      {"a.csv", "path,label,is_valid,is_test\na.jpg,x,1,0\nb.jpg,y,0,1\n",
       "line 1: is_valid and is_test both say the split"},
      {"a.csv", "image,cat,dog\na.jpg,1,0\nb.jpg,1,1\n",
       "line 3: 2 of the columns of 0 and 1 (cat, dog) have a 1"},
      {"a.csv", "image,cat,dog\na.jpg,1,0\nb.jpg,0,0\n",
       "line 3: none of the columns of 0 and 1 (cat, dog) has the 1 of a class"},
      {"a.csv", "image,label\na.jpg,x\nhttps://example.org/b.jpg,y\n",
       "line 3: 'image' is the address https://example.org/b.jpg, and pictures must be files on this "
       "machine. "
       "Hint: download them"},
      {"a.jsonl", "{\"path\":\"s3://pets/b.jpg\",\"label\":\"x\"}\n",
       "line 1: 'path' is the address s3://pets"},
      {"a.csv", "path,label\nfile:///pets/b.jpg,x\n", "without file://"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const TemporaryFolder folder;
    CHECK_THROWS_WITH_AS(open_text(folder, row.name, row.text), doctest::Contains(row.says), FormatError);
  }
  const TemporaryFolder folder;
  CHECK_THROWS_AS(open_text(folder, "none.csv", "path,label\n"), DataError);
  CHECK_THROWS_AS(open_text(folder, "none.jsonl", ""), DataError);
  CHECK_THROWS_WITH_AS(open_text(folder, "one.csv", "path,label\na.jpg,cats\n"),
                       doctest::Contains("one class only"), DataError);
}

TEST_CASE("tables of spreadsheets are read") {
  using namespace std::literals;
  const std::string plain = "path,label\na.jpg,cats\nb.jpg,dogs\n";
  const auto with = [&](std::string_view separator, std::string_view line_end) {
    std::string text;
    for (const char c : plain)
      text += c == ',' ? std::string(separator) : c == '\n' ? std::string(line_end) : std::string(1, c);
    return text;
  };
  const auto utf16 = [&](bool big_endian, bool mark) {
    std::string text = mark ? (big_endian ? "\xFE\xFF" : "\xFF\xFE") : "";
    for (const char c : plain) text += big_endian ? std::string{'\0', c} : std::string{c, '\0'};
    return text;
  };
  const auto utf32 = [&](bool big_endian) {
    std::string text = big_endian ? "\0\0\xFE\xFF"s : "\xFF\xFE\0\0"s;
    for (const char c : plain)
      text += big_endian ? std::string{'\0', '\0', '\0', c} : std::string{c, '\0', '\0', '\0'};
    return text;
  };
  struct Row {
    std::string text;
    const char* form;
  };
  const Row rows[] = {{with(";", "\n"), "a manifest, separated by ';', not split"},
                      {with("\t", "\r\n"), "a manifest, separated by tabs, not split"},
                      {with("|", "\n"), "a manifest, separated by '|', not split"},
                      {with(",", "\r"), "a manifest, not split"},
                      {with(",", "\r\r\n"), "a manifest, not split"},
                      {plain + "\r", "a manifest, not split"},
                      {"sep=;\r\n" + with(";", "\r\n"), "a manifest, separated by ';', not split"},
                      {utf16(false, true), "a manifest, UTF-16, not split"},
                      {utf16(true, true), "a manifest, UTF-16, not split"},
                      {utf16(false, false), "a manifest, UTF-16, not split"},
                      {utf16(true, false), "a manifest, UTF-16, not split"},
                      {utf32(false), "a manifest, UTF-32, not split"},
                      {utf32(true), "a manifest, UTF-32, not split"},
                      {utf32(false).substr(4), "a manifest, UTF-32, not split"},
                      {utf32(true).substr(4), "a manifest, UTF-32, not split"},
                      {"# made by hand\r\n\r\n# twice\r\n" + with(",", "\r\n"), "a manifest, not split"},
                      {"# " + plain, "a manifest, not split"},
                      {"# images, by hand\n" + plain, "a manifest, not split"},
                      {"#" + with(";", "\n"), "a manifest, separated by ';', not split"}};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const TemporaryFolder folder;
    const Dataset dataset = open_text(folder, "x.csv", row.text);
    CHECK(names_of(dataset, "all") == std::vector<std::string>{"cats/a.jpg", "dogs/b.jpg"});
    CHECK(dataset.layout == row.form);
    CHECK(dataset.warnings.empty());
  }
}

TEST_CASE("messages name the first of many columns and shorten what is long") {
  const TemporaryFolder folder;
  std::string names = "path,label", values = ",1", no_label = "shape,size";
  for (int i = 0; i < 250; ++i)
    names += ",c" + std::to_string(i), values += ",0.5", no_label += ",c" + std::to_string(i);
  const Dataset dataset =
      open_text(folder, "x.csv",
                names + "\na.jpg" + values + "\nb.jpg" + values + "x\nc.jpg,2" + values.substr(2) + "\n");
  CHECK(dataset.warnings ==
        std::vector<std::string>{
            "columns that mean nothing here: c0, c1, c2, c3, c4, c5, c6, c7 and 242 more"});
  CHECK_THROWS_WITH_AS(open_text(folder, "x.csv", no_label + "\n"),
                       doctest::Contains("shape, size, c0, c1, c2, c3, c4, c5 and 244 more. Hint"),
                       FormatError);
  const std::string long_name(300, 'n');
  const Dataset named = open_text(folder, "y.csv", "path,label\na.jpg," + long_name + "\nb.jpg,y\n");
  CHECK(named.classes[0] == long_name);
  CHECK(describe(named).size() < 300);
}

TEST_CASE("a data set written as a manifest is the same data set") {
  const TemporaryFolder folder;
  test::write_pets(folder / "pets, \"mine\"", 3, 2);
  const Dataset dataset = Dataset::open(folder / "pets, \"mine\"");
  write_text(folder / "elsewhere/m.csv", format_manifest(dataset));
  const Dataset again = Dataset::open(folder / "elsewhere/m.csv");
  CHECK(again.classes == dataset.classes);
  for (const char* split : {"train", "validation"}) {
    REQUIRE(again.split(split).samples.size() == dataset.split(split).samples.size());
    for (size_t i = 0; i < dataset.split(split).samples.size(); ++i)
      CHECK(again.split(split).path(i) == dataset.split(split).path(i));
  }
  CHECK(again.warnings.empty());
}

TEST_CASE("a manifest leads into archives and a picture that is not there is skipped when it is read") {
  const TemporaryFolder folder;
  test::write_pets(folder / "pets", 2, 1);
  test::archive_folder(folder / "pets", folder / "pets.zip", test::ArchiveKind::zip);
  const Dataset archived = Dataset::open(folder / "pets.zip");
  fs::remove_all(folder / "pets");
  write_text(folder / "m.csv", format_manifest(archived) + "pets.zip/train/cats/none.png,cats,train,\n" +
                                   "gone.png,cats,train,\n");
  const Dataset again = Dataset::open(folder / "m.csv");
  const Split& train = again.split("train");
  REQUIRE(train.samples.size() == 6);
  CHECK(train.path(0) == folder / "gone.png");
  CHECK_THROWS_AS(train.read(0, 1 << 20), IoError);
  CHECK(train.path(3) == folder / "pets.zip/train/cats/none.png");
  CHECK_THROWS_WITH_AS(train.read(3, 1 << 20), doctest::Contains("is not in the archive"), IoError);
  CHECK(train.read(1, 1 << 20) == archived.split("train").read(0, 1 << 20));
  CHECK(train.read(5, 1 << 20) == archived.split("train").read(3, 1 << 20));
}

TEST_CASE("a manifest has the hashes of contents that are known and is the same data with and without them") {
  const TemporaryFolder folder;
  write_text(folder / "a.jpg", "abc");
  write_text(folder / "b.jpg", "b");
  const Dataset dataset =
      open_text(folder, "plain.csv", "path,label,split\na.jpg,cats,train\nb.jpg,dogs,train\n");
  const std::vector<uint8_t> bytes{'a', 'b', 'c'};
  const ContentsByPath contents{{dataset.split("train").path(0), hash_content(bytes)}};
  const std::string text = format_manifest(dataset, contents);
  CAPTURE(text);
  CHECK(text.find("path,label,split,hash\n") == 0);
  CHECK(text.find("/a.jpg,cats,train,ba7816bf8f01cfea414140de5dae2223\n") !=
        std::string::npos);  // FIPS 180-2
  CHECK(text.find("/b.jpg,dogs,train,\"\"\n") != std::string::npos);
  const Dataset again = open_text(folder, "again.csv", text);
  CHECK(again.warnings == dataset.warnings);
  CHECK(names_of(again, "train") == names_of(dataset, "train"));
}

TEST_CASE("a hash is read back from its digits, and from nothing else") {
  const ContentHash hash{0x0123456789abcdef, 0xfedcba9876543210};
  CHECK(to_hex(hash) == "0123456789abcdeffedcba9876543210");
  CHECK(content_from_hex(to_hex(hash)) == hash);
  for (const char* wrong : {"", "0123456789abcdeffedcba987654321", "0123456789abcdeffedcba98765432100",
                            "0123456789abcdeffedcba987654321g", "+123456789abcdeffedcba9876543210"})
    CHECK_FALSE(content_from_hex(wrong));
}
