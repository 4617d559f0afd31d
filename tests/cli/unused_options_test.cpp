// Options and values that would be ignored.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "margay/core/atomic_file.h"
#include "tests/support/pets_place.h"

using namespace margay;
namespace fs = std::filesystem;

namespace {

using Place = test::PetsPlace;
using Words = std::vector<std::string>;

const Words kTrain{"train", "pets", "--recipe", "small.toml"};

Words with(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

TEST_CASE("options that would decide nothing are refused by name") {
  const Place place;
  REQUIRE(place.run(with(kTrain, {"--out", "run", "--epochs", "1"})).exit_code == 0);
  const Words kHead{"train", "pets", "--recipe", "transfer"};
  const struct {
    Words words;
    const char* named;
  } kIgnored[] = {
      // A head takes no steps.
      {with(kHead, {"--augment", "all"}), "augment.transforms"},
      {with(kHead, {"--set", "optimizer.lr=0.5"}), "optimizer.lr"},
      {with(kHead, {"--lr", "0.5"}), "optimizer.lr"},
      {with(kHead, {"--optimizer", "sgd"}), "optimizer.name"},
      {with(kHead, {"--batch-size", "8"}), "training.batch_size"},
      {with(kHead, {"--lr-schedule", "cosine"}), "schedule.name"},
      {with(kHead, {"--set", "loss.label_smoothing=0.1"}), "loss.label_smoothing"},
      {with(kHead, {"--epochs", "3"}), "training.epochs"},
      {with(kHead, {"--patience", "3"}), "training.patience"},
      {with(kHead, {"--keep", "best"}), "training.keep"},
      {with(kHead, {"--fuse", "off"}), "training.fuse"},
      {with(kHead, {"--set", "optimizer={lr=0.5}"}), "optimizer.lr"},
      // Steps have no head, and other optimisers and schedules other keys.
      {with(kTrain, {"--set", "head.views=3"}), "head.views"},
      {with(kTrain, {"--set", "optimizer.momentum=0.5"}), "optimizer.momentum"},
      {with(kTrain, {"--optimizer", "rmsprop", "--set", "optimizer.beta1=0.5"}), "optimizer.beta1"},
      {with(kTrain, {"--set", "schedule.factor=0.5"}), "schedule.factor"},
      {with(kTrain, {"--set", "training.ema_decay=0.5"}), "training.ema_decay"},
      {with(kTrain, {"--set", "training.min_delta=0.5"}), "training.min_delta"},
      {with(kTrain, {"--set", "training.batch_norm=frozen"}), "training.batch_norm"},
      {with(kTrain, {"--set", "augment.mix_share=0.5"}), "augment.mix_share"},
      {with(kTrain, {"--set", "budget.networks=[]"}), "budget.networks"},
      {with(kTrain, {"--budget", "9s", "--set", "training.epochs=5"}), "training.epochs"},
      {{"sweep", "pets", "--recipe", "small.toml", "--set", "optimizer.momentum=0.5,0.9"},
       "optimizer.momentum"},
      {{"sweep", "pets", "--recipe", "transfer", "--set", "optimizer.lr=1e-3..1e-1"}, "optimizer.lr"},
      {{"story", "pets", "--set", "head.views=3"}, "head.views"},
      // Said twice, one of them would be ignored.
      {with(kTrain, {"--epochs", "5", "--set", "training.epochs=3"}), "training.epochs is given twice"},
      {with(kTrain, {"--augment", "flip", "--set", "augment={transforms='rotate'}"}),
       "augment.transforms is given twice"},
      {with(kTrain, {"--lr", "0.1", "--set", "optimizer.lr=0.2"}), "optimizer.lr is given twice"},
      {with(kTrain, {"--size", "24", "--set", "input.width=20"}), "input.width is given twice"},
      {with(kTrain, {"--size", "24x20", "--set", "input={height=20}"}), "input.height is given twice"},
      {{"bench", "small.toml", "--size", "24", "--set", "input.width=20"}, "input.width is given twice"},
      {{"sweep", "pets", "--recipe", "small.toml", "--size", "24", "--set", "input.width=16,24"},
       "input.width is given twice"},
      {{"story", "pets", "--size", "24", "--set", "input.height=20"}, "input.height is given twice"},
      {{"story", "pets", "--epochs", "1", "--set", "training.epochs=2"}, "training.epochs is given twice"},
      {{"story", "pets", "--seed", "1", "--set", "training={seed=2}"}, "training.seed is given twice"},
      {{"sweep", "pets", "--recipe", "small.toml", "--epochs", "2", "--set", "training.epochs=2,3"},
       "training.epochs is searched"},
      // What a run notes about itself is nobody's to say.
      {with(kTrain, {"--set", "recorded_length.epochs=3"}), "recorded_length.epochs is what a run notes"},
      {with(kTrain, {"--set", "recorded_length={epochs=3}"}), "recorded_length is what a run notes"},
      {with(kTrain, {"--set", "source.data=elsewhere"}), "source.data is what a run notes"},
      {{"story", "pets", "--set", "source.split_seed=3"}, "source.split_seed is what a run notes"},
      // A run that goes on has decided everything else.
      {{"train", "--resume", "run", "--recipe", "x"}, "--recipe"},
      {{"train", "--resume", "run", "--out", "y"}, "--out"},
      {{"train", "--resume", "run", "--labels", "leaf"}, "--labels"},
      {{"train", "--resume", "run", "--validation", "0.2"}, "--validation"},
      {{"train", "--resume", "run", "--set", "optimizer.lr=0.5"}, "--set"},
      {{"train", "--resume", "run", "--lr", "0.5"}, "--lr"},
      {{"train", "--resume", "run", "--size", "20"}, "--size"},
      {{"train", "--resume", "run", "--seed", "5"}, "--seed"},
      {{"train", "--resume", "run", "--deterministic"}, "--deterministic"},
      {{"train", "--resume", "run", "--weights", "run"}, "--weights"}};
  for (const auto& one : kIgnored) {
    CAPTURE(one.named);
    const test::ProgramResult result = place.run(one.words);
    CAPTURE(result.err);
    CHECK(result.exit_code == 2);
    CHECK(result.err.find(one.named) != std::string::npos);
  }
  CHECK_FALSE(fs::exists(place / "runs"));
}

TEST_CASE("values of one's own files that decide nothing are told") {
  const Place place;
  write_file_atomically(place / "more.toml", std::string_view("[optimizer]\nmomentum = 0.5\n"));
  const test::ProgramResult result =
      place.run(with(kTrain, {"--config", "more.toml", "--epochs", "1", "--out", "run"}));
  CHECK(result.exit_code == 0);
  CHECK(result.err.find(
            "warning: more.toml: optimizer.momentum = 0.5 decides nothing: optimizer.name is adam") !=
        std::string::npos);
  const std::string out =
      place.run(with(kTrain, {"--config", "more.toml", "--epochs", "1", "--out", "again", "--json"})).out;
  CHECK(out.find(R"("event":"warning")") != std::string::npos);
  // Also where nothing else is said.
  const Words kSearch{"sweep", "pets",      "--recipe", "small.toml", "--config", "more.toml",
                      "--lr",  "1e-4,1e-3", "--epochs", "1",          "--trials", "2"};
  const std::string told = "warning: more.toml: optimizer.momentum = 0.5 decides nothing";
  for (const char* silent : {"--quiet", "--json"}) {
    CAPTURE(silent);
    const test::ProgramResult rate = place.run({"lr-find", "pets", "--recipe", "small.toml", "--config",
                                                "more.toml", "--steps", "20", "--overwrite", silent});
    CHECK(rate.exit_code == 0);
    CHECK(rate.err.find(told) != std::string::npos);
    const test::ProgramResult sweep = place.run(with(kSearch, {silent}));
    CHECK(sweep.exit_code == 0);
    CHECK(sweep.err.find(told) != std::string::npos);
    if (silent == std::string_view("--json"))
      CHECK(sweep.out.find("optimizer.momentum = 0.5 decides nothing") != std::string::npos);
  }
  // What a run writes down is a recipe without such values.
  const test::ProgramResult again =
      place.run({"train", "pets", "--recipe", "run/config.toml", "--epochs", "1", "--out", "third"});
  CHECK(again.exit_code == 0);
}

TEST_CASE("a limit of pictures that is no number is refused by the name of what says it") {
  const Place place;
  const test::RefusedCommand refused[] = {
      {{"inspect", "pets", "--max-megapixels", "abc"}, 2, "--max-megapixels is 'abc'"},
      {{"inspect", "pets", "--max-megapixels", "0"}, 2, "--max-megapixels is '0'"},
  };
  place.check_refused(refused);
}

TEST_CASE("seeds are whole numbers and are refused where they decide nothing") {
  const Place place;
  const test::RefusedCommand refused[] = {
      {with(kTrain, {"--split-seed=-1"}), 2, "--split-seed is '-1', expected a whole number"},
      {with(kTrain, {"--split-seed", "99999999999999999999"}), 2, "expected a whole number from 0 to"},
      {with(kTrain, {"--seed", "1.5"}), 2, "--seed is '1.5', expected a whole number"},
      {with(kTrain, {"--split-seed", "1", "--validation", "0"}), 2, "--validation 0 holds none back"},
  };
  place.check_refused(refused);
}
