// What messages of the library name is an option or a command here, and the option of the very command where
// it has one.
#include "apps/margay/option_words.h"

#include <doctest/doctest.h>

#include "margay/core/option_text.h"

namespace margay::app {
namespace {

const std::set<std::string> kOfTrain{"validation", "label-pattern", "device", "out", "set"};
const std::set<std::string> kOfStory{"out", "set"};

TEST_CASE("options are spelled as on the command line") {
  CHECK(option_words(kOfTrain, "validation", "0.2") == "--validation 0.2");
  CHECK(option_words(kOfTrain, "split_seed", "") == "--split-seed");
  CHECK(option_words(kOfTrain, "max_bytes", "") == "--max-memory");
}

TEST_CASE("values are quoted where a shell would take them apart") {
  CHECK(option_words(kOfTrain, "label_pattern", "^([a-z]+)\\.") == "--label-pattern '^([a-z]+)\\.'");
  CHECK(option_words(kOfTrain, "split_column", "is valid") == "--split-column 'is valid'");
  CHECK(option_words(kOfTrain, "out", "it's=`here`") == "--out 'it'\\''s=`here`'");
}

TEST_CASE("settings of a recipe are given by --set") {
  CHECK(option_words(kOfTrain, "optimizer.clip_norm", "1") == "--set optimizer.clip_norm=1");
  CHECK(option_words(kOfTrain, "schedule.sizes", "[]") == "--set 'schedule.sizes=[]'");
  CHECK(option_words(kOfTrain, "training.epochs", "") == "--set training.epochs");
}

TEST_CASE("a command that lacks an option is told another way") {
  CHECK(option_words(kOfTrain, "device", "cpu") == "--device cpu");
  CHECK(option_words(kOfStory, "device", "cpu") == "--set training.device=cpu");
  CHECK(option_words({}, "device", "cpu") == "--device cpu");
  CHECK(option_words({"max-megapixels"}, "max_megapixels", "") == "--max-megapixels");
  CHECK(option_words({"cache"}, "cache", "") == "--cache");
  CHECK(option_words(kOfStory, "cache", "") == "");
  CHECK(option_words(kOfStory, "max_megapixels", "") == "the variable MARGAY_MAX_MEGAPIXELS");
}

TEST_CASE("commands stand for what is one here") {
  CHECK(option_words(kOfTrain, "resume", "my runs/a") == "margay train --resume 'my runs/a'");
  CHECK(option_words(kOfTrain, "range_test", "") == "margay lr-find");
  CHECK(option_words(kOfTrain, "inspect", "") == "'margay inspect'");
  CHECK(option_words(kOfTrain, "published_data", "pets") == "'margay dataset get pets'");
}

TEST_CASE("messages have the words of the command that is run, and leave names alone") {
  CLI::App app;
  app.add_subcommand("story")->add_option("--set");
  CLI::App* get = app.add_subcommand("dataset")->add_subcommand("get");
  get->add_option("--device");
  CHECK(option_text("device", "cpu") == "`device=cpu`");
  use_option_words(app, {"margay", "story", "`out`"});
  CHECK(option_text("device", "cpu") == "--set training.device=cpu");
  CHECK("say `device=cpu`, or `lr=1`; `my photo"_worded ==
        "say --set training.device=cpu, or --set optimizer.lr=1; `my photo");
  use_option_words(app, {"margay", "dataset", "get"});
  CHECK(option_text("device", "cpu") == "--device cpu");
  set_option_words({});
  CHECK("`validation=0.2` holds a part back, `out`"_worded == "`validation=0.2` holds a part back, `out`");
}

}  // namespace
}  // namespace margay::app
