// What all plots have in common: a quiet frame, so that the data speaks, and how they stand in a page.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

namespace margay::plot {

inline constexpr const char* kQuiet = "#767676";  // readable on white and on black

/// Okabe and Ito's palette, which colour-blind readers tell apart; yellow and black are left out. The style
/// of the pages names the first three of them, to make them lighter on a dark ground.
inline constexpr std::array kPlotColours{"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"};

/// Settings of gnuplot that every plot begins with.
std::string plot_frame();

/// What `script` draws as an `<svg>` element to stand inside a page: 480 wide, transparent, black text that
/// the style of the pages turns light, every id begins with `prefix`. Throws what run_gnuplot throws.
std::string plot_element(std::string_view script, int height, std::string_view prefix);

/// Of a file to look at, in the units of its SVG; the PNG has one and a half as many pixels.
struct PlotSize {
  int width = 1120;
  int height = 480;
};

/// Draws `script` as PNG and SVG on white; both files are replaced atomically. Throws what run_gnuplot
/// throws, IoError where a file cannot be written.
void write_plot(std::string_view script, PlotSize size, const std::filesystem::path& png,
                const std::filesystem::path& svg);

}  // namespace margay::plot
