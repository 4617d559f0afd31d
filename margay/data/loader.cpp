// Batches are jobs: whoever has time, worker or consumer, takes the next picture of a job.
#include "margay/data/loader.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <exception>
#include <mutex>
#include <span>
#include <utility>

#include "margay/core/error.h"

namespace margay::data {
namespace {

constexpr const char* kWhere = "data.loader";

/// Writes one picture of an epoch where the batch wants it.
class PicturePreparer {
 public:
  PicturePreparer(const DecodedCache& cache, const LoaderOptions& options, int epoch, PictureSize size)
      : cache_(cache), options_(options), epoch_(epoch), size_(size) {}

  const PictureSize& size() const { return size_; }
  size_t picture_bytes() const { return image::ImageSpan(size_.width, size_.height, nullptr).size_bytes(); }

  void prepare(uint32_t sample, uint32_t key, uint8_t* out) const {
    const image::ImageView picture = cache_.picture(sample);
    if (!options_.transform) {
      std::memcpy(out, picture.pixels, picture.size_bytes());
      return;
    }
    const auto epoch = static_cast<uint64_t>(epoch_);
    Random random{hash_text("augment"), options_.seed, epoch, key};
    const uint64_t first_turn = Random{hash_text("turn"), options_.seed, key}.bits() & 1;
    options_.transform(picture, {size_.width, size_.height, out}, random, (first_turn + epoch) % 2 == 1);
  }

 private:
  const DecodedCache& cache_;
  const LoaderOptions& options_;
  int epoch_;
  PictureSize size_;
};

/// One batch in the making. Workers may come late, even after the loader has gone: then `next` is at the end
/// and they touch nothing but the job, which they own with others.
class Job {
 public:
  Job(Batch buffers, std::span<const uint32_t> samples, std::span<const uint32_t> random_keys,
      const DecodedCache& cache, PicturePreparer preparer)
      : count_(samples.size()),
        picture_bytes_(preparer.picture_bytes()),
        batch_(std::move(buffers)),
        preparer_(preparer) {
    batch_.size = static_cast<int>(samples.size());
    batch_.width = preparer.size().width;
    batch_.height = preparer.size().height;
    batch_.samples.assign(samples.begin(), samples.end());
    batch_.random_keys.assign(random_keys.begin(), random_keys.end());
    batch_.labels.resize(samples.size());
    batch_.pixels.resize(samples.size() * picture_bytes_);
    for (size_t i = 0; i < samples.size(); ++i) batch_.labels[i] = cache.label(samples[i]);
  }

  /// Prepares pictures until none is left to take.
  void work() {
    enter();
    try {
      for (size_t i = next_++; i < count_; i = next_++)
        preparer_.prepare(batch_.samples[i], batch_.random_keys[i],
                          batch_.pixels.data() + i * picture_bytes_);
    } catch (...) {
      fail(std::current_exception());
    }
    leave();
  }

  /// The finished batch; rethrows what a picture threw. The caller helps, then waits for those who are still
  /// at it.
  Batch& finish() {
    work();
    wait_until_left();
    if (error_) std::rethrow_exception(error_);
    return batch_;
  }

  /// Nothing of the loader is touched after this.
  void abandon() {
    next_ = count_;
    wait_until_left();
  }

 private:
  void enter() {
    const std::lock_guard lock(mutex_);
    ++active_;
  }
  void leave() {
    const std::lock_guard lock(mutex_);
    if (--active_ == 0) left_.notify_all();
  }
  void wait_until_left() {
    std::unique_lock lock(mutex_);
    left_.wait(lock, [this] { return active_ == 0; });
  }
  void fail(std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::move(error);
    next_ = count_;
  }

  const size_t
      count_;  ///< pictures; a member of its own, since late workers read it when the batch has been taken
  const size_t picture_bytes_;
  Batch batch_;
  PicturePreparer preparer_;
  std::atomic<size_t> next_{0};
  std::mutex mutex_;
  std::condition_variable left_;
  int active_ = 0;
  std::exception_ptr error_;
};

}  // namespace

void LoaderOptions::validate() const {
  require(batch_size >= 1, kWhere, fmt::format("batch_size is {}, expected at least 1", batch_size));
  require(prefetch_batches >= 1, kWhere,
          fmt::format("prefetch_batches is {}, expected at least 1", prefetch_batches));
  require(shuffle || !balance_classes, kWhere, "balance_classes has no effect without shuffle");
}

struct Loader::State {
  State(const DecodedCache& cache_of_split, WorkerPool& workers, LoaderOptions chosen)
      : cache(cache_of_split), pool(workers), options(std::move(chosen)) {}

  const DecodedCache& cache;
  WorkerPool& pool;
  const LoaderOptions options;
  int epoch = 0;
  PictureSize size;
  std::vector<uint32_t> order, random_keys;  ///< samples of the epoch, and what keys their random choices
  int next_to_prepare = 0;
  std::deque<std::shared_ptr<Job>> jobs;  ///< in the order of the epoch

  int batches() const {
    const auto batch_size = static_cast<size_t>(options.batch_size);
    return static_cast<int>((cache.size() + batch_size - 1) / batch_size);
  }

  std::span<const uint32_t> part_of(const std::vector<uint32_t>& epoch_long, int batch) const {
    const size_t first = static_cast<size_t>(batch) * options.batch_size;
    return std::span(epoch_long).subspan(first, std::min<size_t>(options.batch_size, order.size() - first));
  }

  void arrange_epoch() {
    if (options.shuffle)
      order = options.balance_classes ? balanced_order(cache.labels(), options.seed, epoch)
                                      : epoch_order(cache.size(), options.seed, epoch);
    else
      order = natural_order(cache.size());
    random_keys = random_keys_of(order);
  }

  /// Starts on the next batch of the epoch, in `buffers` that may be used again.
  void prepare_one(Batch buffers) {
    if (next_to_prepare >= batches()) return;
    const int batch = next_to_prepare++;
    const auto samples = part_of(order, batch);
    auto job = std::make_shared<Job>(std::move(buffers), samples, part_of(random_keys, batch), cache,
                                     PicturePreparer(cache, options, epoch, size));
    jobs.push_back(job);
    for (size_t i = 0; i < std::min<size_t>(pool.size(), samples.size()); ++i)
      pool.submit([job] { job->work(); });
  }

  void abandon() {
    for (const auto& job : jobs) job->abandon();
    jobs.clear();
  }
};

Loader::Loader(const DecodedCache& cache, WorkerPool& pool, LoaderOptions options) {
  options.validate();
  require(cache.size() > 0, kWhere, "the cache is empty");
  state_ = std::make_unique<State>(cache, pool, std::move(options));
}

Loader::~Loader() {
  state_->abandon();
}

int Loader::batches() const {
  return state_->batches();
}

void Loader::start(int epoch, int first_batch, PictureSize size) {
  State& state = *state_;
  require(first_batch >= 0 && first_batch <= state.batches(), kWhere,
          fmt::format("first_batch is {}, expected 0 to {}", first_batch, state.batches()));
  const image::ImageView cached = state.cache.picture(0);
  if (size == PictureSize{}) size = {cached.width, cached.height};
  require(state.options.transform || size == PictureSize{cached.width, cached.height}, kWhere,
          fmt::format("pictures of {} x {} are wanted and nothing makes them of {} x {}", size.width,
                      size.height, cached.width, cached.height));
  state.abandon();
  state.epoch = epoch;
  state.size = size;
  state.arrange_epoch();
  state.next_to_prepare = first_batch;
  for (int i = 0; i < state.options.prefetch_batches; ++i) state.prepare_one({});
}

bool Loader::next(Batch& batch) {
  State& state = *state_;
  if (state.jobs.empty()) return false;
  const std::shared_ptr<Job> job = std::move(state.jobs.front());
  state.jobs.pop_front();
  Batch& ready = job->finish();
  std::swap(batch, ready);
  state.prepare_one(std::move(ready));
  return true;
}

}  // namespace margay::data
