// Builds a network, saves it as a model, loads it and asks it about a picture: all with the installed
// library.
#include <cmath>
#include <cstdio>

#include "margay/predict.h"

int main() {
  margay::Model model;
  model.graph = margay::Builder({3, 8, 8}).conv2d(4, 3).relu().flatten().linear(3).build();
  model.weights = margay::initialize(model.graph, margay::Initializer::glorot_uniform, 1);
  model.classes = {"cat", "dog", "margay"};
  model.preprocess.width = model.preprocess.height = 8;
  margay::save_model("consumer.safetensors", model);

  const margay::Predictor predictor("consumer.safetensors");
  const margay::Image picture(31, 17);
  const margay::Answer answer = predictor.predict(picture);
  double sum = 0;
  for (const double probability : answer.probabilities) sum += probability;
  std::printf("%zu classes, probabilities add up to %.6f\n", answer.probabilities.size(), sum);
  return answer.probabilities.size() == 3 && std::abs(sum - 1) < 1e-9 ? 0 : 1;
}
