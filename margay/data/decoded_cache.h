// The pictures of a split, decoded and fitted once, in memory.
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "margay/core/progress.h"
#include "margay/core/worker_pool.h"
#include "margay/data/content_hash.h"
#include "margay/data/dataset.h"
#include "margay/image/image.h"
#include "margay/image/preprocess.h"

namespace margay::data {

/// Fitted pictures `[N, H, W, 3]` uint8 with their labels, in the order of the split less the skipped.
/// Immutable, so thread-safe.
class DecodedCache {
 public:
  /// Decodes on all threads of `pool`. A picture that does not decode becomes a SkippedFile. Throws DataError
  /// when no picture is left or the pixels would not fit into `limit_bytes`; throws Interrupted when `stop`
  /// is requested.
  static DecodedCache build(const Split& split, const image::Preprocess& spec, WorkerPool& pool,
                            const ProgressObserver& progress = {}, std::stop_token stop = {},
                            uint64_t limit_bytes = uint64_t{1} << 40);

  size_t size() const { return split_.samples.size(); }
  int width() const { return width_; }
  int height() const { return height_; }
  /// Fitted picture i, `H x W x 3`.
  image::ImageView picture(size_t i) const;
  int label(size_t i) const { return split_.samples[i].label; }
  std::vector<int> labels() const;
  /// Where picture i came from.
  std::filesystem::path path(size_t i) const { return split_.path(i); }
  /// Of the encoded bytes of picture i.
  ContentHash content(size_t i) const { return contents_[i]; }
  const std::vector<SkippedFile>& skipped() const { return skipped_; }
  /// Pictures that are used in part, such as those of files that end early.
  const std::vector<NotedFile>& noted() const { return noted_; }

 private:
  /// Moves good pictures to the front; `reasons` [N] says why a picture is not good, and is empty where it
  /// is.
  void close_gaps(const std::vector<std::string>& reasons, const std::vector<std::string>& notes);

  int width_ = 0;
  int height_ = 0;
  std::vector<uint8_t> pixels_;
  Split split_;  ///< less the skipped
  std::vector<ContentHash> contents_;
  std::vector<SkippedFile> skipped_;
  std::vector<NotedFile> noted_;
};

}  // namespace margay::data
