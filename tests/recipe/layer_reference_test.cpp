// docs/layers.md is what the tables of layers say, and every example on it makes a network.
#include "margay/graph/layer_reference.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <set>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/recipe/recipe.h"

using namespace margay;
namespace fs = std::filesystem;

namespace {

std::string page() {
  return read_text_file(fs::path(MARGAY_TEST_FOLDER).parent_path() / "docs/layers.md");
}

/// The text of every block of TOML on a page.
std::vector<std::string> examples_of(const std::string& text) {
  constexpr std::string_view kBegin = "```toml\n", kEnd = "\n```";
  std::vector<std::string> found;
  for (size_t at = text.find(kBegin); at != text.npos; at = text.find(kBegin, at)) {
    const size_t begin = at + kBegin.size();
    at = text.find(kEnd, begin);
    found.push_back(text.substr(begin, at - begin));
  }
  return found;
}

Json layers_of(const std::string& example) {
  return recipe::parse_toml("layers = [\n" + example + "\n]", "example").at("layers");
}

/// The layers of an example and what makes a network of them.
graph::Graph network_of(Json layers) {
  recipe::Config config;
  config.input.width = config.input.height = 64;
  config.network.layers = layers;
  for (const char* end : {R"({"op": "global_avg_pool2d"})", R"({"op": "first_token"})"}) try {
      Json ended = layers;
      ended.push_back(Json::parse(end));
      ended.push_back({{"op", "linear"}, {"out_features", "classes"}});
      config.network.layers = ended;
      return recipe::build_network(config, 3);
    } catch (const ModelError&) {
    }
  layers.push_back({{"op", "linear"}, {"out_features", "classes"}});
  config.network.layers = layers;
  return recipe::build_network(config, 3);
}

}  // namespace

TEST_CASE("docs/layers.md is up to date") {
  CHECK_MESSAGE(page() == graph::format_layers_as_markdown(),
                "run: build/margay recipe layers --markdown > docs/layers.md");
}

TEST_CASE("every layer has a summary, a meaning of each key and an example that makes a network") {
  for (const graph::Layer& layer : graph::layers()) {
    CAPTURE(layer.name);
    CHECK_FALSE(layer.words.summary.empty());
    for (const graph::AttributeSpec& attribute : layer.attributes) CHECK_FALSE(attribute.meaning.empty());
    const Json layers = layers_of(std::string(layer.words.example));
    std::set<std::string> shown;
    for (const Json& one : layers) shown.insert(one.at("op").get<std::string>());
    CHECK(shown.contains(std::string(layer.name)));
    CHECK(network_of(layers).output_shape() == graph::Shape{3});
  }
}

TEST_CASE("every block of TOML on the page is read") {
  const std::vector<std::string> examples = examples_of(page());
  CHECK(examples.size() == graph::layers().size() + 1);
  CHECK(recipe::parse_toml(examples.front(), "page").contains("network"));
  for (size_t i = 1; i < examples.size(); ++i) CHECK(layers_of(examples[i]).size() > 0);
}

TEST_CASE("defaults on the page are those that a layer gets") {
  const graph::Graph pool = network_of(layers_of(R"({ op = "max_pool2d", kernel = 3 })"));
  CHECK(pool.nodes()[1].integer("stride") == 3);
  const std::string text = graph::format_layer("max_pool2d");
  CHECK(text.find("(default: kernel)") != std::string::npos);
  CHECK(text.find("(has to be given)") != std::string::npos);
  CHECK(graph::format_layer("elu").find("(default: 1)") != std::string::npos);
  CHECK_THROWS_WITH_AS(graph::format_layer("conv"), doctest::Contains("did you mean 'conv2d'"), ModelError);
  CHECK_THROWS_WITH_AS(graph::format_layer("input"), doctest::Contains("the input is no layer"), ModelError);
  CHECK_THROWS_WITH_AS(graph::format_layer("softmax"), doctest::Contains("softmax is no layer"), ModelError);
  CHECK_THROWS_WITH_AS(graph::format_layer("xyzzy"), doctest::Contains("known are conv2d,"), ModelError);
}
