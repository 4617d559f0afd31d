// How good a network is on pictures that it has not seen, each of them held back once: cross_validation
// FOLDER [FOLDS] [EPOCHS]
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "margay/graph.h"
#include "margay/train.h"

int main(int argc, char** argv) try {
  if (argc < 2) return std::puts("usage: cross_validation FOLDER [FOLDS] [EPOCHS]"), 2;
  const margay::PictureFiles pictures(argv[1]);
  const int classes = static_cast<int>(margay::classes_of(pictures).size());
  const auto block = [](margay::Builder& b) { b.conv2d(16, 3).batch_norm2d().relu().max_pool2d(2); };
  const auto network = margay::Builder({3, 64, 64})
                           .with(block)
                           .with(block)
                           .with(block)
                           .global_avg_pool2d()
                           .linear(margay::outputs_for(classes))
                           .build();

  std::vector<double> accuracies;
  // Copies of a picture are in one fold, and each class in all of them alike.
  for (const margay::Division& fold : margay::folds(pictures, argc > 2 ? std::atoi(argv[2]) : 5)) {
    margay::Trainer trainer(
        network, fold.train,
        {.epochs = argc > 3 ? std::atoi(argv[3]) : 10, .batch_size = 16, .validation = &fold.validation});
    // The last epoch, not the best: choosing by these pictures would flatter them.
    accuracies.push_back(trainer.fit().history.back().val_accuracy);
    std::printf("fold %zu: %.3f of %zu pictures\n", accuracies.size(), accuracies.back(),
                fold.validation.size());
  }
  double mean = 0, spread = 0;
  for (const double accuracy : accuracies) mean += accuracy / static_cast<double>(accuracies.size());
  for (const double accuracy : accuracies)
    spread += (accuracy - mean) * (accuracy - mean) / static_cast<double>(accuracies.size() - 1);
  std::printf("accuracy %.3f, standard deviation over folds %.3f\n", mean, std::sqrt(spread));
} catch (const margay::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return error.exit_code();
}
