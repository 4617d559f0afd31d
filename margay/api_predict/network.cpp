// What is known of networks beyond building them.
#include "margay/graph.h"
#include "margay/graph/summary.h"
#include "margay/graph/zoo/zoo.h"

namespace margay {

Network named_network(std::string_view name, const NamedNetworkOptions& options) {
  return graph::zoo::find_network(name).build(
      {.height = options.height, .width = options.width, .outputs = outputs_for(options.classes)});
}

std::string summary(const Network& network) {
  return graph::format_summary(graph::summarize(network));
}

}  // namespace margay
