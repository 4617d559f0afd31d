// What others have published: data sets, and networks with their weights.
#include "margay/weights/published.h"

#include "margay/api_predict/model_bridge.h"
#include "margay/data.h"
#include "margay/datasets/get.h"
#include "margay/graph/zoo/zoo.h"

namespace margay {

std::string published_data(const std::string& name) {
  return datasets::get_dataset(name).string();
}

Model published_model(const std::string& network) {
  const graph::zoo::ZooNetwork& known = graph::zoo::find_network(network);
  return to_public(weights::imagenet_model(known, weights::get_weights(known)));
}

std::string published_weights(const std::string& network) {
  return weights::get_weights(graph::zoo::find_network(network)).string();
}

}  // namespace margay
