// The pictures of a split, decoded and fitted once, in memory or in a file that is mapped into it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "margay/core/progress.h"
#include "margay/core/worker_pool.h"
#include "margay/data/content_hash.h"
#include "margay/data/dataset.h"
#include "margay/data/packed_file.h"
#include "margay/image/image.h"
#include "margay/image/preprocess.h"

namespace margay::data {

/// How much memory decoded pictures may take, and where the rest lies.
struct CacheOptions {
  ProgressObserver progress = {};
  std::stop_token stop = {};
  uint64_t limit_bytes = uint64_t{1} << 40;  ///< of pixels in memory
  /// Where pixels go that are more than `limit_bytes`, in a packed file that is mapped and used again (see
  /// packed_file.h); empty: they go nowhere.
  std::filesystem::path packed_folder = {};
};

/// Fitted pictures `[N, H, W, 3]` uint8 with their labels, in the order of the split less the skipped.
/// Immutable, so thread-safe.
class DecodedCache {
 public:
  /// Decodes on all threads of `pool`. A picture that cannot be used becomes a SkippedFile. Throws DataError
  /// when no picture is left or the pixels fit nowhere; IoError when a packed file cannot be written;
  /// Interrupted.
  static DecodedCache build(const Split& split, const image::Preprocess& spec, WorkerPool& pool,
                            const CacheOptions& options = {});

  DecodedCache() = default;
  DecodedCache(DecodedCache&&) = default;
  DecodedCache& operator=(DecodedCache&&) = default;

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
  /// Of the pixels; 0 where they are in a packed file.
  uint64_t memory_bytes() const { return heap_.size(); }
  const std::vector<SkippedFile>& skipped() const { return skipped_; }
  /// Pictures that are used in part, such as those of files that end early.
  const std::vector<NotedFile>& noted() const { return noted_; }

 private:
  DecodedCache(const Split& split, const image::Preprocess& spec);
  /// Takes over what decoding found out.
  void adopt(const PackedIndex& index);

  int width_ = 0;
  int height_ = 0;
  const uint8_t* pixels_ = nullptr;  ///< in one of the next two
  std::vector<uint8_t> heap_;
  std::shared_ptr<const PackedFile> packed_;
  Split split_;  ///< less the skipped
  std::vector<ContentHash> contents_;
  std::vector<SkippedFile> skipped_;
  std::vector<NotedFile> noted_;
};

}  // namespace margay::data
