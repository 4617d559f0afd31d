// What a Builder makes takes the place of a recipe's network, and is written down with it.
#include "margay/recipe/use_network.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"
#include "margay/graph/builder.h"
#include "margay/graph/zoo/zoo.h"
#include "margay/recipe/recipe.h"

using namespace margay;

namespace {

graph::Graph own_network(int64_t outputs) {
  return graph::Builder({3, 40, 48})
      .conv2d(8, 3, {.padding = graph::kSame})
      .elu()
      .max_pool2d(2)
      .global_max_pool2d()
      .linear(outputs)
      .build();
}

}  // namespace

TEST_CASE("a network of one's own is the configuration's and survives its file") {
  for (const char* name : {"article", "finetune"}) {
    CAPTURE(name);
    recipe::Config config = recipe::load_recipe(name);
    recipe::use_network(config, own_network(1));
    CHECK(config.input.height == 40);
    CHECK(config.input.width == 48);
    CHECK(recipe::build_network(config, 2) == own_network(1));
    const Json written = recipe::parse_toml(recipe::format_toml(config.to_document()), "config.toml");
    CHECK(recipe::build_network(recipe::Config::from_document(written, "config.toml"), 2) == own_network(1));
    CHECK_THROWS_WITH_AS(recipe::build_network(config, 3), doctest::Contains("gives 1, but 3 must come out"),
                         ModelError);
  }
}

TEST_CASE("every published network can be written as layers") {
  for (const std::string_view name : graph::zoo::network_names()) {
    CAPTURE(name);
    const graph::Graph network = graph::zoo::find_network(name).build({96, 96, 5});
    recipe::Config config = recipe::load_recipe("article");
    recipe::use_network(config, network);
    CHECK(recipe::build_network(config, 5) == network);
  }
}

TEST_CASE("a network that takes no pictures or too small ones is refused") {
  recipe::Config config = recipe::load_recipe("scratch");
  CHECK_THROWS_WITH_AS(recipe::use_network(config, graph::Builder({12}).linear(1).build()),
                       doctest::Contains("its input is 12"), UsageError);
  CHECK_THROWS_WITH_AS(recipe::use_network(config, own_network(1)),
                       doctest::Contains("schedule.sizes has 96"), UsageError);
  config.schedule.sizes.clear();
  CHECK_NOTHROW(recipe::use_network(config, own_network(1)));
}
