// margay models: the published networks, and what is known about their weights.
#include <fmt/format.h>

#include <memory>

#include "apps/margay/command.h"
#include "margay/core/json.h"
#include "margay/graph/summary.h"
#include "margay/graph/zoo/zoo.h"

namespace margay::app {
namespace {

namespace zoo = graph::zoo;

/// At the size that its weights are for.
graph::Graph build_published(const zoo::ZooNetwork& network) {
  return network.build({.height = network.weights.crop, .width = network.weights.crop});
}

double giga_multiply_adds(int64_t flops) {
  return static_cast<double>(flops) / 2e9;
}

Json to_json(const zoo::ZooNetwork& network) {
  const graph::Graph graph = build_published(network);
  const zoo::PublishedWeights& weights = network.weights;
  return {{"name", network.name},
          {"parameters", network.parameters},
          {"flops", graph::summarize(graph).flops},
          {"features", graph::element_count(graph.shape(graph.taps().at("features")))},
          {"weights",
           {{"file", weights.file},
            {"licence", weights.licence},
            {"imagenet_top1_percent", weights.top1_percent},
            {"preprocessing",
             {{"resize", weights.resize},
              {"crop", weights.crop},
              {"interpolation", weights.interpolation},
              {"mean", zoo::kImageNetMean},
              {"std", zoo::kImageNetStd}}}}}};
}

void print_json() {
  Json list = Json::array();
  for (const zoo::ZooNetwork& network : zoo::networks()) list.push_back(to_json(network));
  fmt::print("{}\n", list.dump(2));
}

void print_table() {
  fmt::print("{:<18}  {:>10}  {:>6}  {:>5}  {:>6}  {:<12}  {}\n", "Network", "Parameters", "GMACs", "Input",
             "Top-1", "Licence", "Weights");
  for (const zoo::ZooNetwork& network : zoo::networks())
    fmt::print("{:<18}  {:>8.1f} M  {:>6.2f}  {:>5}  {:>4.1f} %  {:<12}  {}\n", network.name,
               static_cast<double>(network.parameters) / 1e6,
               giga_multiply_adds(graph::summarize(build_published(network)).flops), network.weights.crop,
               network.weights.top1_percent, network.weights.licence, network.weights.file);
}

}  // namespace

void add_models(CLI::App& command, Outcome&) {
  auto json = std::make_shared<bool>(false);
  command.add_flag("--json", *json, "print one JSON document, which has the preprocessing too");
  command.footer(
      "Parameters: with 1,000 outputs\n"
      "GMACs: billions of multiply-adds of one picture's forward pass at the input size\n"
      "Top-1: published accuracy of the weights on ImageNet-1k\n"
      "Licence: of the weights, besides ImageNet's own terms\n\n"
      "Examples:\n  margay models\n  margay summary resnet18\n  margay train pets --network resnet18");
  command.callback([json] { *json ? print_json() : print_table(); });
}

}  // namespace margay::app
