#include "margay/train/checkpoint.h"

#include <doctest/doctest.h>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/model/safetensors.h"
#include "margay/run/run_directory.h"
#include "tests/support/temporary_folder.h"

using namespace margay;

namespace {

train::Checkpoint example() {
  train::Checkpoint checkpoint;
  checkpoint.progress = {.epoch = 3,
                         .next_step = 7,
                         .loss_sum = 0.1 + 0.2,
                         .highest_loss = 2.5,
                         .correct = 41,
                         .seen = 64,
                         .seconds = 1.25};
  run::EpochRecord record;
  record.epoch = 2;
  record.loss = 1.0 / 3;
  checkpoint.history = {record};
  checkpoint.weights = {{"head.weight", {{1, 2}, {0.5f, -3.0f}}}};
  checkpoint.average = {{"head.weight", {{1, 2}, {0.25f, -2.5f}}}};
  checkpoint.optimizer = {{"first", {{"head.weight", {{1, 2}, {1e-30f, 2.0f}}}}},
                          {"second", {{"head.weight", {{1, 2}, {7.0f, 8.0f}}}}}};
  checkpoint.optimizer_steps = 123;
  checkpoint.best = {2, {{"head.weight", {{1, 2}, {9.0f, 10.0f}}}}};
  checkpoint.budget = train::BudgetState{12.5, {.done = 2.25, .progress = 0.3, .epochs = 7.5}};
  return checkpoint;
}

}  // namespace

TEST_CASE("a checkpoint reads back as it was written") {
  const test::TemporaryFolder folder;
  const train::Checkpoint written = example();
  train::save_checkpoint(folder / "checkpoint", written);
  const train::Checkpoint read = train::load_checkpoint(folder / "checkpoint");
  CHECK((read.weights == written.weights));
  CHECK((read.average == written.average));
  CHECK((read.optimizer == written.optimizer));
  CHECK((read.best.weights == written.best.weights));
  CHECK(read.best.epoch == 2);
  CHECK(read.optimizer_steps == 123);
  REQUIRE(read.budget);
  CHECK(read.budget->used_s == 12.5);
  CHECK(read.budget->length.done == 2.25);
  CHECK(read.budget->length.progress == 0.3);
  CHECK(read.budget->length.epochs == 7.5);
  CHECK(read.progress.epoch == 3);
  CHECK(read.progress.next_step == 7);
  CHECK(read.progress.loss_sum == written.progress.loss_sum);
  CHECK(read.progress.highest_loss == 2.5);
  CHECK(read.progress.seen == 64);
  CHECK(run::to_jsonl(read.history) == run::to_jsonl(written.history));
}

TEST_CASE("a file that is no checkpoint is refused") {
  const test::TemporaryFolder folder;
  train::save_checkpoint(folder / "good", example());
  const std::vector<uint8_t> good = read_file(folder / "good");
  for (size_t length = 0; length < good.size(); length += 13) {
    CAPTURE(length);
    write_file_atomically(folder / "cut", std::span(good).first(length));
    CHECK_THROWS_AS(train::load_checkpoint(folder / "cut"), Error);
  }
  model::SafeTensors foreign;
  model::write_safetensors(folder / "foreign", foreign);
  CHECK_THROWS_WITH_AS(train::load_checkpoint(folder / "foreign"), doctest::Contains("no checkpoint"),
                       FormatError);
  for (const char* state : {"", "{", "[]", "{\"version\": 5}", "{\"version\": 1}", "{\"version\": \"1\"}"}) {
    CAPTURE(state);
    foreign.metadata["margay.checkpoint"] = state;
    model::write_safetensors(folder / "foreign", foreign);
    CHECK_THROWS_AS(train::load_checkpoint(folder / "foreign"), FormatError);
  }
  CHECK_THROWS_AS(train::load_checkpoint(folder / "missing"), IoError);
}

TEST_CASE("numbers of a checkpoint that no training has are refused, with a right checksum, too") {
  const test::TemporaryFolder folder;
  using Change = void (*)(train::Checkpoint&);
  constexpr Change kChanges[] = {[](train::Checkpoint& c) { c.progress.epoch = 0; },
                                 [](train::Checkpoint& c) { c.progress.epoch = 2147483647; },
                                 [](train::Checkpoint& c) { c.progress.next_step = -1; },
                                 [](train::Checkpoint& c) { c.progress.correct = c.progress.seen + 1; },
                                 [](train::Checkpoint& c) { c.progress.seconds = 1e300; },
                                 [](train::Checkpoint& c) { c.optimizer_steps = -1; },
                                 [](train::Checkpoint& c) {
                                   c.budget = train::BudgetState{1e300, {}};
                                 },
                                 [](train::Checkpoint& c) {
                                   c.budget = train::BudgetState{0, {0, 0, 1e300}};
                                 }};
  for (const Change change : kChanges) {
    train::Checkpoint checkpoint = example();
    change(checkpoint);
    train::save_checkpoint(folder / "odd", checkpoint);
    CHECK_THROWS_AS(train::load_checkpoint(folder / "odd"), FormatError);
  }
}

TEST_CASE("a checkpoint with one changed byte is refused") {
  const test::TemporaryFolder folder;
  train::save_checkpoint(folder / "good", example());
  const std::vector<uint8_t> good = read_file(folder / "good");
  for (size_t at = 0; at < good.size(); ++at) {
    std::vector<uint8_t> damaged = good;
    damaged[at] ^= 1;
    write_file_atomically(folder / "damaged", std::span<const uint8_t>(damaged));
    CAPTURE(at);
    CHECK_THROWS_AS(train::load_checkpoint(folder / "damaged"), Error);
  }
}

TEST_CASE("the checkpoint before is kept and used when the last is damaged or missing") {
  const test::TemporaryFolder folder;
  const auto path = folder / "checkpoint.safetensors", before = folder / "checkpoint.previous.safetensors";
  CHECK(train::previous_checkpoint(path) == before);
  CHECK(run::RunDirectory{folder.path()}.previous_checkpoint() == before);
  train::Checkpoint checkpoint = example();
  train::save_checkpoint(path, checkpoint);
  CHECK_FALSE(std::filesystem::exists(before));
  checkpoint.progress.epoch = 4;
  train::save_checkpoint(path, checkpoint);

  CHECK(train::load_newest_checkpoint(path).checkpoint.progress.epoch == 4);
  CHECK(train::load_newest_checkpoint(path).warning.empty());
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  CHECK(train::load_newest_checkpoint(path).checkpoint.progress.epoch == 3);
  CHECK(train::load_newest_checkpoint(path).warning.find(path.string()) == 0);
  checkpoint.progress.epoch = 5;
  train::save_checkpoint(path, checkpoint, train::Replaced::is_dropped);
  CHECK(train::load_newest_checkpoint(path).checkpoint.progress.epoch == 5);
  std::filesystem::remove(path);
  CHECK(train::load_newest_checkpoint(path).checkpoint.progress.epoch == 3);
  std::filesystem::resize_file(before, 5);
  CHECK_THROWS_WITH_AS(train::load_newest_checkpoint(path), doctest::Contains("neither checkpoint"),
                       FormatError);
}
