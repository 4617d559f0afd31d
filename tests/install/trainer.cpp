// Trains a network on pictures that it makes, and asks the model: all with the installed library.
#include <cstdio>

#include "margay/graph.h"
#include "margay/predict.h"
#include "margay/train.h"

struct Shades : margay::Dataset {
  size_t size() const override { return 40; }
  margay::Example get(size_t i) const override {
    margay::Image picture(8, 8);
    for (auto& value : picture.pixels) value = static_cast<unsigned char>(i % 2 == 0 ? i : 255 - i);
    return {.picture = picture, .label = i % 2 == 0 ? "dark" : "light"};
  }
};

int main() try {
  const auto network = margay::Builder({3, 8, 8}).flatten().linear(1).build();
  margay::Trainer trainer(network, Shades(), {.epochs = 8, .batch_size = 8, .optimizer = {.lr = 1e-2}});
  const margay::TrainingResult result = trainer.fit();
  const margay::Predictor predictor(trainer.model());
  const auto answer = predictor.predict(Shades().get(1).picture);
  std::printf("val_accuracy %.2f, %s\n", result.history.back().val_accuracy,
              predictor.name_of_best(answer).c_str());
  try {
    margay::Trainer(network, Shades(), {.epochs = 0});
  } catch (const margay::UsageError&) {
    return predictor.name_of_best(answer) == "light" ? 0 : 1;
  }
  return 1;
} catch (const std::exception& error) {
  return std::puts(error.what()), 1;
}
