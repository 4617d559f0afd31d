// What may change of a training that goes on, and what may not.
#include "margay/recipe/lasting_settings.h"

#include <doctest/doctest.h>

#include "margay/recipe/recipe.h"

namespace margay::recipe {
namespace {

std::vector<std::string> changes(std::string_view first, std::string_view second) {
  const auto settings = [](std::string_view assignment) {
    Json document = load_document("article");
    set_value(document, assignment);
    return lasting_settings(Config::from_document(document, "article"));
  };
  return describe_changed_settings(settings(first), settings(second));
}

TEST_CASE("for how long and by what means a training goes on may change") {
  for (const char* key : {"training.epochs", "training.patience", "training.threads", "budget.seconds"}) {
    CAPTURE(key);
    CHECK(changes(std::string(key) + "=2", std::string(key) + "=3").empty());
  }
  CHECK(changes("training.device=cpu", "training.device=cuda").empty());
  CHECK(changes("training.precision=fp32", "training.precision=bf16").empty());
  CHECK(changes("description=a", "description=b").empty());
  CHECK(changes("source.data=/a", "source.data=/b").empty());
}

TEST_CASE("what else has changed is told") {
  using Words = std::vector<std::string>;
  CHECK(changes("training.batch_size=16", "training.batch_size=32") ==
        Words{"training.batch_size is 32 and was 16"});
  CHECK(changes("optimizer.name=adam", "optimizer.name=sgd") ==
        Words{"optimizer.name is \"sgd\" and was \"adam\""});
  CHECK(changes("network.name=resnet18", "network.name=resnet50") ==
        Words{"network.name is \"resnet50\" and was \"resnet18\""});
  CHECK(changes("network.layers=[{op='flatten'}]", "network.layers=[{op='relu'}]") ==
        Words{"network.layers is not what it was"});
  CHECK(changes("training.seed=1", "network.name=resnet18").front() ==
        "the network is \"resnet18\" and was a list of layers");
}

TEST_CASE("the order of keys means nothing, nor do keys of another version") {
  const Json was = Json::parse(R"({"network": {"layers": [{"op": "relu", "name": "a"}]}, "old": 1})");
  const Json is = Json::parse(R"({"new": 2, "network": {"layers": [{"name": "a", "op": "relu"}]}})");
  CHECK(describe_changed_settings(was, is).empty());
  CHECK(describe_changed_settings(Json(), is).empty());
}

TEST_CASE("a schedule that a budget stretches on its way is the same") {
  const auto stretched = [](double warmup) {
    Json document = load_document("scratch");
    document["budget"]["seconds"] = 60;
    document["schedule"]["warmup_epochs"] = warmup;
    return lasting_settings(Config::from_document(document, "scratch"));
  };
  CHECK(describe_changed_settings(stretched(1), stretched(2)).empty());
}

}  // namespace
}  // namespace margay::recipe
