// Pictures of a data set as the network gets them: a choice spread over the classes, one picture augmented,
// and pictures mixed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "margay/augment/pipeline.h"
#include "margay/data/dataset.h"
#include "margay/data/decoded_cache.h"
#include "margay/image/image.h"
#include "margay/image/preprocess.h"

namespace margay::plot {

/// Picture `i` of a split as the network gets it; nothing when it cannot be read or does not decode.
std::optional<image::Image> read_fitted(const data::Split& split, size_t i, const image::Preprocess& spec);

/// A picture chosen to be shown.
struct ShownPicture {
  image::Image fitted;  ///< spec.height x spec.width x 3, exactly what the network gets
  std::string class_name;
  std::filesystem::path path;
};

/// `count` pictures of a split (fewer where it has fewer), chosen by `seed`, one class after another in turn.
/// A picture that does not decode is passed over. Throws UsageError for a count below 1, DataError when no
/// picture decodes.
std::vector<ShownPicture> choose_pictures(const data::Dataset& dataset, const data::Split& split,
                                          const image::Preprocess& spec, int count, uint64_t seed);

/// The same from pictures that are decoded already; no file is opened.
std::vector<ShownPicture> choose_pictures(const std::vector<std::string>& classes,
                                          const data::DecodedCache& cache, int count, uint64_t seed);

/// A row of pictures of a split, at least one, with their classes.
image::Image draw_samples(std::span<const ShownPicture> pictures, std::string_view split_name);

/// A fitted picture and `count` random variants of it, in one row. Variant i depends on (seed, i) alone.
/// Throws UsageError for a count below 1 or an empty pipeline.
image::Image draw_augmented(image::ImageView fitted, const augment::Pipeline& pipeline, int count,
                            uint64_t seed, std::string class_name);

/// Pictures of one size, and below each what it becomes when all are one batch of a pipeline that mixes, with
/// the shares of its labels; of more than eight only what they become. What is drawn depends on `seed` alone.
/// Throws UsageError for a pipeline that does not mix and for fewer than two pictures.
image::Image draw_mixed(std::span<const ShownPicture> pictures, const augment::Pipeline& pipeline,
                        uint64_t seed);

}  // namespace margay::plot
