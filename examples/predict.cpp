// Says what pictures show: predict MODEL PICTURE...
#include "margay/predict.h"

#include <cstdio>

int main(int argc, char** argv) try {
  if (argc < 3) return std::puts("usage: predict MODEL PICTURE..."), 2;
  const margay::Predictor predictor(argv[1]);
  for (int i = 2; i < argc; ++i) {
    const margay::Answer answer = predictor.predict_file(argv[i]);
    std::printf("%s: %s, %.1f %%\n", argv[i], predictor.name_of_best(answer).c_str(),
                100 * answer.probabilities[answer.best()]);
  }
} catch (const margay::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return error.exit_code();
}
