// The history is read back as it was written, and bad files are named by line.
#include "margay/run/history.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/random.h"
#include "tests/support/temporary_folder.h"

namespace margay::run {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

const std::string kGoodLine =
    R"({"epoch":1,"seconds":2.5,"images_per_second":800,"learning_rate":0.001,"loss":0.69,"accuracy":0.51,)"
    R"("val_loss":0.68,"val_accuracy":0.55})";

/// The good line with `from` replaced by `to`.
std::string changed(const std::string& from, const std::string& to) {
  std::string line = kGoodLine;
  return line.replace(line.find(from), from.size(), to);
}

bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || a == b;
}

void check_same(const EpochRecord& a, const EpochRecord& b) {
  CHECK(a.epoch == b.epoch);
  CHECK(same(a.seconds, b.seconds));
  CHECK(same(a.images_per_second, b.images_per_second));
  CHECK(same(a.learning_rate, b.learning_rate));
  CHECK(same(a.loss, b.loss));
  CHECK(same(a.accuracy, b.accuracy));
  CHECK(same(a.val_loss, b.val_loss));
  CHECK(same(a.val_accuracy, b.val_accuracy));
  REQUIRE(a.others.size() == b.others.size());
  for (size_t i = 0; i < a.others.size(); ++i) {
    CHECK(a.others[i].first == b.others[i].first);
    CHECK(same(a.others[i].second, b.others[i].second));
  }
}

TEST_CASE("the columns of history.csv are in the promised order") {
  const History history{{1, 12.5, 160, 0.001, 0.7, 0.5, 0.69, 0.55, {{"step_ms", 80.0}}},
                        {2, 12, 166.5, 0.001, 0.65, 0.6, kNan, kNan, {{"step_ms", 79.0}}}};
  CHECK(to_csv(history) ==
        "epoch,seconds,images_per_second,learning_rate,loss,accuracy,val_loss,val_accuracy,step_ms\n"
        "1,12.5,160,0.001,0.7,0.5,0.69,0.55,80\n"
        "2,12,166.5,0.001,0.65,0.6,,,79\n");
}

TEST_CASE("an empty history is a header line in csv and nothing in jsonl") {
  CHECK(to_csv({}) == "epoch,seconds,images_per_second,learning_rate,loss,accuracy,val_loss,val_accuracy\n");
  CHECK(to_jsonl({}).empty());
  CHECK(parse_history("", "test").empty());
}

TEST_CASE("names of further columns are quoted in csv where they must be") {
  const History history{{1, 1, 1, 1, 1, 1, 1, 1, {{"a,\"b\"", 2.0}}}};
  CHECK(to_csv(history).find(",\"a,\"\"b\"\"\"\n") != std::string::npos);
}

TEST_CASE("a further column is no formula in a spreadsheet") {
  const History history{{1, 1, 1, 1, 1, 1, 1, 1, {{"=1+1", 2.0}}}};
  CHECK(to_csv(history).find(",'=1+1\n") != std::string::npos);
}

TEST_CASE("the best epoch is the one that validation likes most, by accuracy and then by loss") {
  const auto epoch = [](int number, double val_accuracy, double val_loss = 1) {
    EpochRecord record;
    record.epoch = number, record.val_accuracy = val_accuracy, record.val_loss = val_loss;
    return record;
  };
  CHECK(best_epoch({}) == nullptr);
  CHECK(best_epoch({epoch(1, kNan), epoch(2, kNan)}) == nullptr);
  const History history{epoch(1, kNan), epoch(2, 0.5), epoch(3, 0.75), epoch(4, 0.75), epoch(5, kNan)};
  REQUIRE(best_epoch(history) != nullptr);
  CHECK(best_epoch(history)->epoch == 3);
  const History none_right{epoch(1, 0), epoch(2, 0)};
  CHECK(best_epoch(none_right) == &none_right.front());
  const History alike{epoch(1, 0.5, 0.96), epoch(2, 0.5, 0.7), epoch(3, 0.5, 0.7), epoch(4, 0.4, 0.1)};
  CHECK(best_epoch(alike)->epoch == 2);
}

TEST_CASE("numbers read back from jsonl as the same doubles") {
  Random random({7});
  History written;
  for (int epoch = 1; epoch <= 200; ++epoch) {
    EpochRecord record{epoch,
                       random.uniform() * 1e5,
                       random.uniform() / 3,
                       1e-3 / epoch,
                       random.uniform() * 1e-300,
                       random.uniform(),
                       random.uniform(),
                       random.uniform(),
                       {{"gradient norm", 1.0 / epoch}}};
    if (epoch % 7 == 0) record.val_loss = record.val_accuracy = kNan;
    if (epoch % 11 == 0) record.loss = epoch % 2 ? kInfinity : -kInfinity;
    written.push_back(record);
  }
  const History read = parse_history(to_jsonl(written), "test");
  REQUIRE(read.size() == written.size());
  for (size_t i = 0; i < read.size(); ++i) check_same(read[i], written[i]);
  CHECK(to_jsonl(read) == to_jsonl(written));
  CHECK(to_csv(read) == to_csv(written));
}

TEST_CASE("records with different further columns are not written") {
  const History history{{1, 1, 1, 1, 1, 1, 1, 1, {{"a", 2.0}}}, {2, 1, 1, 1, 1, 1, 1, 1, {{"b", 2.0}}}};
  CHECK_THROWS_AS(to_csv(history), UsageError);
  CHECK_THROWS_AS(to_jsonl(history), UsageError);
}

TEST_CASE("a last line that a crash cut off is left out wherever it was cut") {
  const std::string second = changed("\"epoch\":1", "\"epoch\":2");
  for (size_t length = 0; length < second.size(); ++length) {
    const History history = parse_history(kGoodLine + "\n" + second.substr(0, length), "test");
    REQUIRE(history.size() == 1);
  }
  CHECK(parse_history(kGoodLine + "\n" + second, "test").size() == 2);
}

TEST_CASE("malformed histories are refused with the line") {
  struct Case {
    std::string text;
    const char* complaint;
  };
  const std::string good = kGoodLine + "\n";
  const Case cases[] = {
      {"\n", "line 1"},
      {good + "\n" + good, "line 2"},
      {good + "{\"epoch\":2,\"seco\n", "line 2"},
      {"not json\n", "line 1"},
      {"[1,2]\n", "expected an object"},
      {"{}\n", "'epoch'"},
      {"{}", "'epoch'"},
      {changed("\"epoch\":1", "\"epoch\":0") + "\n", "epoch 0"},
      {changed("\"epoch\":1", "\"epoch\":-3") + "\n", "epoch -3"},
      {changed("\"epoch\":1", "\"epoch\":1.5") + "\n", "'epoch'"},
      {changed("\"epoch\":1", "\"epoch\":99999999999") + "\n", "epoch 99999999999"},
      {changed("\"epoch\":1", "\"epoch\":2147483647") + "\n", "expected 1 to 10000000"},
      {changed("\"epoch\":1", "\"epoch\":1e300") + "\n", "'epoch'"},
      {changed("0.69", "1e999") + "\n", "out of range"},
      {changed("0.69", "0.69,\"loss\":0.7") + "\n", "two values named 'loss'"},
      {changed("\"epoch\":1", "\"epoch\":\"1\"") + "\n", "'epoch'"},
      {changed("\"loss\":0.69,", "") + "\n", "'loss'"},
      {changed("0.69", "\"0.69\"") + "\n", "'loss' is string"},
      {changed("0.69", "true") + "\n", "'loss' is boolean"},
      {changed("0.51", "51") + "\n", "expected 0 to 1"},
      {changed("0.55", "-0.1") + "\n", "expected 0 to 1"},
      {changed("0.55", "0.55,\"extra\":[]") + "\n", "'extra' is array"},
      {good + good, "epoch 1 after epoch 1"},
      {good + changed("\"epoch\":1", "\"extra\":1,\"epoch\":2") + "\n", "other columns"},
      {good + changed("\"epoch\":1", "\"epoch\":2") + std::string(1, '\0') + "\n", "line 2"},
  };
  for (const Case& bad : cases) {
    CAPTURE(bad.text);
    try {
      parse_history(bad.text, "history.jsonl");
      FAIL_CHECK("accepted");
    } catch (const FormatError& error) {
      CAPTURE(error.what());
      CHECK(std::strstr(error.what(), bad.complaint) != nullptr);
      CHECK(std::strstr(error.what(), "history.jsonl, line ") != nullptr);
    }
  }
}

TEST_CASE("a history is read from a file and a missing file is an io error") {
  const test::TemporaryFolder folder;
  write_file_atomically(folder / "history.jsonl", kGoodLine + "\n");
  CHECK(read_history(folder / "history.jsonl").size() == 1);
  CHECK_THROWS_AS(read_history(folder / "nothing.jsonl"), IoError);
  CHECK_THROWS_AS(read_history(folder.path()), IoError);
}

}  // namespace
}  // namespace margay::run
