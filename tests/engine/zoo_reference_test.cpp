// The published networks against torchvision's, which tests/support/zoo_reference.py asks once per machine:
// logits of engine and runtime, the gradients and statistics of a step of training, and the rates of dropout.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <set>

#include "margay/core/atomic_file.h"
#include "margay/core/random.h"
#include "margay/engine/network.h"
#include "margay/engine/torch_executor.h"
#include "margay/graph/graph_json.h"
#include "margay/graph/operator.h"
#include "margay/graph/zoo/zoo.h"
#include "margay/model/safetensors.h"
#include "margay/runtime/runtime.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
namespace fs = std::filesystem;

namespace {

/// Of logits, and of gradients, to the greatest of their tensor.
constexpr double kTolerance = 1e-4;

fs::path cache_folder() {
  const char* folder = std::getenv("MARGAY_TEST_CACHE");
  return folder != nullptr ? folder : fs::temp_directory_path() / "margay-test-cache";
}

/// References that an older script made.
void remove_outdated(const std::string& name, const fs::path& current) {
  for (const fs::directory_entry& entry : fs::directory_iterator(current.parent_path()))
    if (entry.path() != current && entry.path().filename().string().starts_with(name + "-"))
      fs::remove(entry.path());
}

/// What torchvision says; nothing, and a line that makes ctest show the test as skipped, where it is missing.
std::optional<model::SafeTensors> find_reference(const std::string& name) {
  const fs::path python = "/usr/bin/python3";
  const fs::path script = fs::path(MARGAY_TEST_FOLDER) / "support/zoo_reference.py";
  const fs::path file =
      cache_folder() / fmt::format("{}-{:016x}.safetensors", name, hash_text(read_text_file(script)));
  if (!fs::exists(file)) {
    fs::create_directories(file.parent_path());
    const test::TemporaryFolder folder;
    const test::ProgramResult made =
        fs::exists(python)
            ? test::Program(folder.path(), {python.string(), script.string(), name, file.string()}).wait()
            : test::ProgramResult{77, "", ""};
    if (made.exit_code == 77) {
      std::cout << "SKIPPED: needs Debian's python3-torchvision\n";
      return std::nullopt;
    }
    REQUIRE_MESSAGE(made.exit_code == 0, made.err);
    remove_outdated(name, file);
  }
  return model::read_safetensors(file);
}

at::Tensor tensor_of(const model::SafeTensor& stored) {
  return engine::to_tensor({stored.shape, model::to_float32(stored)}, at::kCPU);
}

graph::Weights weights_of(const model::SafeTensors& reference) {
  graph::Weights weights;
  for (const auto& [name, stored] : reference.tensors)
    if (stored.dtype == model::DType::bf16)
      weights.emplace(name, graph::Tensor{stored.shape, model::to_float32(stored)});
  return weights;
}

graph::Graph without_dropout(const graph::Graph& graph) {
  Json json = graph::to_json(graph);
  for (Json& node : json["nodes"])
    if (node["attributes"].contains("rate")) node["attributes"]["rate"] = 0.0;
  return graph::graph_from_json(json, "test");
}

double difference(const at::Tensor& found, const at::Tensor& expected) {
  return (found - expected).abs().max().item<double>();
}

double greatest(const at::Tensor& values) {
  return values.abs().max().item<double>();
}

/// At most 2,000 values, evenly spaced, as the reference has them.
at::Tensor every_few(const at::Tensor& gradient) {
  const at::Tensor flat = gradient.contiguous().flatten();
  return flat.slice(0, 0, flat.numel(), (flat.numel() + 1999) / 2000);
}

void check_logits(predict::Executor& executor, const at::Tensor& pictures, const at::Tensor& expected) {
  const at::Tensor last = pictures.permute({0, 2, 3, 1}).contiguous();
  const std::vector<float> logits = executor.run({last.data_ptr<float>(), static_cast<size_t>(last.numel())},
                                                 static_cast<int>(last.size(0)));
  const at::Tensor found = engine::to_tensor({expected.sizes().vec(), logits}, at::kCPU);
  CHECK(difference(found, expected) <= kTolerance * greatest(expected));
}

void train_once(engine::Network& network, const model::SafeTensors& reference, at::ScalarType type) {
  for (engine::NamedTensor named : network.tensors()) named.tensor.set_data(named.tensor.to(type));
  const at::Tensor pictures = tensor_of(reference.tensors.at("reference.input")).to(type);
  const at::Tensor logits = network.forward(pictures, {.training = true});
  (logits * tensor_of(reference.tensors.at("reference.weight"))).sum().backward();
}

/// In float32 a value near zero may fall on the other side of a relu, which changes the gradients of a
/// channel: all gradients together are compared.
void check_gradients(engine::Network& network, const model::SafeTensors& reference) {
  train_once(network, reference, at::kFloat);
  double error = 0, size = 0;
  for (const engine::NamedTensor& named : network.tensors()) {
    if (!named.trained) continue;
    const at::Tensor expected = tensor_of(reference.tensors.at("gradient." + named.name));
    error += (every_few(named.tensor.grad()) - expected).square().sum().item<double>();
    size += expected.square().sum().item<double>();
  }
  CHECK(std::sqrt(error) <= 5e-2 * std::sqrt(size));
}

/// In float64 each is compared, and what batch norms remember of the step. Those that are zero but for
/// rounding, such as that of a bias before a batch norm, are measured by the greatest of all.
void check_each_gradient(engine::Network& network, const model::SafeTensors& reference) {
  train_once(network, reference, at::kDouble);
  double greatest_of_all = 0;
  for (const auto& [name, stored] : reference.tensors)
    if (name.starts_with("gradient."))
      greatest_of_all = std::max(greatest_of_all, greatest(tensor_of(stored)));
  for (const engine::NamedTensor& named : network.tensors()) {
    CAPTURE(named.name);
    if (!named.trained) {
      const at::Tensor updated = tensor_of(reference.tensors.at("updated." + named.name));
      CHECK(difference(named.tensor, updated) <= 1e-6 * greatest(updated));
      continue;
    }
    const at::Tensor expected = tensor_of(reference.tensors.at("gradient." + named.name));
    CHECK(difference(every_few(named.tensor.grad()), expected) <=
          kTolerance * std::max(greatest(expected), 1e-6 * greatest_of_all));
  }
}

/// Rates above 0 are the same; a module that torchvision makes and never calls has no node.
void check_rates(const graph::Graph& graph, const model::SafeTensors& reference) {
  std::set<std::string> rates;
  for (const graph::Node& node : graph.nodes()) {
    if (!node.attributes.contains("rate") || node.number("rate") == 0) continue;
    CAPTURE(node.name);
    const std::string key = node.op + "." + node.name;
    REQUIRE(reference.tensors.contains(key));
    CHECK(tensor_of(reference.tensors.at(key)).item<float>() == static_cast<float>(node.number("rate")));
    rates.insert(key);
  }
  for (const auto& [name, stored] : reference.tensors)
    if (name.starts_with("dropout.")) CHECK_MESSAGE(rates.contains(name), name);
}

void check_network(const std::string& name) {
  CAPTURE(name);
  const std::optional<model::SafeTensors> reference = find_reference(name);
  if (!reference) return;
  const at::Tensor pictures = tensor_of(reference->tensors.at("reference.input"));
  const at::Tensor expected = tensor_of(reference->tensors.at("reference.logits"));
  const graph::Graph graph = graph::zoo::find_network(name).build(
      {.height = pictures.size(2), .width = pictures.size(3), .outputs = expected.size(1)});
  const graph::Weights weights = weights_of(*reference);
  REQUIRE_NOTHROW(graph::check_weights(graph, weights, "test"));
  check_rates(graph, *reference);
  check_logits(*engine::make_torch_executor(graph, weights), pictures, expected);
  check_logits(*runtime::make_executor(graph, weights), pictures, expected);
  const graph::Graph trained = without_dropout(graph);
  engine::Network single(trained, weights, at::kCPU), twofold(trained, weights, at::kCPU);
  check_gradients(single, *reference);
  check_each_gradient(twofold, *reference);
}

}  // namespace

TEST_CASE("resnet18 answers and learns as torchvision's") {
  check_network("resnet18");
}
TEST_CASE("resnet34 answers and learns as torchvision's") {
  check_network("resnet34");
}
TEST_CASE("resnet50 answers and learns as torchvision's") {
  check_network("resnet50");
}
TEST_CASE("mobilenet_v2 answers and learns as torchvision's") {
  check_network("mobilenet_v2");
}
TEST_CASE("mobilenet_v3 answers and learns as torchvision's") {
  check_network("mobilenet_v3_small");
  check_network("mobilenet_v3_large");
}
TEST_CASE("efficientnet answers and learns as torchvision's") {
  check_network("efficientnet_b0");
  check_network("efficientnet_b1");
}
TEST_CASE("convnext_tiny answers and learns as torchvision's") {
  check_network("convnext_tiny");
}
TEST_CASE("convnext_small answers and learns as torchvision's") {
  check_network("convnext_small");
}
TEST_CASE("vit_b_16 answers and learns as torchvision's") {
  check_network("vit_b_16");
}
TEST_CASE("squeezenet1_1 answers and learns as torchvision's") {
  check_network("squeezenet1_1");
}
TEST_CASE("densenet121 answers and learns as torchvision's") {
  check_network("densenet121");
}
