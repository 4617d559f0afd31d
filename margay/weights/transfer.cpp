// The head is what depends on the classes; all else must fit.
#include "margay/weights/transfer.h"

#include <algorithm>

#include "margay/graph/operator.h"

namespace margay::weights {

std::vector<std::string> head_parameters(const graph::Graph& graph) {
  const std::vector<graph::GraphParameter> parameters = graph::parameters_of(graph);
  std::vector<std::string> names;
  for (const graph::GraphParameter& parameter : parameters)
    if (parameter.node == parameters.back().node) names.push_back(parameter.name);
  return names;
}

Transfer transfer(const graph::Graph& graph, graph::Weights given, const graph::Weights& initial,
                  std::string_view where) {
  Transfer result;
  const std::vector<std::string> head = head_parameters(graph);
  const bool head_fits = std::all_of(head.begin(), head.end(), [&](const std::string& name) {
    const auto found = given.find(name);
    return found != given.end() && found->second.shape == initial.at(name).shape;
  });
  if (!head_fits) {
    result.fresh = head;
    for (const std::string& name : head) given.insert_or_assign(name, initial.at(name));
  }
  graph::check_weights(graph, given, where);
  for (const graph::GraphParameter& parameter : graph::parameters_of(graph))
    if (std::find(result.fresh.begin(), result.fresh.end(), parameter.name) == result.fresh.end())
      result.taken.push_back(parameter.name);
  result.weights = std::move(given);
  return result;
}

}  // namespace margay::weights
