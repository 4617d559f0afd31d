// Decodes every picture into its own place, then closes the gaps that broken ones left.
#include "margay/data/decoded_cache.h"

#include <cstring>
#include <string>
#include <utility>
#include <variant>

#include "margay/core/error.h"
#include "margay/data/fit_file.h"
#include "margay/data/progress_counter.h"
#include "margay/image/decode.h"

namespace margay::data {
namespace {

constexpr const char* kWhere = "data.cache";

void check_size(size_t pictures, uint64_t picture_bytes, uint64_t limit_bytes, const std::string& split) {
  require<DataError>(pictures > 0, kWhere, fmt::format("the split '{}' has no pictures", split));
  require<DataError>(
      pictures <= limit_bytes / picture_bytes, kWhere,
      fmt::format("{} decoded pictures of '{}' take {} bytes each, {} bytes in all are allowed", pictures,
                  split, picture_bytes, limit_bytes),
      "a smaller picture size takes less memory");
}

/// Where the parts of one picture go.
struct Slot {
  uint8_t* pixels;
  ContentHash& content;
  std::string& reason;  ///< stays empty for a good picture
  std::string& note;    ///< stays empty for a whole one
};

void decode_into(const Split& split, size_t i, const image::Preprocess& spec, Slot slot) {
  try {
    const std::vector<uint8_t> bytes = split.read(i, image::DecodeOptions{}.max_file_bytes);
    const auto result = fit_bytes(bytes, spec);
    if (const auto* reason = std::get_if<std::string>(&result)) {
      slot.reason = *reason;
      return;
    }
    const auto& decoded = std::get<image::Decoded>(result);
    std::memcpy(slot.pixels, decoded.picture.pixels.data(), decoded.picture.pixels.size());
    slot.note = decoded.note;
    slot.content = hash_content(bytes);
  } catch (const std::exception& error) {
    slot.reason = skip_reason(error, split.path(i));
  }
}

}  // namespace

DecodedCache DecodedCache::build(const Split& split, const image::Preprocess& spec, WorkerPool& pool,
                                 const ProgressObserver& progress, std::stop_token stop,
                                 uint64_t limit_bytes) {
  spec.validate();
  const size_t n = split.samples.size();
  const size_t picture_bytes = static_cast<size_t>(spec.width) * spec.height * 3;
  check_size(n, picture_bytes, limit_bytes, split.name);

  DecodedCache cache;
  cache.width_ = spec.width;
  cache.height_ = spec.height;
  cache.split_ = split;
  cache.pixels_.resize(n * picture_bytes);
  cache.contents_.resize(n);
  std::vector<std::string> reasons(n), notes(n);
  ProgressCounter counter(progress, {fmt::format("decoding {}", split.name), 0, n, "pictures"});
  pool.parallel_for(n, [&](size_t i) {
    require<Interrupted>(!stop.stop_requested(), kWhere, "stopped while decoding pictures");
    uint8_t* pixels = cache.pixels_.data() + i * picture_bytes;
    decode_into(split, i, spec, {pixels, cache.contents_[i], reasons[i], notes[i]});
    counter.add_one();
  });
  cache.close_gaps(reasons, notes);
  if (cache.size() == 0) {
    const SkippedFile& first = cache.skipped_.front();
    throw DataError(kWhere, fmt::format("none of the {} pictures of '{}' could be decoded; the first, {}: {}",
                                        n, split.name, first.path.string(), first.reason));
  }
  return cache;
}

void DecodedCache::close_gaps(const std::vector<std::string>& reasons, const std::vector<std::string>& notes) {
  const size_t picture_bytes = static_cast<size_t>(width_) * height_ * 3;
  size_t kept = 0;
  for (size_t i = 0; i < reasons.size(); ++i) {
    if (!reasons[i].empty()) {
      skipped_.push_back({split_.path(i), reasons[i]});
      continue;
    }
    if (!notes[i].empty()) noted_.push_back({split_.path(i), notes[i]});
    if (i != kept) {
      std::memcpy(pixels_.data() + kept * picture_bytes, pixels_.data() + i * picture_bytes, picture_bytes);
      split_.samples[kept] = split_.samples[i];
      contents_[kept] = contents_[i];
    }
    ++kept;
  }
  split_.samples.resize(kept);
  contents_.resize(kept);
  pixels_.resize(kept * picture_bytes);
}

std::vector<int> DecodedCache::labels() const {
  std::vector<int> labels;
  labels.reserve(size());
  for (const Sample& sample : split_.samples) labels.push_back(sample.label);
  return labels;
}

image::ImageView DecodedCache::picture(size_t i) const {
  return {width_, height_, pixels_.data() + i * static_cast<size_t>(width_) * height_ * 3};
}

}  // namespace margay::data
