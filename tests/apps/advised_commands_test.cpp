// Actions become commands that work for this run, whatever its paths are called.
#include "apps/margay/advised_commands.h"

#include <doctest/doctest.h>

#include "margay/core/atomic_file.h"
#include "margay/core/shell_word.h"
#include "margay/text/finding_text.h"
#include "tests/support/temporary_folder.h"

namespace margay::app {
namespace {

using analysis::Action;
using analysis::ActionPictures;
using Kind = Action::Kind;

workflow::AdviceSubject subject() {
  return {.run_path = "my runs/a", .data_name = "my pets"};
}

std::string command(const workflow::AdviceSubject& subject, const Action& action) {
  return CommandWords(subject, text::Language::english).command(action);
}

TEST_CASE("each action has a command that quotes what a shell would take apart") {
  CHECK(command(subject(), {.kind = Kind::none}).empty());
  CHECK(command(subject(), {.kind = Kind::predict}) == "margay predict 'my runs/a' photo.jpg");
  CHECK(command(subject(), {.kind = Kind::inspect}) == "margay inspect 'my pets'");
  CHECK(command(subject(), {.kind = Kind::show, .count = 20}) == "margay show 'my pets' --count 20");
  CHECK(command(subject(), {.kind = Kind::summarize, .recipe = "article"}) == "margay summary article");
  CHECK(command(subject(), {.kind = Kind::copy_recipe, .recipe = "my recipe's.toml"}) ==
        "margay recipe show 'my recipe'\\''s.toml' > my.toml");
  CHECK(command(subject(), {.kind = Kind::resume, .epochs = 30}) ==
        "margay train --resume 'my runs/a' --epochs 30");
  CHECK(command(subject(), {.kind = Kind::resume, .without_patience = true}) ==
        "margay train --resume 'my runs/a' --patience 0");
  CHECK(command(subject(), {.kind = Kind::tell_story}) == "margay story my-pictures");
}

TEST_CASE("a training is advised by recipe, rate, augmentation and network") {
  CHECK(command(subject(), {.kind = Kind::train, .recipe = "article", .learning_rate = 1e-5}) ==
        "margay train 'my pets' --recipe article --set optimizer.lr=1e-5");
  CHECK(command(subject(), {.kind = Kind::train, .recipe = "mine.toml", .augment = "flip,rotate=15"}) ==
        "margay train 'my pets' --recipe mine.toml --augment flip,rotate=15");
  CHECK(command(subject(), {.kind = Kind::train, .recipe = "mine.toml", .keep_best = true}) ==
        "margay train 'my pets' --recipe mine.toml --keep best");
  workflow::AdviceSubject named = subject();
  named.network = "resnet18";
  CHECK(command(named, {.kind = Kind::train, .recipe = "finetune", .same_network = true}) ==
        "margay train 'my pets' --recipe finetune --network resnet18");
  CHECK(command(named, {.kind = Kind::train, .recipe = "finetune"}) ==
        "margay train 'my pets' --recipe finetune");
}

TEST_CASE("commands read and split the data as the run did") {
  workflow::AdviceSubject named = subject();
  named.source.reading.label_pattern = "^([a-z]+)";
  named.source.reading.validation = 0.3;
  CHECK(command(named, {.kind = Kind::train, .recipe = "transfer"}) ==
        "margay train 'my pets' --label-pattern '^([a-z]+)' --validation 0.3 --recipe transfer");
  CHECK(command(named, {.kind = Kind::evaluate, .pictures = ActionPictures::test}) ==
        "margay evaluate 'my runs/a' 'my pets' --label-pattern '^([a-z]+)' --split test");
  named.source.reading.max_megapixels = "400";
  CHECK(command(named, {.kind = Kind::evaluate, .pictures = ActionPictures::validation}) ==
        "margay evaluate 'my runs/a' 'my runs/a/manifest.csv' --max-megapixels 400 --split validation");
  workflow::AdviceSubject slash{.run_path = "r1/", .data_name = "pets"};
  CHECK(command(slash, {.kind = Kind::evaluate, .pictures = ActionPictures::validation}) ==
        "margay evaluate r1/ r1/manifest.csv --split validation");
  CHECK(command(slash, {.kind = Kind::evaluate, .pictures = ActionPictures::others}) ==
        "margay evaluate r1/ OTHER-PICTURES");
}

TEST_CASE("a run is repeated from its own files") {
  workflow::AdviceSubject run{.run_path = "runs/a", .data_name = "pets"};
  CHECK(command(run, {.kind = Kind::repeat}) ==
        "margay train runs/a/manifest.csv --recipe runs/a/config.toml --out runs/a-again");
  run.has_broken_pictures = true;
  CHECK(command(run, {.kind = Kind::repeat}).ends_with("--out runs/a-again --allow-broken"));
}

TEST_CASE("a run that cannot go on is trained anew on its data, in another folder") {
  const test::TemporaryFolder folder;
  write_file_atomically(folder / "my pets.csv", "");
  workflow::AdviceSubject run{.run_path = "runs/a"};
  run.source.data = folder / "my pets.csv";
  run.source.reading.label_column = "breed";
  run.source.split_seed = 2;
  const std::string options = " --label-column breed --split-seed 2 --recipe runs/a/config.toml --out OTHER";
  CHECK(command(run, {.kind = Kind::train_anew}) ==
        "margay train " + shell_word(run.source.data.string()) + options);
  run.source.data = folder / "moved.csv";
  CHECK(command(run, {.kind = Kind::train_anew}) == "margay train DATA" + options);
}

TEST_CASE("settings are named by their options here, and by their keys where there is no command line") {
  const CommandWords words(subject(), text::Language::english);
  CHECK(words.setting("training.precision", "fp32") == "--precision fp32");
  CHECK(words.setting("training.threads") == "--threads");
  CHECK(words.setting("optimizer.clip_norm", "1") == "--set optimizer.clip_norm=1");
  CHECK(text::plain_english().setting("training.precision", "fp32") == "training.precision = fp32");
  const analysis::Finding lost{.condition = analysis::Condition::not_finite,
                               .facts = analysis::NotFinite{},
                               .advice = analysis::Advice::full_precision};
  CHECK(text::advice_text(lost, words).find("--precision fp32") != std::string::npos);
  CHECK(text::advice_text(lost, text::plain_english()).find("--") == std::string::npos);
  CHECK(words.tool(text::Tool::training) == "margay train");
  CHECK(text::plain_english().tool(text::Tool::training) == "a training");
}

}  // namespace
}  // namespace margay::app
