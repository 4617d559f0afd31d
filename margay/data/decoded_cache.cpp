// Decodes every picture into its own place, then closes the gaps that broken ones left.
#include "margay/data/decoded_cache.h"

#include <cstring>
#include <string>
#include <utility>
#include <variant>

#include "margay/core/error.h"
#include "margay/data/fit_file.h"
#include "margay/data/progress_counter.h"

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
  cache.pixels_.resize(n * picture_bytes);
  std::vector<std::string> reasons(n), notes(n);  // empty where the picture is good
  ProgressCounter counter(progress, {fmt::format("decoding {}", split.name), 0, n, "pictures"});
  pool.parallel_for(n, [&](size_t i) {
    require<Interrupted>(!stop.stop_requested(), kWhere, "stopped while decoding pictures");
    const auto result = fit_file(split.samples[i].path, spec);
    if (const auto* decoded = std::get_if<image::Decoded>(&result)) {
      std::memcpy(cache.pixels_.data() + i * picture_bytes, decoded->picture.pixels.data(), picture_bytes);
      notes[i] = decoded->note;
    } else {
      reasons[i] = std::get<std::string>(result);
    }
    counter.add_one();
  });
  cache.close_gaps(split, reasons, notes);
  if (cache.size() == 0) {
    const SkippedFile& first = cache.skipped_.front();
    throw DataError(kWhere, fmt::format("none of the {} pictures of '{}' could be decoded; the first, {}: {}",
                                        n, split.name, first.path.string(), first.reason));
  }
  return cache;
}

void DecodedCache::close_gaps(const Split& split, const std::vector<std::string>& reasons,
                              const std::vector<std::string>& notes) {
  const size_t picture_bytes = static_cast<size_t>(width_) * height_ * 3;
  for (size_t i = 0; i < reasons.size(); ++i) {
    const Sample& sample = split.samples[i];
    if (!reasons[i].empty()) {
      skipped_.push_back({sample.path, reasons[i]});
      continue;
    }
    if (!notes[i].empty()) noted_.push_back({sample.path, notes[i]});
    if (i != labels_.size())
      std::memcpy(pixels_.data() + labels_.size() * picture_bytes, pixels_.data() + i * picture_bytes,
                  picture_bytes);
    labels_.push_back(sample.label);
    paths_.push_back(sample.path);
  }
  pixels_.resize(labels_.size() * picture_bytes);
}

image::ImageView DecodedCache::picture(size_t i) const {
  return {width_, height_, pixels_.data() + i * static_cast<size_t>(width_) * height_ * 3};
}

}  // namespace margay::data
