// Only what differs is told, in as few words as tell it apart.
#include "margay/analysis/config_differences.h"

#include <doctest/doctest.h>

#include "margay/analysis/short_paths.h"
#include "margay/text/difference_text.h"
#include "margay/text/text_table.h"

namespace margay::analysis {
namespace {

using Texts = std::vector<std::string>;

std::vector<ConfigDifference> differences(const std::vector<const char*>& texts) {
  std::vector<Json> documents;
  for (const char* text : texts) documents.push_back(Json::parse(text));
  return config_differences(documents);
}

TEST_CASE("configurations that are the same differ in nothing and descriptions do not count") {
  CHECK(differences({R"({"a": {"b": 1}})", R"({"a": {"b": 1.0}})"}).empty());
  CHECK(differences({R"({"description": "x", "a": 1})", R"({"description": "y", "a": 1})"}).empty());
  CHECK(differences({"{}", "{}"}).empty());
}

TEST_CASE("keys are named with their tables and values as people write them") {
  const auto found = differences({
      R"({"optimizer": {"lr": 0.001, "name": "adam"}, "augment": {"transforms": ""}, "source": {"data": "/x/pets"}})",
      R"({"optimizer": {"lr": 1e-7, "name": "adam", "nesterov": true}, "augment": {"transforms": "flip"},
          "source": {"data": "/y/cats"}})",
      R"({"optimizer": {"lr": 0.001, "name": "adam"}, "augment": {"transforms": ""}, "source": {"data": "/x/pets"}})",
  });
  REQUIRE(found.size() == 4);
  CHECK(found[0].key == "augment.transforms");
  CHECK(text::texts_of(found[0]) == Texts{"none", "flip", "none"});
  CHECK(found[1].key == "optimizer.lr");
  CHECK(text::texts_of(found[1]) == Texts{"0.001", "1e-07", "0.001"});
  CHECK(found[2].key == "optimizer.nesterov");
  CHECK(text::texts_of(found[2]) == Texts{"-", "true", "-"});
  CHECK(found[2].values[0].is_null());
  CHECK(found[3].key == "source.data");
  CHECK(text::texts_of(found[3]) == Texts{"pets", "cats", "pets"});
}

TEST_CASE("of layers those are told that are not in every network") {
  const char* const plain = R"({"network": {"layers": [{"op": "relu"}, {"op": "flatten"}]}})";
  const char* const dropped = R"({"network": {"layers": [{"op": "relu"}, {"op": "dropout", "rate": 0.2},
      {"op": "flatten"}, {"op": "dropout", "rate": 0.2}]}})";
  const char* const moved = R"({"network": {"layers": [{"op": "flatten"}, {"op": "relu"}]}})";
  CHECK(text::texts_of(differences({plain, dropped})[0]) ==
        Texts{"2 layers", "4 layers: 2 x dropout rate=0.2"});
  CHECK(text::texts_of(differences({plain, moved})[0]) == Texts{"2 layers", "2 layers in another order"});
}

TEST_CASE("a published network differs from layers by its name and has none") {
  const Json configs[] = {{{"network", {{"layers", {{{"op", "relu"}}, {{"op", "linear"}}}}}}},
                          {{"network", {{"name", "resnet18"}}}}};
  const auto differences = analysis::config_differences(configs);
  REQUIRE(differences.size() == 2);
  CHECK(text::texts_of(differences[0]) == std::vector<std::string>{"2 layers: linear, relu", "none"});
  CHECK(differences[1].key == "network.name");
}

TEST_CASE("paths keep as few parts as leave them different") {
  const auto of = [](const Texts& paths) { return short_paths(paths); };
  CHECK(of({"runs/a", "runs/b/"}) == Texts{"a", "b"});
  CHECK(of({"/x/run", "/y/run", "/y/other"}) == Texts{"x/run", "y/run", "y/other"});
  CHECK(of({"run", "/y/run"}) == Texts{"run", "y/run"});
  CHECK(of({"/a/b", "/a/b"}) == Texts{"b", "b"});
  CHECK(of({"/", ""}) == Texts{"/", ""});
  CHECK(of({}).empty());
}

TEST_CASE("tables are aligned by letters and not by bytes") {
  CHECK(text::format_text_table({{"run", "n"}, {"ä", "10"}}, text::Align::right) == "run    n\nä     10\n");
  CHECK(text::format_text_table({{"run", "n", "x"}, {"ä", "10", "y"}}, text::Align::left) ==
        "run   n    x\nä     10   y\n");
  CHECK(text::format_text_table({}, text::Align::left).empty());
}

}  // namespace
}  // namespace margay::analysis
