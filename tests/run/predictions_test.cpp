// What is written is read back, whatever names hold; what is no such file is refused with its line.
#include "margay/run/predictions.h"

#include <doctest/doctest.h>

#include <cstring>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "tests/support/temporary_folder.h"

namespace margay::run {
namespace {

const std::vector<std::string> kClasses{"cats", "dogs, \"big\""};

TEST_CASE("predictions are written and read back") {
  const std::vector<std::filesystem::path> paths{"/p/a.jpg", "/p/./x/../b,c.jpg", "/p/\"d\"\n.jpg"};
  const std::vector<int> labels{0, 1, 1};
  const std::vector<std::vector<double>> probabilities{{0.75, 0.25}, {0.5, 0.5}, {0.1, 0.9}};
  const std::string text = predictions_csv(kClasses, paths, labels, probabilities);
  CHECK(
      text.starts_with("path,label,predicted,probability_cats,\"probability_dogs, \"\"big\"\"\"\n"
                       "/p/a.jpg,cats,cats,0.75,0.25\n"));

  const test::TemporaryFolder folder;
  write_file_atomically(folder / "predictions.csv", text);
  const std::vector<Prediction> read = read_predictions(folder / "predictions.csv");
  REQUIRE(read.size() == 3);
  CHECK(read[1].path == "/p/b,c.jpg");
  CHECK(read[1].label == kClasses[1]);
  CHECK(read[1].predicted == "cats");  // the first of equals
  CHECK(read[2].path == "/p/\"d\"\n.jpg");
  CHECK(read[2].predicted == kClasses[1]);
}

TEST_CASE("relative paths become absolute") {
  const std::string text = predictions_csv(kClasses, std::vector<std::filesystem::path>{"a.jpg"},
                                           std::vector{0}, std::vector<std::vector<double>>{{1, 0}});
  CHECK(text.find((std::filesystem::current_path() / "a.jpg").string() + ",cats") != std::string::npos);
}

TEST_CASE("predictions that do not fit together are refused") {
  const std::vector<std::filesystem::path> paths{"a.jpg"};
  const auto write = [&](const std::vector<int>& labels, const std::vector<std::vector<double>>& rows) {
    return predictions_csv(kClasses, paths, labels, rows);
  };
  CHECK_NOTHROW(write({0}, {{1, 0}}));
  CHECK_THROWS_AS(write({}, {{1, 0}}), UsageError);
  CHECK_THROWS_AS(write({0}, {}), UsageError);
  CHECK_THROWS_AS(write({0}, {{1}}), UsageError);
  CHECK_THROWS_AS(write({2}, {{1, 0}}), UsageError);
  CHECK_THROWS_AS(write({-1}, {{1, 0}}), UsageError);
}

TEST_CASE("malformed predictions are refused with the line") {
  struct Row {
    const char* text;
    const char* says;
  };
  const test::TemporaryFolder folder;
  for (const Row& row : {
           Row{"", "is empty"},
           Row{"path,label\na,b\n", "no column is called 'predicted'"},
           Row{"path,label,predicted\na,cats\n", "line 2"},
           Row{"path,label,predicted\na,cats,\n", "line 2: no predicted"},
           Row{"path,label,predicted\na,cats,cats\nb,cats,dogs\na,cats,dogs\n", "line 4: a is in line 2 too"},
           Row{"path,label,predicted\n\"a,cats,dogs\n", "line 2"},
           Row{"\x89PNG\r\n\x1a\n", "no column"},
       }) {
    CAPTURE(row.text);
    write_file_atomically(folder / "predictions.csv", std::string_view(row.text));
    try {
      read_predictions(folder / "predictions.csv");
      FAIL("accepted");
    } catch (const FormatError& error) {
      CAPTURE(error.what());
      CHECK(std::strstr(error.what(), row.says) != nullptr);
    }
  }
  CHECK_THROWS_AS(read_predictions(folder / "none.csv"), IoError);
}

}  // namespace
}  // namespace margay::run
