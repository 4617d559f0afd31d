// Writes a small model of three classes, and a picture, for tests in other languages: write_model MODEL
// PICTURE.
#include <cstdio>

#include "margay/core/atomic_file.h"
#include "margay/core/random.h"
#include "margay/image/encode.h"
#include "margay/predict.h"

using namespace margay;

int main(int argc, char** argv) try {
  if (argc != 3) return std::puts("usage: write_model MODEL PICTURE"), 2;
  Model model;
  model.graph = Builder({3, 8, 8}).conv2d(4, 3).relu().flatten().linear(3).build();
  model.weights = initialize(model.graph, Initializer::glorot_uniform, 1);
  model.classes = {"cat", "dog", "margay"};
  model.preprocess.width = model.preprocess.height = 8;
  save_model(argv[1], model);

  Image picture(40, 30);
  Random random{7};
  for (uint8_t& value : picture.pixels) value = static_cast<uint8_t>(random.below(256));
  write_file_atomically(argv[2], image::encode_png(picture));
} catch (const std::exception& error) {
  return std::fprintf(stderr, "%s\n", error.what()), 1;
}
