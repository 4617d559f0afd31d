// Says what pictures show: predict MODEL PICTURE...
#include <cstdio>

#include "margay/margay.h"

int main(int argc, char** argv) try {
  if (argc < 3) return std::puts("usage: predict MODEL PICTURE..."), 2;
  margay::Predictor predictor = margay::load_predictor(argv[1]);
  for (int i = 2; i < argc; ++i) {
    const margay::Answer answer = predictor.predict_file(argv[i]);
    const int best = answer.best();
    std::printf("%s: %s, %.1f %%\n", argv[i], predictor.class_names()[best].c_str(),
                100 * answer.probabilities[best]);
  }
} catch (const margay::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return error.exit_code();
}
