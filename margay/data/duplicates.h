// The same picture in several places, which does harm on both sides of a split and under two labels.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "margay/data/content_hash.h"

namespace margay::data {

/// A picture and where it stands.
struct PlacedPicture {
  ContentHash content;
  uint32_t split = 0;  ///< number of the split
  int32_t label = 0;
  uint32_t number = 0;  ///< whatever the caller knows it by
};

/// Pictures of equal content, two at least, sorted by split, label and number.
using Copies = std::vector<PlacedPicture>;

/// All that there are more than once, sorted by their first picture.
std::vector<Copies> find_copies(std::vector<PlacedPicture> pictures);

/// Warnings that name the copies in different splits, and those with different labels; the first pairs by
/// path, all by number. `path_of` is asked for those that are named.
std::vector<std::string> warnings_about_copies(
    const std::vector<Copies>& copies, const std::vector<std::string>& splits,
    const std::vector<std::string>& classes,
    const std::function<std::filesystem::path(const PlacedPicture&)>& path_of);

}  // namespace margay::data
