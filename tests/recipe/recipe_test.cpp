#include "margay/recipe/recipe.h"

#include <doctest/doctest.h>

#include <limits>

#include "margay/core/atomic_file.h"
#include "margay/graph/operator.h"
#include "margay/graph/zoo/zoo.h"
#include "tests/support/temporary_folder.h"

using namespace margay;

namespace {

std::string message_of(const Json& document) {
  try {
    recipe::Config::from_document(document, "my.toml");
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("every embedded recipe builds its network for two and for seven classes") {
  REQUIRE(recipe::embedded_recipes().size() >= 2);
  for (const recipe::EmbeddedRecipe& embedded : recipe::embedded_recipes()) {
    const recipe::Config config = recipe::load_recipe(embedded.name);
    CHECK_FALSE(config.description.empty());
    CHECK(recipe::build_network(config, 2).output_shape() == graph::Shape{1});
    CHECK(recipe::build_network(config, 7).output_shape() == graph::Shape{7});
  }
}

TEST_CASE("article is the network and the training of the article") {
  const recipe::Config config = recipe::load_recipe("article");
  const graph::Graph network = recipe::build_network(config, 2);
  int64_t parameters = 0;
  for (const graph::GraphParameter& parameter : graph::parameters_of(network))
    parameters += graph::element_count(parameter.spec.shape);
  // 3*16*9+16 + 16*32*9+32 + 32*64*9+64 + 64*18*18*512+512 + 512+1
  CHECK(parameters == 10'641'441);
  CHECK(config.input.width == 150);
  CHECK(config.training.epochs == 15);
  CHECK(config.training.batch_size == 128);
  CHECK(config.optimizer.lr == doctest::Approx(1e-3));
  CHECK(config.optimizer.eps == doctest::Approx(1e-7));
  CHECK(config.augment.empty());
}

TEST_CASE("article-regularized adds dropout after the first and the last pool and augmentation") {
  const graph::Graph network = recipe::build_network(recipe::load_recipe("article-regularized"), 2);
  std::vector<int> dropouts;
  std::vector<int> pools;
  for (int i = 0; i < static_cast<int>(network.nodes().size()); ++i) {
    if (network.nodes()[i].op == "dropout") dropouts.push_back(i);
    if (network.nodes()[i].op == "max_pool2d") pools.push_back(i);
  }
  REQUIRE(dropouts.size() == 2);
  REQUIRE(pools.size() == 3);
  CHECK(dropouts[0] == pools[0] + 1);
  CHECK(dropouts[1] == pools[2] + 1);
  CHECK(network.nodes()[dropouts[0]].number("rate") == doctest::Approx(0.2));
  const std::string augment = recipe::load_recipe("article-regularized").augment;
  for (const char* part : {"flip", "rotate=45", "zoom=0.5", "shift"})
    CHECK(augment.find(part) != std::string::npos);
}

TEST_CASE("what was decided is written as TOML and read back the same") {
  recipe::Config config = recipe::load_recipe("article-regularized");
  config.training.seed = 7;
  config.training.keep = recipe::Keep::best;
  config.source.data = "/data/my pets";
  config.source.classes = {"cats \"and\" kittens", "dogs"};
  const std::string text = recipe::format_toml(config.to_document());
  const recipe::Config read =
      recipe::Config::from_document(recipe::parse_toml(text, "config.toml"), "config.toml");
  CHECK(read.to_document() == config.to_document());
}

TEST_CASE("numbers are written as short as they read back and stay what they are") {
  const std::pair<double, const char*> numbers[] = {{0.3, "0.3"},     {1e-7, "1e-07"},
                                                    {3e-4, "0.0003"}, {1, "1.0"},
                                                    {1e20, "1e+20"},  {0.1 + 0.2, "0.30000000000000004"},
                                                    {-2.5, "-2.5"},   {300'000, "300000.0"}};
  for (const auto& [number, text] : numbers) {
    Json document = Json::object();
    document["value"] = number;
    CHECK(recipe::format_toml(document) == fmt::format("value = {}\n", text));
    const Json read = recipe::parse_toml(recipe::format_toml(document), "test");
    CHECK(read["value"].is_number_float());
    CHECK(read == document);
  }
  for (const double odd :
       {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()}) {
    Json document = Json::object();
    document["value"] = odd;
    CHECK(recipe::parse_toml(recipe::format_toml(document), "test") == document);
  }
}

TEST_CASE("texts, keys and nested values of any kind are written as TOML reads them") {
  Json document;
  document["late"] =
      Json::parse(R"({"inner": {"deep": [1, [true, "x"], {"a": 1.5}], "none": {}, "empty": []}})");
  document["plain"] = std::string("\"quoted\" \\ tab\t line\n \x7f \x01 \u00e9 'single'");
  document["two words"] = 1;
  document[""] = 2;
  document["tables"] = Json::parse(R"({"a.b": {"c d": false}})");
  document["list"] = std::vector<std::string>(40, "a long list goes over lines");
  CHECK(recipe::parse_toml(recipe::format_toml(document), "test") ==
        recipe::parse_toml(recipe::format_toml(recipe::parse_toml(recipe::format_toml(document), "test")),
                           "test"));
  const Json read = recipe::parse_toml(recipe::format_toml(document), "test");
  CHECK(read.size() == document.size());
  for (const auto& [name, value] : document.items()) {
    const std::string& key = name;
    CAPTURE(key);
    CHECK(nlohmann::json(read.at(key)) == nlohmann::json(value));
  }
}

TEST_CASE("rmsprop has the defaults of Keras and what a setting says") {
  const auto read = [](const char* text) {
    return recipe::Config::from_document(recipe::parse_toml(text, "test"), "test").optimizer;
  };
  const recipe::OptimizerConfig plain = read("optimizer.name = \"rmsprop\"");
  CHECK(plain.name == recipe::OptimizerName::rmsprop);
  CHECK(plain.lr == 1e-3);
  CHECK(plain.rho == 0.9);
  CHECK(plain.momentum == 0);
  CHECK(plain.eps == 1e-7);
  const recipe::OptimizerConfig other =
      read("optimizer = { name = \"rmsprop\", momentum = 0.5, rho = 0.99, eps = 1e-8 }");
  CHECK(other.rho == 0.99);
  CHECK(other.momentum == 0.5);
  CHECK(other.eps == 1e-8);
  CHECK(read("optimizer.name = \"sgd\"").momentum == 0.9);
}

TEST_CASE("a published network takes the place of layers by its name") {
  Json document = recipe::load_document("article");
  document["network"] = {{"name", "mobilenet_v2"}};
  const recipe::Config config = recipe::Config::from_document(document, "my.toml");
  CHECK(config.network.initializer == graph::Initializer::he_normal);
  const graph::Graph network = recipe::build_network(config, 2);
  CHECK(network.input_shape() == graph::Shape{3, 150, 150});
  CHECK(network.output_shape() == graph::Shape{1});
  CHECK(recipe::build_network(config, 7).output_shape() == graph::Shape{7});

  CHECK_FALSE(config.to_document()["network"].contains("weights"));

  document["network"]["weights"] = "imagenet";
  document["network"]["fit"] = "pad";
  const Json written = recipe::Config::from_document(document, "my.toml").to_document();
  CHECK(written["network"]["weights"] == "imagenet");
  CHECK(written["network"]["fit"] == "pad");
  CHECK(recipe::Config::from_document(written, "config.toml").to_document() == written);
  CHECK_FALSE(written["network"].contains("layers"));

  Json both = recipe::load_document("article");
  recipe::set_value(both, "network.name=convnext_tiny");
  const recipe::Config over = recipe::Config::from_document(both, "article");
  CHECK(over.network.layers.empty());
  CHECK(over.network.initializer == graph::Initializer::glorot_uniform);
  CHECK(recipe::build_network(over, 2).nodes()[1].name == "features.0.0");
}

TEST_CASE("settings change values and keep their types") {
  Json document = recipe::load_document("article");
  recipe::set_value(document, "optimizer.lr=3e-4");
  recipe::set_value(document, "training.keep=best");
  recipe::set_value(document, "training.epochs=3");
  const recipe::Config config = recipe::Config::from_document(document, "article");
  CHECK(config.optimizer.lr == doctest::Approx(3e-4));
  CHECK(config.training.keep == recipe::Keep::best);
  CHECK(config.training.epochs == 3);
  CHECK_THROWS_AS(recipe::set_value(document, "no-equals-sign"), UsageError);
  CHECK_THROWS_AS(recipe::set_value(document, "optimizer.lr.deeper=1"), UsageError);
}

TEST_CASE("a configuration that makes no sense is refused with the name of the setting") {
  struct Row {
    const char* change;
    const char* expected;
  };
  const Row rows[] = {
      {R"({"optimzer": {}})", "did you mean 'optimizer'"},
      {R"({"optimizer": {"learning_rate": 1}})", "optimizer.learning_rate"},
      {R"({"optimizer": {"learning_rate": 1}})", "did you mean 'optimizer.lr'?"},
      {R"({"lr": 0.1})", "there is no setting 'lr'. Hint: did you mean 'optimizer.lr'?"},
      {R"({"training": {"lr": 0.1}})", "did you mean 'optimizer.lr'?"},
      {R"({"optimizer": {"epochs": 3}})", "did you mean 'training.epochs'?"},
      {R"({"epoch": 3})", "did you mean 'training.epochs'?"},
      {R"({"widht": 3})", "did you mean 'input.width'?"},
      {R"({"batch": 3})", "did you mean 'training.batch_size'?"},
      {R"({"decay": 3})", "'optimizer.weight_decay'"},
      {R"({"name": "sgd"})", "'network.name', 'optimizer.name' or 'schedule.name'"},
      {R"({"warmup": 3})", "did you mean 'schedule.warmup_epochs'?"},
      {R"({"optimizer": {"decay": 3}})", "did you mean 'optimizer.weight_decay'?"},
      {R"({"imgsz": 3})", "did you mean 'input.width' or 'input.height'?"},
      {R"({"loss": {"xyzzy": 3}})", "known here: loss.focal_gamma, loss.label_smoothing"},
      {R"({"optimizer": "sgd"})",
       "optimizer is \"sgd\"; expected a table. Hint: did you mean 'optimizer.name'?"},
      {R"({"optimizer": {"lr": -1}})", "optimizer.lr is -1"},
      {R"({"optimizer": {"lr": "fast"}})", "optimizer.lr is \"fast\""},
      {R"({"optimizer": {"name": "adamm"}})", "optimizer.name"},
      {R"({"training": {"epochs": 0}})", "training.epochs is 0"},
      {R"({"training": {"epochs": 1.5}})", "whole number"},
      {R"({"training": {"batch_size": 1000000}})", "training.batch_size"},
      {R"({"training": {"seed": -3}})", "training.seed"},
      {R"({"training": {"keep": "worst"}})", "\"last\", \"best\" or"},
      {R"({"training": {"precision": 16}})", "training.precision"},
      {R"({"training": 3})", "expected a table"},
      {R"({"augment": {"transforms": "filp"}})", "flip"},
      {R"({"input": {"widht": 3}})", "input.width"},
      {R"({"input": {"width": 0}})", "input.width is 0; expected a whole number from 1 to 16384"},
      {R"({"input": {"width": 3.5}})", "input.width is 3.5; expected a whole number from 1 to 16384"},
      {R"({"input": {"pad_value": 256}})", "input.pad_value is 256; expected a whole number from 0 to 255"},
      {R"({"input": {"fit": 3}})", "[input] 'fit' is 3, expected a text"},
      {R"({"input": {"fit": "sqash"}})", "did you mean 'squash'?"},
      {R"({"input": {"fit": "Squash"}})", "[input] there is no fit 'Squash'"},
      {R"({"input": {"std": [1, 0, 1]}})", "[input] std is 0, expected numbers above 0"},
      {R"({"input": {"resize": -5}})", "input.resize is -5"},
      {R"({"training": {"keep": "bst"}})", "did you mean 'best'?"},
      {R"({"input": {"fit": "stretch"}})", "squash"},
      {R"({"source": {"classes": [1]}})", "source.classes"},
      {R"({"network": {"name": "mobilenetv2"}})", "did you mean 'mobilenet_v2'"},
      {R"({"network": {"name": 3}})", "network.name"},
      {R"({"network": {"weights": 3}})", "network.weights"},
      {R"({"network": {"fit": "stretch"}})", "network.fit is \"stretch\""},
      {R"({"head": {"decays": [1], "l2": [1]}})",
       "there is no setting 'head.decays'. Hint: it is called 'head.l2' now"},
      {R"({"head": {"decays": 1}})", "head.l2 is 1; expected a list"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.change);
    Json document = recipe::load_document("article");
    recipe::merge_document(document, Json::parse(row.change));
    CHECK(message_of(document).find(row.expected) != std::string::npos);
    CHECK(message_of(document).find("my.toml") != std::string::npos);
  }
}

TEST_CASE("settings of earlier versions are read under the names that they have now") {
  const recipe::Config config =
      recipe::Config::from_document(Json::parse(R"({"head": {"decays": [2]}, "network": {"levels": 3},
                      "optimizer": {"first_layer_ratio": 0.5}})"),
                                    "my.toml");
  CHECK(config.head.l2 == std::vector<double>{2});
  CHECK(config.network.head_scales == 3);
  CHECK(config.optimizer.first_to_last_lr_ratio == 0.5);
  CHECK(config.to_document()["head"]["l2"] == Json{2.0});
}

TEST_CASE("TOML that cannot be read says where") {
  for (const char* text : {"a = ", "[a", "a = 1\na = 2", "a = 2020-01-01", "= 3", "a = \"open"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(recipe::parse_toml(text, "broken.toml"), UsageError);
  }
}

TEST_CASE("recipes are found by name and by path and misspelt ones get a suggestion") {
  const test::TemporaryFolder folder;
  write_file_atomically(folder / "mine.toml", recipe::embedded_recipes()[0].text);
  CHECK(recipe::load_recipe((folder / "mine.toml").string()).source.recipe ==
        (folder / "mine.toml").string());
  CHECK_THROWS_WITH_AS(recipe::load_recipe("artcle"), doctest::Contains("did you mean 'article'"),
                       UsageError);
  CHECK_THROWS_AS(recipe::load_recipe((folder / "none.toml").string()), IoError);
}
