// Batches of an epoch, in an order that depends on (seed, epoch) alone, prepared ahead by worker threads.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "margay/core/random.h"
#include "margay/core/worker_pool.h"
#include "margay/data/decoded_cache.h"
#include "margay/data/epoch_order.h"
#include "margay/image/image_span.h"

namespace margay::data {

/// Part of an epoch, ready for the network.
struct Batch {
  int size = 0;                   ///< N, number of pictures
  int width = 0, height = 0;      ///< W and H of each
  std::vector<uint8_t> pixels;    ///< [N, H, W, 3]
  std::vector<int32_t> labels;    ///< [N]
  std::vector<uint32_t> samples;  ///< [N] index into the cache
  std::vector<uint32_t>
      random_keys;  ///< [N] differ within an epoch; with (seed, epoch) the key of every random choice
};

/// Writes a changed copy of `in` to `out`, which may have another size. `random` is keyed by (seed, epoch,
/// sample). `alternate_flip` changes for every sample from epoch to epoch, and differs between them.
using Transform =
    std::function<void(image::ImageView in, image::ImageSpan out, Random& random, bool alternate_flip)>;

/// Of the pictures of an epoch, in pixels; 0 x 0 is the cache's.
struct PictureSize {
  int width = 0, height = 0;
  bool operator==(const PictureSize&) const = default;
};

/// How batches are put together.
struct LoaderOptions {
  int batch_size = 128;
  bool shuffle = false;
  bool balance_classes = false;  ///< with shuffle: all classes equally often, rare pictures more than once
  uint64_t seed = 0;
  int prefetch_batches = 2;  ///< prepared ahead of the consumer; at least 1
  Transform transform = {};  ///< empty: pictures as they are
  void validate() const;
};

/// Yields the batches of one epoch after another. The cache and the pool must outlive it. The batches are the
/// same for every number of workers. Used by one thread, which helps with a batch that is not ready when it
/// is asked for.
class Loader {
 public:
  Loader(const DecodedCache& cache, WorkerPool& pool, LoaderOptions options);
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  /// Batches in an epoch; the last may be smaller.
  int batches() const;
  /// Begins an epoch at a batch (0 unless resuming) with pictures of this size, which the transform makes;
  /// discards what was prepared before.
  void start(int epoch, int first_batch = 0, PictureSize size = {});
  /// Waits for the next batch and swaps it into `batch` (whose buffers are reused); false at the end of the
  /// epoch.
  bool next(Batch& batch);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace margay::data
