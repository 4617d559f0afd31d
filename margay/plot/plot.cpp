// Runs gnuplot's SVG terminal and makes what it draws fit into a page.
#include "margay/plot/plot.h"

#include <fmt/format.h>

#include "margay/core/output_file.h"
#include "margay/plot/gnuplot.h"

namespace margay::plot {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

}  // namespace

std::string plot_frame() {
  return fmt::format(
      "set encoding utf8\n"
      "set datafile missing 'NaN'\n"
      "set border 1 lw 1 lc rgb '{}'\n"
      "set grid ytics lt 1 lw 0.7 lc rgb '#D9D9D9'\n"
      "set tics scale 0\n",
      kQuiet);
}

std::string plot_element(std::string_view script, int height, std::string_view prefix) {
  std::string svg = run_gnuplot(
      fmt::format("set terminal svg size 480,{} dynamic font 'DejaVu Sans,14'\n{}", height, script));
  svg.erase(0, svg.find("<svg"));
  for (const std::string_view id : {"id='", "id=\"", "href='#"})
    replace_all(svg, id, fmt::format("{}{}", id, prefix));
  return svg;
}

void write_plot(std::string_view script, PlotSize size, const std::filesystem::path& png,
                const std::filesystem::path& svg) {
  // Lines and dots of the PNG terminal are in pixels of which there are more: scaled as the font is.
  const std::string picture = run_gnuplot(fmt::format(
      "set terminal pngcairo size {},{} font 'DejaVu Sans,17' fontscale 1 linewidth 1.5 pointscale 1.5 "
      "background '#FFFFFF'\n{}",
      size.width * 3 / 2, size.height * 3 / 2, script));
  const std::string drawing =
      run_gnuplot(fmt::format("set terminal svg size {},{} font 'DejaVu Sans,13' background '#FFFFFF'\n{}",
                              size.width, size.height, script));
  write_output_file(png, picture);
  write_output_file(svg, drawing);
}

}  // namespace margay::plot
