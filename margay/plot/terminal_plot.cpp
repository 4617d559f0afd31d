// Dots of 2 x 4 to a character in braille, 1 x 1 in ASCII.
#include "margay/plot/terminal_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "margay/core/utf8.h"

namespace margay::plot {
namespace {

constexpr std::array kColours{33, 208};  // blue and orange of the 256: readable on black and on white
constexpr int kDash = 3;                 // dots, then as many left out
constexpr int kLeastColumns = 4;         // of the area with the curves

std::string coloured(const std::string& text, size_t curve, TerminalLook look) {
  return look.colour ? fmt::format("\033[38;5;{}m{}\033[0m", kColours[curve % kColours.size()], text) : text;
}

std::string padded(const std::string& text, int columns, bool right = false) {
  const int missing = columns - static_cast<int>(count_letters(text));
  const std::string gap(static_cast<size_t>(std::max(0, missing)), ' ');
  return right ? gap + text : text + gap;
}

/// Characters of which each holds some dots.
class DotGrid {
 public:
  DotGrid(int columns, int rows, TerminalLook look)
      : columns_(columns), rows_(rows), look_(look), cells_(static_cast<size_t>(columns * rows)) {}

  int dots_x() const { return columns_ * dots_per_column(); }
  int dots_y() const { return rows_ * dots_per_row(); }
  int row_of(int y) const { return y / dots_per_row(); }

  void line(int x0, int y0, int x1, int y1, size_t curve) {
    const int steps = std::max(std::abs(x1 - x0), std::abs(y1 - y0));
    for (int step = 0; step <= steps; ++step) {
      const double share = static_cast<double>(step) / std::max(1, steps);
      const bool dashed = curve == 1 && look_.unicode;
      if (!dashed || (drawn_ / kDash) % 2 == 0)
        dot(static_cast<int>(std::lround(x0 + share * (x1 - x0))),
            static_cast<int>(std::lround(y0 + share * (y1 - y0))), curve);
      if (step < steps) ++drawn_;
    }
  }

  /// A new curve begins with a whole dash.
  void begin_curve() { drawn_ = 0; }

  std::string row(int row) const {
    std::string text;
    for (int column = 0; column < columns_; ++column) {
      const Cell& cell = cells_[static_cast<size_t>(row * columns_ + column)];
      text += cell.dots == 0 ? " " : coloured(letter(cell), cell.curve, look_);
    }
    return text;
  }

 private:
  struct Cell {
    uint8_t dots = 0;  ///< of a braille character, as Unicode numbers them
    uint8_t curve = 0;
  };

  int dots_per_column() const { return look_.unicode ? 2 : 1; }
  int dots_per_row() const { return look_.unicode ? 4 : 1; }

  void dot(int x, int y, size_t curve) {
    if (x < 0 || x >= dots_x() || y < 0 || y >= dots_y()) return;
    constexpr uint8_t kBits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    Cell& cell = cells_[static_cast<size_t>(row_of(y) * columns_ + x / dots_per_column())];
    cell.dots |= kBits[y % dots_per_row()][x % dots_per_column()];
    cell.curve = static_cast<uint8_t>(curve);
  }

  std::string letter(const Cell& cell) const {
    if (!look_.unicode) return cell.curve == 0 ? "*" : "o";
    // U+2800 and the dots, as UTF-8.
    return {'\xE2', static_cast<char>(0xA0 | cell.dots >> 6), static_cast<char>(0x80 | (cell.dots & 0x3F))};
  }

  int columns_, rows_;
  TerminalLook look_;
  std::vector<Cell> cells_;
  int drawn_ = 0;
};

class Drawing {
 public:
  Drawing(const TerminalPlot& plot, TerminalLook look)
      : plot_(plot),
        look_(look),
        label_columns_(widest_label()),
        grid_(std::max(kLeastColumns, plot.columns - label_columns_ - 2), plot.rows, look) {}

  std::vector<std::string> lines() {
    for (size_t i = 0; i < plot_.curves.size(); ++i) draw(i);
    const std::vector<std::string> labels = row_labels();
    std::vector<std::string> lines{title()};
    for (int row = 0; row < plot_.rows; ++row) {
      const std::string& label = labels[static_cast<size_t>(row)];
      const char* const edge = label.empty() ? (look_.unicode ? "│" : "|") : look_.unicode ? "┤" : "+";
      lines.push_back(padded(label, label_columns_, true) + " " + edge + grid_.row(row));
    }
    lines.push_back(base_line());
    lines.push_back(epoch_line());
    return lines;
  }

 private:
  std::vector<double> ticks() const {
    std::vector<double> values;
    const Axis& axis = plot_.axis;
    for (double value = axis.low; value < axis.high + axis.step / 2; value += axis.step)
      values.push_back(std::min(value, axis.high));
    return values;
  }

  std::string label(double value) const { return fmt::format("{:.4g}{}", value, plot_.unit); }

  int widest_label() const {
    size_t columns = 0;
    for (const double tick : ticks()) columns = std::max(columns, count_letters(label(tick)));
    return static_cast<int>(columns);
  }

  /// Values beyond the axis leave the area, by no more than one dot.
  int y_of(double value) const {
    const double share = (plot_.axis.high - value) / (plot_.axis.high - plot_.axis.low);
    const double y = share * (grid_.dots_y() - 1);
    return static_cast<int>(std::lround(std::clamp(y, -1.0, static_cast<double>(grid_.dots_y()))));
  }

  int x_of(int epoch) const {
    const int epochs = plot_.last_epoch - plot_.first_epoch;
    const double share = epochs > 0 ? static_cast<double>(epoch - plot_.first_epoch) / epochs : 0;
    return static_cast<int>(std::lround(share * (grid_.dots_x() - 1)));
  }

  void draw(size_t curve) {
    grid_.begin_curve();
    bool connected = false;
    int x0 = 0, y0 = 0;
    for (const auto& [epoch, value] : plot_.curves[curve].points) {
      if (!std::isfinite(value)) {
        connected = false;
        continue;
      }
      const int x1 = x_of(epoch), y1 = y_of(value);
      if (!connected) x0 = x1, y0 = y1;
      grid_.line(x0, y0, x1, y1, curve);
      x0 = x1, y0 = y1, connected = true;
    }
  }

  /// The ends, and the ticks between them that are not next to another label.
  std::vector<std::string> row_labels() const {
    std::vector<std::string> labels(static_cast<size_t>(plot_.rows));
    const auto is_taken = [&](int row) {
      return row >= 0 && row < plot_.rows && !labels[static_cast<size_t>(row)].empty();
    };
    labels.front() = label(plot_.axis.high), labels.back() = label(plot_.axis.low);
    for (const double value : ticks()) {
      const int row = grid_.row_of(y_of(value));
      if (!is_taken(row - 1) && !is_taken(row) && !is_taken(row + 1))
        labels[static_cast<size_t>(row)] = label(value);
    }
    return labels;
  }

  std::string title() const {
    const std::array<std::string, 2> marks =
        look_.unicode ? std::array<std::string, 2>{"──", "╌╌"} : std::array<std::string, 2>{"**", "oo"};
    int columns = static_cast<int>(count_letters(plot_.title));
    std::string text = plot_.title;
    for (size_t i = 0; i < plot_.curves.size(); ++i) {
      const std::string& name = plot_.curves[i].name;
      const int more = static_cast<int>(count_letters(name)) + 6;
      if (columns + more > plot_.columns) break;
      text += "   " + coloured(marks[i % 2], i, look_) + " " + name;
      columns += more;
    }
    if (columns > plot_.columns) return padded("", plot_.columns);
    return text + std::string(static_cast<size_t>(plot_.columns - columns), ' ');
  }

  std::string base_line() const {
    std::string line(static_cast<size_t>(label_columns_ + 1), ' ');
    line += look_.unicode ? "└" : "+";
    for (int i = 0; i < area_columns(); ++i) line += look_.unicode ? "─" : "-";
    return line;
  }

  std::string epoch_line() const {
    const std::string first = std::to_string(plot_.first_epoch), last = std::to_string(plot_.last_epoch);
    std::string line(static_cast<size_t>(label_columns_ + 2), ' ');
    const int rest = area_columns() - static_cast<int>(first.size());
    const bool both = plot_.last_epoch > plot_.first_epoch && rest > static_cast<int>(last.size());
    return line + first + padded(both ? last : "", rest, true);
  }

  int area_columns() const { return std::max(kLeastColumns, plot_.columns - label_columns_ - 2); }

  const TerminalPlot& plot_;
  TerminalLook look_;
  int label_columns_;
  DotGrid grid_;
};

}  // namespace

std::vector<std::string> draw_terminal_plot(const TerminalPlot& plot, TerminalLook look) {
  return Drawing(plot, look).lines();
}

}  // namespace margay::plot
