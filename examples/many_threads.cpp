// One predictor for all threads of a program, as a server has them: many_threads MODEL PICTURE...
#include <atomic>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "margay/predict.h"

int main(int argc, char** argv) try {
  if (argc < 3) return std::puts("usage: many_threads MODEL PICTURE..."), 2;
  const std::vector<std::string> files(argv + 2, argv + argc);
  const margay::Predictor predictor(argv[1]);  // the weights are in memory once

  std::vector<std::string> lines(files.size());
  std::atomic<size_t> next = 0;
  const auto serve = [&] {
    for (size_t i = next++; i < files.size(); i = next++) try {
        // Each thread computes for itself: four calls that take four threads each would wait for each other.
        const margay::Answer answer = predictor.predict_file(files[i], {.threads = 1});
        lines[i] = predictor.name_of_best(answer);
      } catch (const margay::Error& error) {  // a broken picture concerns no other
        lines[i] = error.what();
      }
  };
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(serve);
  threads.clear();  // waits for all

  for (size_t i = 0; i < files.size(); ++i) std::printf("%s: %s\n", files[i].c_str(), lines[i].c_str());
} catch (const std::exception& error) {
  return std::fprintf(stderr, "%s\n", error.what()), 1;
}
