// Whoever finishes the last picture finishes the request.
#include "margay/serve/picture_task.h"

#include <atomic>
#include <exception>
#include <utility>

#include "margay/core/error.h"

namespace margay::serve {
namespace {

/// A task under way; every picture that is not done shares it.
struct Running {
  explicit Running(PictureTask begun)
      : task(std::move(begun)), outcomes(task.pictures.size()), left(task.pictures.size()) {}

  void set(size_t i, Outcome outcome) {
    outcomes[i] = std::move(outcome);
    if (--left == 0) task.finish(std::move(outcomes));
  }

  PictureTask task;
  std::vector<Outcome> outcomes;
  std::atomic<size_t> left;
};

void decode(const std::shared_ptr<Running>& running, size_t i) {
  const PictureTask& task = running->task;
  try {
    if (!task.is_wanted()) throw Interrupted("serve", "nobody waits for the answer any more");
    task.model->submit({.values = network_values(task.pictures[i], task.model->preprocess(), task.max_pixels),
                        .is_wanted = task.is_wanted,
                        .finish = [running, i](Outcome outcome) { running->set(i, std::move(outcome)); }});
  } catch (...) {
    running->set(i, std::current_exception());
  }
}

}  // namespace

void begin(PictureTask task, WorkerPool& pool) {
  const auto running = std::make_shared<Running>(std::move(task));
  const size_t count = running->outcomes.size();
  for (size_t i = 0; i < count; ++i) pool.submit([running, i] { decode(running, i); });
}

}  // namespace margay::serve
