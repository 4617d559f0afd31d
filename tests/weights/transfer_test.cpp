// What a network takes of pretrained weights, and what starts anew.
#include "margay/weights/transfer.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"
#include "margay/graph/builder.h"
#include "margay/model/model.h"
#include "margay/model/safetensors.h"
#include "tests/support/temporary_folder.h"

namespace margay::weights {
namespace {

using Names = std::vector<std::string>;

graph::Graph network(int64_t outputs) {
  return graph::Builder({3, 8, 8})
      .conv2d(4, 3)
      .batch_norm2d()
      .relu()
      .global_avg_pool2d()
      .linear(outputs)
      .build();
}

graph::Weights filled(const graph::Graph& graph, float value) {
  graph::Weights weights = graph::initialize(graph, graph::Initializer::he_normal, 1);
  for (auto& [name, tensor] : weights) std::fill(tensor.values.begin(), tensor.values.end(), value);
  return weights;
}

TEST_CASE("weights of the same network are all taken") {
  const Transfer result = transfer(network(5), filled(network(5), 2), filled(network(5), 1), "file");
  CHECK(result.weights == filled(network(5), 2));
  CHECK(result.fresh.empty());
  CHECK(result.taken.size() == 8);
}

TEST_CASE("the head of another number of classes starts anew") {
  const Names head{"linear1.weight", "linear1.bias"};
  CHECK(head_parameters(network(5)) == head);
  const Transfer result = transfer(network(3), filled(network(5), 2), filled(network(3), 1), "file");
  CHECK(result.fresh == head);
  CHECK(result.taken.size() == 6);
  CHECK(result.weights.at("linear1.weight") == filled(network(3), 1).at("linear1.weight"));
  CHECK(result.weights.at("conv1.weight") == filled(network(3), 2).at("conv1.weight"));
}

TEST_CASE("a head that is missing in part starts anew as a whole") {
  graph::Weights given = filled(network(3), 2);
  given.erase("linear1.bias");
  const Transfer result = transfer(network(3), given, filled(network(3), 1), "file");
  CHECK(result.fresh.size() == 2);
  CHECK(result.weights.at("linear1.weight") == filled(network(3), 1).at("linear1.weight"));
}

TEST_CASE("a head that was trained for other classes starts anew however well it fits") {
  const test::TemporaryFolder folder;
  const std::filesystem::path file = folder / "model.safetensors";
  model::save_model(file, {.graph = network(3),
                           .weights = filled(network(3), 2),
                           .classes = {"ants", "bees", "cats"},
                           .preprocess = {.width = 8, .height = 8}});
  const auto begin = [&](const Names& classes) {
    return transfer_file(network(static_cast<int64_t>(classes.size())), file, file.string(), classes,
                         graph::Initializer::he_normal, 1);
  };
  const Transfer same = begin({"ants", "bees", "cats"});
  CHECK(same.fresh.empty());
  CHECK(same.about_head.empty());
  CHECK(same.weights.at("linear1.weight").values[0] == 2);
  for (const Names& classes : {Names{"ants", "bees", "dogs"}, Names{"bees", "ants", "cats"},
                               Names{"Ants", "bees", "cats"}, Names{"ants", "bees", "cats", "dogs"}}) {
    CAPTURE(classes[0]);
    const Transfer other = begin(classes);
    CHECK(other.fresh == head_parameters(network(3)));
    CHECK(other.about_head == "the weights are for other classes (ants, bees, cats)");
    CHECK(other.weights.at("linear1.weight").values[0] != 2);
    CHECK(other.weights.at("conv1.weight").values[0] == 2);
  }
}

/// With the seed alone the new head would be the one that the model's training began with, which the trained
/// one is still much like: it would start with its opinions about other classes.
TEST_CASE("a new head on a model of margay's is not the one that the model began with") {
  const test::TemporaryFolder folder;
  const std::filesystem::path file = folder / "model.safetensors";
  const graph::Weights first = graph::initialize(network(3), graph::Initializer::he_normal, 1);
  model::save_model(file, {.graph = network(3),
                           .weights = first,
                           .classes = {"ants", "bees", "cats"},
                           .preprocess = {.width = 8, .height = 8}});
  const auto begin = [&](uint64_t seed) {
    return transfer_file(network(3), file, file.string(), {"a", "b", "c"}, graph::Initializer::he_normal,
                         seed)
        .weights;
  };
  const std::string head = "linear1.weight";
  CHECK(begin(1).at(head) != first.at(head));
  CHECK(begin(1).at(head) != begin(2).at(head));
  CHECK(begin(1) == begin(1));
  CHECK(begin(1).at("conv1.weight") == first.at("conv1.weight"));
}

TEST_CASE("a head of a file without class names is taken and that is said") {
  const test::TemporaryFolder folder;
  const std::filesystem::path file = folder / "weights.safetensors";
  model::SafeTensors tensors;
  for (const auto& [name, tensor] : filled(network(3), 2))
    tensors.tensors.emplace(name, model::make_tensor(tensor.shape, std::span<const float>(tensor.values)));
  model::write_safetensors(file, tensors);
  const Transfer fits =
      transfer_file(network(3), file, file.string(), {"a", "b", "c"}, graph::Initializer::he_normal, 1);
  CHECK(fits.fresh.empty());
  CHECK(fits.about_head.find("does not name its classes") != std::string::npos);
  const Transfer does_not =
      transfer_file(network(2), file, file.string(), {"a", "b"}, graph::Initializer::he_normal, 1);
  CHECK(does_not.fresh.size() == 2);
  CHECK(does_not.about_head == "the weights have no head that fits");
  CHECK(does_not.weights.at("linear1.weight") ==
        graph::initialize(network(2), graph::Initializer::he_normal, 1).at("linear1.weight"));
}

TEST_CASE("weights of another network are refused by name") {
  const auto refused = [](const graph::Weights& given, const char* expected) {
    CHECK_THROWS_WITH_AS(transfer(network(3), given, filled(network(3), 1), "file"),
                         doctest::Contains(expected), ModelError);
  };
  graph::Weights given = filled(network(5), 2);
  given.at("conv1.weight").shape = {4, 3, 1, 9};
  refused(given, "conv1.weight is 4 x 3 x 1 x 9, expected 4 x 3 x 3 x 3");
  given = filled(network(5), 2);
  given.erase("conv1.bias");
  refused(given, "missing parameters: conv1.bias. Hint");
  given = filled(network(5), 2);
  given.emplace("classifier.weight", graph::Tensor{{1}, {0}});
  refused(given, "parameters that the network does not have: classifier.weight");
}

}  // namespace
}  // namespace margay::weights
