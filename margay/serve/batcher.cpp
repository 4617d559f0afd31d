// A batch begins when its oldest picture has waited long enough.
#include "margay/serve/batcher.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "margay/core/error.h"

namespace margay::serve {
namespace {

/// Executors keep what they prepare for a size of batch, and only for some sizes: powers of two, and the
/// largest.
size_t usual_size(size_t pictures, size_t most) {
  return pictures >= most ? most : std::bit_floor(pictures);
}

void drop_unwanted(std::vector<QueuedPicture>& batch) {
  const auto unwanted = std::stable_partition(batch.begin(), batch.end(), [](const QueuedPicture& picture) {
    return !picture.is_wanted || picture.is_wanted();
  });
  for (auto picture = unwanted; picture != batch.end(); ++picture)
    picture->finish(std::make_exception_ptr(Interrupted("serve", "nobody waits for the answer any more")));
  batch.erase(unwanted, batch.end());
}

std::vector<float> joined_values(std::span<const QueuedPicture> batch) {
  std::vector<float> values;
  values.reserve(batch.size() * batch.front().values.size());
  for (const QueuedPicture& picture : batch)
    values.insert(values.end(), picture.values.begin(), picture.values.end());
  return values;
}

}  // namespace

Batcher::Batcher(const BatchSettings& settings, Run run, std::function<void(int)> observe)
    : settings_(settings), run_(std::move(run)), observe_(std::move(observe)) {
  settings_.validate();
  thread_ = std::thread([this] { work(); });
}

Batcher::~Batcher() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Batcher::submit(QueuedPicture picture) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({std::move(picture), Clock::now()});
  }
  changed_.notify_all();
}

void Batcher::work() {
  for (;;) {
    std::vector<QueuedPicture> batch = next_batch();  // gone before the next one is waited for
    if (batch.empty()) return;
    drop_unwanted(batch);
    if (!batch.empty()) run_batch(batch);
  }
}

std::vector<QueuedPicture> Batcher::next_batch() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
  if (waiting_.empty()) return {};
  const auto most = static_cast<size_t>(settings_.max_batch);
  changed_.wait_until(lock, waiting_.front().arrival + settings_.max_delay,
                      [&] { return closing_ || waiting_.size() >= most; });
  const size_t size = usual_size(waiting_.size(), most);
  std::vector<QueuedPicture> batch;
  for (size_t i = 0; i < size; ++i) {
    batch.push_back(std::move(waiting_.front().picture));
    waiting_.pop_front();
  }
  return batch;
}

/// Where the batch fails, each picture is run alone: one that somebody has made to fail must not take others
/// with it.
void Batcher::run_batch(std::vector<QueuedPicture>& batch) {
  if (observe_) observe_(static_cast<int>(batch.size()));
  std::vector<predict::Answer> answers;
  std::exception_ptr error;
  try {
    answers = run_(joined_values(batch), static_cast<int>(batch.size()));
    require<ModelError>(answers.size() == batch.size(), "serve.batch",
                        "there are not as many answers as pictures");
  } catch (...) {
    error = std::current_exception();
  }
  if (error && batch.size() > 1) {
    for (QueuedPicture& picture : batch) {
      std::vector<QueuedPicture> alone;
      alone.push_back(std::move(picture));
      run_batch(alone);
    }
    return;
  }
  for (size_t i = 0; i < batch.size(); ++i)
    batch[i].finish(error ? Outcome(error) : Outcome(std::move(answers[i])));
}

}  // namespace margay::serve
