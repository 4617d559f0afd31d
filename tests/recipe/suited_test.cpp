// Every network of the zoo can be planned by the recipe that is chosen for it, at every size that this shows.
#include "margay/recipe/suited.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "margay/core/error.h"
#include "margay/graph/with_input.h"
#include "margay/graph/zoo/zoo.h"
#include "margay/recipe/recipe.h"

namespace margay::recipe {
namespace {

namespace zoo = graph::zoo;

/// A recipe for pictures of this size, of the network and with changes of its own.
Config chosen(const char* recipe, const zoo::ZooNetwork& network, const Json& changes,
              const PictureSize& size) {
  Json document = load_document(recipe);
  merge_document(document, changes);
  for (const char* key : {"layers", "weights"}) document["network"].erase(key);
  document["network"]["name"] = network.name;
  let_sizes_follow(document, size);
  put_size(document, size);
  return Config::from_document(document, recipe);
}

/// The sizes that the network cannot be planned for, as the trainer does it.
std::vector<int> refused_sizes(const Config& config, int classes) {
  const graph::Graph network = build_network(config, classes);
  const double longer = std::max(config.input.width, config.input.height);
  std::vector<int> refused;
  for (const int size : config.schedule.sizes) try {
      const auto side = [&](int pixels) { return std::lround(pixels * size / longer); };
      (void)graph::with_input(network, {3, side(config.input.height), side(config.input.width)});
    } catch (const ModelError&) {
      refused.push_back(size);
    }
  return refused;
}

TEST_CASE("the recipe that is chosen for a network without weights suits it, whichever it is") {
  for (const std::string_view name : zoo::network_names()) {
    CAPTURE(name);
    const zoo::ZooNetwork& network = zoo::find_network(name);
    const int own = network.weights.crop;
    for (const PictureSize& size : {PictureSize{own, own}, PictureSize{64, 64}, PictureSize{160, 96}}) {
      CAPTURE(size.width);
      const Config config = chosen("scratch", network, changes_of_scratch(network, size), size);
      CHECK(config.input.width == size.width);
      for (const int classes : {2, 5}) CHECK(refused_sizes(config, classes).empty());
      if (size.width == own) CHECK(config.schedule.sizes.size() == (zoo::takes_any_size(network) ? 3U : 0U));
    }
  }
}

TEST_CASE("sizes that are too small for a network are left out") {
  const Json changes = changes_of_scratch(zoo::find_network("convnext_tiny"), {32, 32});
  CHECK(changes["schedule"]["sizes"] == Json::array());  // 16 and 24 pixels vanish on the way
  CHECK(changes["input"]["width"] == 32);
}

TEST_CASE("sizes of a recipe that are too small for its network become the smallest that it takes") {
  const auto sizes = [](const char* name, int side) {
    Json document = load_document("scratch");
    document["network"]["name"] = name;
    let_sizes_follow(document, {side, side});
    put_size(document, {side, side});
    let_sizes_fit_network(document);
    const Config config = Config::from_document(document, "scratch");
    CHECK(refused_sizes(config, 2).empty());
    return config.schedule.sizes;
  };
  CHECK(sizes("resnet18_slim", 192) == std::vector{96, 128, 160});
  CHECK(sizes("convnext_tiny", 32) == std::vector{32, 32, 32});
  CHECK(sizes("resnet18_slim", 32).front() > 16);
  Json broken{{"network", 5}};
  CHECK_NOTHROW(let_sizes_fit_network(broken));
}

TEST_CASE("what is no size of pictures is left for its reader to refuse") {
  const auto followed = [](const char* input, const char* sizes, int side) {
    Json document{{"input", Json::parse(input)}, {"schedule", {{"sizes", Json::parse(sizes)}}}};
    let_sizes_follow(document, {side, side});
    return document["schedule"]["sizes"];
  };
  const char* input = R"({"width": 128, "height": 96})";
  CHECK(followed(input, "[64, 96, 128]", 256) == Json{128, 192, 256});
  for (const char* odd :
       {"[1e12]", "[1000000000000]", "[0]", "[-64]", "[64.5]", "[129]", "[\"64\"]", "[[64]]"})
    CHECK(followed(input, odd, 256) == Json::parse(odd));
  for (const char* none : {R"({"width": 0, "height": 0})", R"({"width": 1099511627904, "height": -1})",
                           R"({"width": "128", "height": [96]})"})
    CHECK(followed(none, "[64]", 256) == Json::parse("[64]"));
}

TEST_CASE("the recipes that are chosen for a network with weights suit it, whichever it is") {
  for (const zoo::ZooNetwork& network : zoo::networks()) {
    CAPTURE(network.name);
    const Json changes = changes_of_finetune(network);
    const int resolution = load_recipe("finetune").network.resolution;
    const int side = zoo::takes_size(network, resolution) ? resolution : network.weights.crop;
    for (const char* recipe : {"transfer", "finetune"}) {
      if (recipe == std::string_view("transfer") && !changes.empty())
        continue;  // a head needs a linear layer
      CAPTURE(recipe);
      const Config config = chosen(recipe, network, changes, {side, side});
      CHECK(build_network(config, 5).output_shape() == graph::Shape{5});
      CHECK(refused_sizes(config, 5).empty());
    }
  }
}

}  // namespace
}  // namespace margay::recipe
