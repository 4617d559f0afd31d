// What the 1,000 outputs of networks that were trained on ImageNet-1k stand for.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace margay::weights {

inline constexpr size_t kImageNetClasses = 1000;

/// "tench" to "toilet tissue"; no two are alike.
std::span<const std::string_view, kImageNetClasses> imagenet_classes();

}  // namespace margay::weights
