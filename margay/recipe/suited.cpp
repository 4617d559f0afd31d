// Looks at the graph of the network.
#include "margay/recipe/suited.h"

#include <algorithm>
#include <cmath>

#include "margay/core/error.h"
#include "margay/graph/backbone.h"
#include "margay/graph/operator.h"
#include "margay/graph/with_input.h"
#include "margay/recipe/recipe.h"

namespace margay::recipe {
namespace {

bool head_can_be_fitted(const graph::Graph& network) try {
  graph::backbone_of(network);
  return true;
} catch (const ModelError&) {
  return false;
}

/// As the trainer plans it for smaller pictures of the same shape.
bool can_be_planned(const graph::Graph& network, int longer) try {
  const graph::Shape& input = network.input_shape();
  const double factor = static_cast<double>(longer) / static_cast<double>(std::max(input[1], input[2]));
  const auto side = [&](int64_t pixels) {
    return std::max<int64_t>(1, std::lround(static_cast<double>(pixels) * factor));
  };
  (void)graph::with_input(network, {3, side(input[1]), side(input[2])});
  return true;
} catch (const ModelError&) {
  return false;
}

/// The smallest size from `size` on that the network can be planned for; at last the whole input.
int fitting_size(const graph::Graph& network, int size, int longer) {
  constexpr int kMultiple = 8;  // pixels, as sizes that follow the input are rounded to
  while (size < longer && !can_be_planned(network, size)) size = std::min(longer, size + kMultiple);
  return size;
}

}  // namespace

Json changes_of_scratch(const graph::zoo::ZooNetwork& network, const PictureSize& size) {
  Json document = load_document("scratch");
  let_sizes_follow(document, size);
  put_size(document, size);
  const graph::Graph graph = network.build({.height = size.height, .width = size.width});
  Json sizes = Json::array();
  for (const Json& pixels : document["schedule"]["sizes"])
    if (can_be_planned(graph, pixels.get<int>())) sizes.push_back(pixels);
  Json changes{{"input", {{"width", size.width}, {"height", size.height}}}, {"schedule", {{"sizes", sizes}}}};
  if (!graph::uses_batch_statistics(graph))
    changes["optimizer"] = {{"name", "adamw"}, {"lr", 3e-4}, {"weight_decay", 0.05}};
  return changes;
}

void let_sizes_fit_network(Json& document) try {
  const Config config = Config::from_document(document, "recipe");
  if (config.schedule.sizes.empty()) return;
  const graph::Graph network = build_network(config, 2);
  const int longer = std::max(config.input.width, config.input.height);
  Json sizes = Json::array();
  for (const int size : config.schedule.sizes) sizes.push_back(fitting_size(network, size, longer));
  document["schedule"]["sizes"] = std::move(sizes);
} catch (const Error&) {
}

Json changes_of_finetune(const graph::zoo::ZooNetwork& network) {
  if (head_can_be_fitted(network.build({}))) return Json::object();
  return {{"training", {{"method", "steps"}}}, {"network", {{"head_scales", 1}}}};
}

}  // namespace margay::recipe
