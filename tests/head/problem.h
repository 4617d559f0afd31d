// Small problems for heads, made by a formula so that the reference can make them too.
#pragma once

#include <cmath>
#include <vector>

#include "margay/head/examples.h"

namespace margay::test {

/// Vectors with the labels 0, 1, ... in turn. The vectors must outlive what `examples` gives.
struct Problem {
  std::vector<float> values;
  std::vector<int> labels;
  size_t width = 0;
  int classes = 0;

  head::Examples examples() { return {values, width, labels, classes, {}}; }
};

/// Feature j of picture i is sin(1.3 i (j + 1)), and `lift` more where i and j agree modulo the classes.
inline Problem sine_problem(int pictures, int width, int classes, double lift = 0.5) {
  Problem problem{{}, {}, static_cast<size_t>(width), classes};
  for (int i = 0; i < pictures; ++i) {
    problem.labels.push_back(i % classes);
    for (int j = 0; j < width; ++j)
      problem.values.push_back(
          static_cast<float>(std::sin(1.3 * i * (j + 1)) + (i % classes == j % classes ? lift : 0.0)));
  }
  return problem;
}

}  // namespace margay::test
