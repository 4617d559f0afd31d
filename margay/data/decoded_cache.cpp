// Decodes every picture into its own place, then closes the gaps that broken ones left.
#include "margay/data/decoded_cache.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <string>
#include <utility>
#include <variant>

#include "margay/core/error.h"
#include "margay/data/fit_file.h"
#include "margay/data/none_usable.h"
#include "margay/data/progress_counter.h"
#include "margay/image/decode.h"

namespace margay::data {
namespace {

constexpr const char* kWhere = "data.cache";
/// Packed files together; what has not been used for the longest time goes first.
constexpr uint64_t kPackedLimitBytes = uint64_t{64} << 30;

size_t bytes_of_picture(const image::Preprocess& spec) {
  return static_cast<size_t>(spec.width) * static_cast<size_t>(spec.height) * 3;
}

/// Why there is no picture.
struct Fault {
  std::string reason;  ///< stays empty for a good picture
  SkipCause cause = SkipCause::broken;
};

/// Where the parts of one picture go.
struct Slot {
  uint8_t* pixels;
  ContentHash& content;
  Fault& fault;
  std::string& note;  ///< stays empty for a whole one
};

void decode_into(const Split& split, size_t i, const image::Preprocess& spec, Slot slot) {
  try {
    const EncodedPicture encoded = split.take(i, image::DecodeOptions{}.max_file_bytes);
    const auto result = fit_bytes(encoded.bytes, spec);
    if (const auto* reason = std::get_if<std::string>(&result)) {
      slot.fault.reason = *reason;
      return;
    }
    const auto& decoded = std::get<image::Decoded>(result);
    std::memcpy(slot.pixels, decoded.picture.pixels.data(), decoded.picture.pixels.size());
    slot.note = decoded.note;
    slot.content = hash_content(encoded.bytes);
  } catch (const std::exception& error) {
    slot.fault = {skip_reason(error, split.path(i)), skip_cause(error)};
  }
}

/// Moves good pictures to the front, and says where they came from.
PackedIndex close_gaps(uint8_t* pixels, size_t picture_bytes, std::vector<ContentHash>& contents,
                       std::vector<Fault>& faults, std::vector<std::string>& notes) {
  PackedIndex index;
  for (uint32_t i = 0; i < faults.size(); ++i) {
    if (!faults[i].reason.empty()) {
      index.skipped.push_back({i, std::move(faults[i].reason), faults[i].cause});
      continue;
    }
    if (!notes[i].empty()) index.noted.emplace_back(i, std::move(notes[i]));
    const size_t place = index.kept.size();
    if (i != place) std::memcpy(pixels + place * picture_bytes, pixels + i * picture_bytes, picture_bytes);
    index.kept.push_back(i);
    index.contents.push_back(contents[i]);
  }
  return index;
}

/// Decodes a split into `pixels` [N, picture_bytes].
PackedIndex decode_split(const Split& split, const image::Preprocess& spec, WorkerPool& pool,
                         const CacheOptions& options, uint8_t* pixels) {
  const size_t n = split.samples.size();
  const size_t picture_bytes = bytes_of_picture(spec);
  std::vector<ContentHash> contents(n);
  std::vector<Fault> faults(n);
  std::vector<std::string> notes(n);
  ProgressCounter counter(options.progress, {fmt::format("decoding {}", split.name), 0, n, "pictures"});
  pool.parallel_for(n, [&](size_t i) {
    require<Interrupted>(!options.stop.stop_requested(), kWhere, "stopped while decoding pictures");
    decode_into(split, i, spec, {pixels + i * picture_bytes, contents[i], faults[i], notes[i]});
    counter.add_one();
  });
  return close_gaps(pixels, picture_bytes, contents, faults, notes);
}

void require_any(const PackedIndex& index, const Split& split) {
  if (!index.kept.empty()) return;
  const SkippedSample& first = index.skipped.front();
  throw DataError(kWhere, fmt::format("{}; {}{}: {}",
                                      none_usable(split.samples.size(), fmt::format("of '{}'", split.name)),
                                      split.samples.size() > 1 ? "the first, " : "",
                                      split.path(first.sample).string(), first.reason));
}

/// Whether some pictures of a packed file, spread over it, are still those of the split, and none that could
/// not be read can be now. Fills in why those are skipped.
bool still_holds(const Split& split, const image::Preprocess& spec, WorkerPool& pool, PackedFile& packed) {
  constexpr size_t kCompared = 32;
  const size_t picture_bytes = bytes_of_picture(spec);
  PackedIndex& index = packed.index;
  std::vector<uint32_t> skipped;
  for (uint32_t i = 0, place = 0; i < split.samples.size(); ++i)
    if (place < index.kept.size() && index.kept[place] == i)
      ++place;
    else
      skipped.push_back(i);
  const size_t compared = std::min(kCompared, index.kept.size());
  std::vector<Fault> faults(skipped.size());
  std::atomic<bool> holds{true};
  pool.parallel_for(compared + skipped.size(), [&](size_t i) {
    const size_t place = i < compared ? i * index.kept.size() / compared : 0;
    std::vector<uint8_t> pixels(picture_bytes);
    ContentHash content;
    Fault fault;
    std::string note;
    decode_into(split, i < compared ? index.kept[place] : skipped[i - compared], spec,
                {pixels.data(), content, fault, note});
    if (i >= compared)
      faults[i - compared] = std::move(fault);
    else if (content != index.contents[place] || hash_content(pixels) != index.checksums[place])
      holds = false;
  });
  for (size_t i = 0; i < skipped.size(); ++i) {
    if (faults[i].reason.empty()) holds = false;
    index.skipped.push_back({skipped[i], std::move(faults[i].reason), faults[i].cause});
  }
  return holds;
}

/// The split's packed file, made where there is none that is sound.
std::shared_ptr<const PackedFile> pack(const Split& split, const image::Preprocess& spec, WorkerPool& pool,
                                       const CacheOptions& options) {
  const std::filesystem::path path = options.packed_folder / (packed_key(split, spec) + ".pack");
  const size_t picture_bytes = bytes_of_picture(spec);
  auto packed = open_packed(path, picture_bytes, split.samples.size(), pool);
  if (packed && !still_holds(split, spec, pool, *packed)) packed.reset();
  if (!packed) {
    PackedIndex made;
    write_packed(path, picture_bytes, split.samples.size(), [&](uint8_t* pixels) {
      PackedIndex index = decode_split(split, spec, pool, options, pixels);
      require_any(index, split);
      index.checksums.resize(index.kept.size());
      pool.parallel_for(index.kept.size(), [&](size_t i) {
        index.checksums[i] = hash_content({pixels + i * picture_bytes, picture_bytes});
      });
      made = index;
      return index;
    });
    packed = open_packed(path, picture_bytes, split.samples.size(), pool);
    if (packed) packed->index.skipped = std::move(made.skipped);
    prune_packed(options.packed_folder, kPackedLimitBytes, path);
  }
  require<IoError>(packed.has_value(), kWhere,
                   fmt::format("{} does not read back as it was written", path.string()), "check the disk");
  return std::make_shared<const PackedFile>(std::move(*packed));
}

}  // namespace

DecodedCache::DecodedCache(const Split& split, const image::Preprocess& spec)
    : width_(spec.width), height_(spec.height), split_(split) {}

DecodedCache DecodedCache::build(const Split& split, const image::Preprocess& spec, WorkerPool& pool,
                                 const CacheOptions& options) {
  spec.validate();
  const size_t n = split.samples.size(), picture_bytes = bytes_of_picture(spec);
  require<DataError>(n > 0, kWhere, fmt::format("the split '{}' has no pictures", split.name));
  DecodedCache cache(split, spec);
  if (n <= options.limit_bytes / picture_bytes) {
    cache.heap_.resize(n * picture_bytes);
    const PackedIndex index = decode_split(split, spec, pool, options, cache.heap_.data());
    require_any(index, split);
    cache.heap_.resize(index.kept.size() * picture_bytes);
    cache.pixels_ = cache.heap_.data();
    cache.adopt(index);
    return cache;
  }
  require<DataError>(
      !options.packed_folder.empty(), kWhere,
      fmt::format("{} decoded pictures of '{}' take {} bytes each, {} bytes in all are allowed", n,
                  split.name, picture_bytes, options.limit_bytes),
      "a smaller picture size takes less memory");
  cache.packed_ = pack(split, spec, pool, options);
  cache.pixels_ = cache.packed_->pixels;
  cache.adopt(cache.packed_->index);
  return cache;
}

void DecodedCache::adopt(const PackedIndex& index) {
  for (const SkippedSample& skipped : index.skipped)
    skipped_.push_back({split_.path(skipped.sample), skipped.reason, skipped.cause});
  for (const auto& [sample, note] : index.noted) noted_.push_back({split_.path(sample), note});
  for (size_t place = 0; place < index.kept.size(); ++place)
    split_.samples[place] = split_.samples[index.kept[place]];
  split_.samples.resize(index.kept.size());
  contents_ = index.contents;
}

std::vector<int> DecodedCache::labels() const {
  std::vector<int> labels;
  labels.reserve(size());
  for (const Sample& sample : split_.samples) labels.push_back(sample.label);
  return labels;
}

image::ImageView DecodedCache::picture(size_t i) const {
  return {width_, height_, pixels_ + i * static_cast<size_t>(width_) * height_ * 3};
}

}  // namespace margay::data
