#include "margay/train/optimizer/layer_rates.h"

#include <algorithm>
#include <cmath>

#include "margay/graph/operator.h"

namespace margay::train {

std::vector<double> layer_rates(const graph::Graph& graph, double first_to_last_lr_ratio) {
  std::vector<int> layers;  // that a parameter belongs to, counted from 0
  int layer = -1, node = -1;
  for (const graph::GraphParameter& parameter : graph::parameters_of(graph)) {
    const bool opens_layer = parameter.spec.shape.size() > 1 && parameter.node != node;
    if (opens_layer) ++layer;
    node = parameter.node;
    layers.push_back(std::max(layer, 0));
  }
  std::vector<double> rates;
  for (const int of : layers)
    rates.push_back(layer > 0 ? std::pow(first_to_last_lr_ratio, 1.0 - static_cast<double>(of) / layer) : 1);
  return rates;
}

}  // namespace margay::train
