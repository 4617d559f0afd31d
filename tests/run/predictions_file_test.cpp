// Rows that are added, torn, found again, and refused where they are somebody else's.
#include "margay/run/predictions_file.h"

#include <doctest/doctest.h>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/json.h"
#include "margay/core/unicode.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using run::PredictionsFile;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string> kClasses{"cats", "dogs, big"};

/// Three pictures, of which the last is broken and has a name with all that needs quotes.
void write_three(const fs::path& path) {
  PredictionsFile file(path, kClasses, "m1");
  file.add("a.jpg", "f1", std::vector{0.3, 0.7});
  file.add("b.jpg", "f2", std::vector{0.75, 0.25});
  file.add_broken("c \"x\",\n.jpg", "f3", "it ends early");
  file.finish();
}

size_t lines_of(const fs::path& path) {
  const std::string text = read_text_file(path);
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("a row has the class, its probability, that of every class, the model, or the error") {
  const test::TemporaryFolder folder;
  write_three(folder / "p.csv");
  CHECK(read_text_file(folder / "p.csv") ==
        "path,class,probability,probability_cats,\"probability_dogs, big\",model,file,error\n"
        "a.jpg,\"dogs, big\",0.7,0.3,0.7,m1,f1,\"\"\n"
        "b.jpg,cats,0.75,0.75,0.25,m1,f2,\"\"\n"
        "\"c \"\"x\"\",\n.jpg\",\"\",\"\",\"\",\"\",m1,f3,it ends early\n");
  write_three(folder / "p.jsonl");
  CHECK(
      read_text_file(folder / "p.jsonl") ==
      R"({"path":"a.jpg","class":"dogs, big","probability":0.7,"probabilities":{"cats":0.3,"dogs, big":0.7},"model":"m1","file":"f1"})"
      "\n"
      R"({"path":"b.jpg","class":"cats","probability":0.75,"probabilities":{"cats":0.75,"dogs, big":0.25},"model":"m1","file":"f2"})"
      "\n"
      R"({"path":"c \"x\",\n.jpg","model":"m1","file":"f3","error":"it ends early"})"
      "\n");
}

TEST_CASE("cut anywhere the file goes on after its last whole row and comes to the same bytes") {
  const test::TemporaryFolder folder;
  for (const char* name : {"p.csv", "p.jsonl"}) {
    CAPTURE(name);
    const fs::path path = folder / name;
    write_three(path);
    const std::string whole = read_text_file(path);
    for (size_t size = 0; size <= whole.size(); ++size) {
      CAPTURE(size);
      write_file_atomically(path, std::string_view(whole).substr(0, size));
      PredictionsFile file(path, kClasses, "m1");
      if (!file.has_answer("a.jpg", "f1")) file.add("a.jpg", "f1", std::vector{0.3, 0.7});
      if (!file.has_answer("b.jpg", "f2")) file.add("b.jpg", "f2", std::vector{0.75, 0.25});
      file.add_broken("c \"x\",\n.jpg", "f3", "it ends early");
      CHECK(read_text_file(path) == whole);
      CHECK_FALSE(file.has_answer("d.jpg", "f1"));
    }
  }
}

TEST_CASE("names that are not UTF-8 are found again") {
  const test::TemporaryFolder folder;
  const std::string odd = "caf\xE9.jpg";
  for (const char* name : {"p.csv", "p.jsonl"}) {
    {
      PredictionsFile file(folder / name, kClasses, "m1");
      file.add(odd, "f1", std::vector{0.5, 0.5});
      file.add_broken("caf\xE8.jpg", "f2", "it ends early");
      CHECK(file.known() == 2);
    }
    PredictionsFile again(folder / name, kClasses, "m1");
    CHECK(again.known() == 2);
    CHECK(again.has_answer(odd, "f1"));
    CHECK_FALSE(again.has_answer("caf\xE8.jpg", "f1"));
    again.add_broken("caf\xE8.jpg", "f2", "it ends early");
    again.finish();
    CHECK(is_utf8(read_text_file(folder / name)));
  }
  CHECK(lines_of(folder / "p.jsonl") == 2);
  CHECK(read_text_file(folder / "p.csv").find("$'caf\\xe9.jpg',") != std::string::npos);
  CHECK(read_text_file(folder / "p.jsonl").find(R"("path":"caf\\xe9.jpg","path_bytes":"636166e92e6a7067")") !=
        std::string::npos);
}

TEST_CASE("a picture that has changed or was mended gets a new row in the place of its old one") {
  const test::TemporaryFolder folder;
  for (const char* name : {"p.csv", "p.jsonl"}) {
    CAPTURE(name);
    const fs::path path = folder / name;
    write_three(path);
    const size_t lines = lines_of(path);
    const std::string mended = "c \"x\",\n.jpg";
    {
      PredictionsFile file(path, kClasses, "m1");
      CHECK(file.has_answer("a.jpg", "f1"));
      CHECK_FALSE(file.has_answer("a.jpg", "other"));
      CHECK_FALSE(file.has_answer(mended, "f3"));
      file.add("a.jpg", "other", std::vector{0.9, 0.1});
      file.add(mended, "f4", std::vector{0.8, 0.2});
      // Not finished, as after a crash: the last row of a picture is the one that counts.
    }
    // One of the names goes over two lines of a table.
    CHECK(lines_of(path) == lines + (path.extension() == ".csv" ? 3 : 2));
    PredictionsFile file(path, kClasses, "m1");
    CHECK(file.known() == 3);
    CHECK(file.has_answer("a.jpg", "other"));
    CHECK(file.has_answer(mended, "f4"));
    file.finish();
    const std::string text = read_text_file(path);
    CHECK(text.find("f1") == text.npos);
    CHECK(text.find("it ends early") == text.npos);
    CHECK(text.find("f2") != text.npos);
  }
}

TEST_CASE("a file of something else is refused as it is unless it may be lost") {
  const test::TemporaryFolder folder;
  write_three(folder / "p.csv");
  write_three(folder / "p.jsonl");
  write_file_atomically(folder / "notes.csv", std::string_view("path,label\nx.jpg,cats\n"));
  write_file_atomically(folder / "text.csv", std::string_view("dear diary"));
  write_file_atomically(folder / "text.jsonl", std::string_view("dear diary"));
  write_file_atomically(folder / "other.jsonl", std::string_view("{\"path\": \"x\", \"label\": \"a\"}\n"));
  struct Row {
    const char* name;
    std::vector<std::string> classes;
    const char* model;
    const char* expected;
  };
  const Row rows[] = {
      {"p.csv", {"cats", "mice"}, "m1", "probability_mice"},
      {"p.csv", {"cats"}, "m1", "has the columns"},
      {"p.csv", kClasses, "m2", "answers of the model m1, expected m2"},
      {"p.jsonl", kClasses, "m2", "answers of the model \"m1\""},
      {"p.jsonl", {"cats", "mice"}, "m1", "has the classes cats, dogs, big"},
      {"notes.csv", kClasses, "m1", "has the columns path,label"},
      {"text.csv", kClasses, "m1", "has the columns dear diary"},
      {"text.jsonl", kClasses, "m1", "not valid JSON"},
      {"other.jsonl", kClasses, "m1", "a row that is no answer"},
      {"p.txt", kClasses, "m1", "let it end in .csv or .jsonl"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const fs::path path = folder / row.name;
    const std::string before = fs::exists(path) ? read_text_file(path) : "";
    std::string message;
    try {
      PredictionsFile(path, row.classes, row.model);
    } catch (const Error& error) {
      message = error.what();
    }
    CAPTURE(message);
    CHECK(message.find(row.expected) != std::string::npos);
    if (fs::exists(path)) CHECK(read_text_file(path) == before);
  }
  PredictionsFile anew(folder / "notes.csv", kClasses, "m1", true);
  CHECK(anew.known() == 0);
  CHECK(lines_of(folder / "notes.csv") == 1);
}

TEST_CASE("a table that a spreadsheet has saved is gone on with, and endings may be capitals") {
  const test::TemporaryFolder folder;
  write_three(folder / "p.CSV");
  write_file_atomically(folder / "p.CSV", "\xEF\xBB\xBF" + read_text_file(folder / "p.CSV"));
  CHECK(PredictionsFile(folder / "p.CSV", kClasses, "m1").has_answer("a.jpg", "f1"));
}

TEST_CASE("one file has one writer") {
  const test::TemporaryFolder folder;
  const PredictionsFile first(folder / "p.csv", kClasses, "m1");
  CHECK_THROWS_WITH_AS(PredictionsFile(folder / "p.csv", kClasses, "m1"),
                       doctest::Contains("another margay writes"), UsageError);
  CHECK_THROWS_AS(PredictionsFile(folder / "none/p.csv", kClasses, "m1"), IoError);
  CHECK_THROWS_AS(PredictionsFile("/dev/null", kClasses, "m1"), UsageError);
}
