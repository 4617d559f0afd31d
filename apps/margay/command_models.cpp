// margay models: the networks by name, and what is known about the weights of the published ones.
#include <fmt/format.h>

#include <memory>

#include "apps/margay/command.h"
#include "apps/margay/output.h"
#include "margay/core/json.h"
#include "margay/graph/summary.h"
#include "margay/graph/zoo/zoo.h"

namespace margay::app {
namespace {

namespace zoo = graph::zoo;

/// At the size that it is meant for.
graph::Graph build(const zoo::ZooNetwork& network) {
  return network.build({.height = network.weights.crop, .width = network.weights.crop});
}

double giga_multiply_adds(const zoo::ZooNetwork& network) {
  return static_cast<double>(graph::summarize(build(network)).flops) / 2e9;
}

Json to_json(const zoo::PublishedWeights& weights) {
  return {{"file", weights.file},
          {"licence", weights.licence},
          {"imagenet_top1_percent", weights.top1_percent},
          {"preprocessing",
           {{"resize", weights.resize},
            {"crop", weights.crop},
            {"interpolation", weights.interpolation},
            {"mean", zoo::kImageNetMean},
            {"std", zoo::kImageNetStd}}}};
}

/// Networks of ours have null for weights.
Json to_json(const zoo::ZooNetwork& network) {
  const graph::Graph graph = build(network);
  return {{"name", network.name},
          {"parameters", network.parameters},
          {"flops", graph::summarize(graph).flops},
          {"features", graph::element_count(graph.shape(graph.taps().at("features")))},
          {"weights", network.is_published() ? to_json(network.weights) : Json()}};
}

void print_json() {
  Json list = Json::array();
  for (const auto table : {zoo::networks(), zoo::own_networks()})
    for (const zoo::ZooNetwork& network : table) list.push_back(to_json(network));
  print_out("{}\n", list.dump(2));
}

/// The columns that all networks have.
std::string format_costs(const zoo::ZooNetwork& network) {
  return fmt::format("{:<18}  {:>8.1f} M  {:>6.2f}  {:>5}", network.name,
                     static_cast<double>(network.parameters) / 1e6, giga_multiply_adds(network),
                     network.weights.crop);
}

void print_table() {
  print_out("{:<18}  {:>10}  {:>6}  {:>5}  {:>6}  {:<12}  {}\n", "Network", "Parameters", "GMACs", "Input",
            "Top-1", "Licence", "Weights");
  for (const zoo::ZooNetwork& network : zoo::networks())
    print_out("{}  {:>4.1f} %  {:<12}  {}\n", format_costs(network), network.weights.top1_percent,
              network.weights.licence, network.weights.file);
  print_out("\nOf margay's own, to train from the start:\n");
  for (const zoo::ZooNetwork& network : zoo::own_networks()) print_out("{}\n", format_costs(network));
}

}  // namespace

void add_models(CLI::App& command, Outcome&) {
  auto json = std::make_shared<bool>(false);
  command.add_flag("--json", *json, "print one JSON document, which has the preprocessing too");
  command.footer(
      "Parameters: with 1,000 outputs\n"
      "GMACs: billions of multiply-adds of one picture's forward pass at the input size\n"
      "Input: pixels of the side that the weights are for, of margay's own a size that suits them\n"
      "Top-1: published accuracy of the weights on ImageNet-1k\n"
      "Licence: of the weights, besides ImageNet's own terms\n\n"
      "Examples:\n  margay models\n  margay summary resnet18\n  margay train pets --network resnet18");
  command.callback([json] { *json ? print_json() : print_table(); });
}

}  // namespace margay::app
