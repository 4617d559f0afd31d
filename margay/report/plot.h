// What all plots have in common: a quiet frame, so that the data speaks, and how they stand in a page.
#pragma once

#include <string>
#include <string_view>

namespace margay::report {

inline constexpr const char* kQuiet = "#767676";  // readable on white and on black

/// Settings of gnuplot that every plot begins with.
std::string plot_frame();

/// What `script` draws as an `<svg>` element to stand inside a page: 480 wide, transparent, black text that
/// the style of the pages turns light, every id begins with `prefix`. Throws what run_gnuplot throws.
std::string plot_element(std::string_view script, int height, std::string_view prefix);

}  // namespace margay::report
