// Fitted pictures in a file, so that a set larger than memory trains, and the next training need not decode
// it again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "margay/core/mapped_file.h"
#include "margay/core/worker_pool.h"
#include "margay/data/content_hash.h"
#include "margay/data/dataset.h"
#include "margay/image/preprocess.h"

namespace margay::data {

/// A sample that could not be used.
struct SkippedSample {
  uint32_t sample = 0;
  std::string reason;
  SkipCause cause = SkipCause::broken;
};

/// What decoding a split found out, by the number of the sample in the split.
struct PackedIndex {
  std::vector<uint32_t> kept;          ///< the samples whose pixels there are, in order
  std::vector<ContentHash> contents;   ///< of each kept sample's encoded bytes
  std::vector<ContentHash> checksums;  ///< of each kept sample's pixels
  std::vector<SkippedSample> skipped;  ///< not in the file: what could not be read may be there the next time
  std::vector<std::pair<uint32_t, std::string>> noted;  ///< with the note
};

/// A packed file, mapped.
struct PackedFile {
  MappedFile file;
  PackedIndex index;
  const uint8_t* pixels = nullptr;  ///< [kept, picture_bytes]
};

/// 64 hexadecimal digits for what a split's pixels depend on: the decoder, the preprocessing, and of every
/// picture, or of the archive that it is in, path, size, inode and times of change.
std::string packed_key(const Split& split, const image::Preprocess& spec);

/// Checks everything: sizes before memory is taken, and all checksums on the threads of `pool`. Nothing when
/// there is no such file, or it is damaged, of another version or not of a split of `pictures`: then it is to
/// be made again.
std::optional<PackedFile> open_packed(const std::filesystem::path& path, uint64_t picture_bytes,
                                      uint64_t pictures, WorkerPool& pool);

/// Makes a packed file of room for `pictures`, atomically: `fill` gets the place for their pixels and returns
/// what is in it, the kept ones first. Throws IoError, such as for a full disk, and what `fill` throws.
void write_packed(const std::filesystem::path& path, uint64_t picture_bytes, uint64_t pictures,
                  const std::function<PackedIndex(uint8_t* pixels)>& fill);

/// Removes packed files of `folder`, those first that were used the longest time ago, until the others take
/// at most `limit_bytes`; `keep` stays. A file that cannot be removed stays too.
void prune_packed(const std::filesystem::path& folder, uint64_t limit_bytes,
                  const std::filesystem::path& keep);

}  // namespace margay::data
