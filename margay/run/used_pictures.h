// The pictures that a training uses, by content, which is known from decoding them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "margay/data/content_hash.h"
#include "margay/data/decoded_cache.h"
#include "margay/data/manifest.h"
#include "margay/run/data_changes.h"
#include "margay/run/recorded_data.h"

namespace margay::run {

/// Those of both splits; what it refers to must outlive it.
struct UsedPictures {
  const std::vector<std::string>& classes;
  const data::DecodedCache& train;
  const data::DecodedCache* validation = nullptr;
};

/// All of them, with their classes and splits, under absolute paths.
std::vector<PresentPicture> present_in(const UsedPictures& used);

/// The same by path, as a manifest has it.
data::ContentsByPath contents_of(const UsedPictures& used);

/// What a network is trained on, each content once, sorted.
std::vector<data::ContentHash> trained_contents(const UsedPictures& used);

/// Validation pictures that are among `learned`, sorted contents.
int64_t count_validation_among(const UsedPictures& used, const std::vector<data::ContentHash>& learned);

}  // namespace margay::run
