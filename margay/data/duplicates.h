// The same picture in places where it does harm: on both sides of a split, or under two labels.
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

/// Warnings that name the pictures of equal content in different splits, and those with different labels; the
/// first pairs by path, all by number. `path_of` is asked for those that are named.
std::vector<std::string> warnings_about_duplicates(
    std::vector<PlacedPicture> pictures, const std::vector<std::string>& splits,
    const std::vector<std::string>& classes,
    const std::function<std::filesystem::path(const PlacedPicture&)>& path_of);

}  // namespace margay::data
