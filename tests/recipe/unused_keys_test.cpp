// Which settings decide nothing, and who is told.
#include "margay/recipe/unused_keys.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "margay/core/error.h"
#include "margay/recipe/recipe.h"

namespace margay::recipe {
namespace {

Config config_of(const std::string& recipe, const std::vector<std::string>& settings) {
  Json document = load_document(recipe);
  for (const std::string& setting : settings) set_value(document, setting);
  return Config::from_document(document, "test");
}

std::set<std::string> unused_of(const Config& config) {
  std::set<std::string> keys;
  for (const UnusedKey& unused : unused_keys(config)) keys.insert(unused.key);
  return keys;
}

TEST_CASE("keys are used or not as other values say") {
  const struct {
    const char* key;
    std::vector<std::string> unused_with, used_with;
  } kCases[] = {{"optimizer.lr", {"training.method=head"}, {}},
                {"optimizer.clip_norm", {"training.method=head"}, {}},
                {"optimizer.momentum", {"optimizer.name=adamw"}, {"optimizer.name=sgd"}},
                {"optimizer.momentum", {}, {"optimizer.name=rmsprop"}},
                {"optimizer.nesterov", {"optimizer.name=rmsprop"}, {"optimizer.name=sgd"}},
                {"optimizer.beta1", {"optimizer.name=sgd"}, {}},
                {"optimizer.beta2", {"optimizer.name=rmsprop"}, {"optimizer.name=adamw"}},
                {"optimizer.eps", {"optimizer.name=sgd"}, {"optimizer.name=rmsprop"}},
                {"optimizer.rho", {}, {"optimizer.name=rmsprop"}},
                {"schedule.name", {"training.method=head"}, {}},
                {"schedule.warmup_epochs", {"schedule.name=one_cycle"}, {}},
                {"schedule.final_ratio", {"schedule.name=step"}, {"schedule.name=cosine"}},
                {"schedule.step_epochs", {}, {"schedule.name=step"}},
                {"schedule.factor", {"schedule.name=cosine"}, {"schedule.name=plateau"}},
                {"schedule.patience_epochs", {"schedule.name=step"}, {"schedule.name=plateau"}},
                {"loss.label_smoothing", {"training.method=head"}, {}},
                {"training.epochs", {"training.method=head"}, {}},
                {"training.epochs", {"budget.seconds=60"}, {"training.method=finetune"}},
                {"training.keep", {"training.method=head"}, {}},
                {"training.ema_decay", {}, {"training.keep=ema"}},
                {"training.min_delta", {}, {"training.patience=2"}},
                {"training.fuse", {"training.method=head"}, {}},
                {"training.batch_norm", {}, {"network.name=resnet18"}},
                {"training.batch_norm", {"network.name=squeezenet1_1"}, {"network.layers=[{op='none'}]"}},
                {"head.views", {}, {"training.method=head"}},
                {"head.folds", {}, {"training.method=finetune"}},
                {"augment.transforms", {"training.method=head"}, {"training.method=finetune"}},
                {"augment.transforms",
                 {"training.method=head", "head.views=1"},
                 {"training.method=head", "head.views=3"}},
                {"augment.mix_share", {"augment.transforms=flip"}, {"augment.transforms=flip,mixup"}},
                {"budget.networks", {}, {"budget.seconds=60"}},
                {"network.layers", {"network.name=resnet18"}, {}},
                {"network.resolution", {}, {"network.weights=imagenet"}},
                {"input.resize", {}, {"input.fit=crop"}}};
  for (const auto& one : kCases) {
    CAPTURE(one.key);
    CHECK(unused_of(config_of("article", one.unused_with)).contains(one.key));
    if (one.used_with.empty() && one.unused_with.empty()) continue;
    CHECK_FALSE(unused_of(config_of("article", one.used_with)).contains(one.key));
  }
}

TEST_CASE("every key that is called unused is one that there is") {
  for (const char* method : {"steps", "head", "finetune"})
    for (const char* optimizer : {"adam", "adamw", "sgd", "rmsprop"}) {
      const Config config = config_of("article", {fmt::format("training.method={}", method),
                                                  fmt::format("optimizer.name={}", optimizer)});
      const std::vector<std::string> known = keys_of(config.to_document());
      for (const std::string& key : unused_of(config)) {
        const bool optional = key == "network.resolution" || key == "network.fit";
        CHECK_MESSAGE((optional || std::ranges::find(known, key) != known.end()), key);
      }
    }
}

TEST_CASE("what somebody asks for by name and is unused is refused with the reason") {
  const Config config = config_of("transfer", {});
  CHECK_THROWS_WITH_AS(
      require_used(config, {"training.seed", "optimizer.lr"}, "train"),
      doctest::Contains("[train] optimizer.lr would decide nothing: training.method = \"head\""), UsageError);
  CHECK_THROWS_WITH_AS(require_used(config, {"augment.transforms"}, "train"),
                       doctest::Contains("head.views = 1"), UsageError);
  CHECK_NOTHROW(
      require_used(config, {"training.seed", "head.folds", "training.balance", "training.threads"}, "train"));
}

TEST_CASE("no recipe has a value that decides nothing") {
  for (const EmbeddedRecipe& recipe : embedded_recipes()) {
    CAPTURE(recipe.name);
    const Json document = load_document(recipe.name);
    CHECK(unused_values(Config::from_document(document, recipe.name), document) ==
          std::vector<std::string>());
    // Nor has what a run writes down.
    const Config config = Config::from_document(document, recipe.name);
    CHECK(unused_values(config, config.to_document()) == std::vector<std::string>());
  }
}

TEST_CASE("a document is told which of its values decide nothing") {
  Json document = load_document("transfer");
  merge_document(
      document, parse_json(R"({"optimizer": {"lr": 0.5, "beta1": 0.9}, "training": {"epochs": 9}})", "test"));
  const std::vector<std::string> told = unused_values(Config::from_document(document, "test"), document);
  REQUIRE(told.size() == 2);
  CHECK(told[0].starts_with("optimizer.lr = 0.5 decides nothing: training.method = \"head\""));
  CHECK(told[1].starts_with("training.epochs = 9 decides nothing: "));
}

}  // namespace
}  // namespace margay::recipe
