// Pads cells.
#include "margay/text/text_table.h"

#include <algorithm>

#include "margay/core/printable.h"
#include "margay/core/unicode.h"

namespace margay::text {

std::string format_text_table(std::vector<std::vector<std::string>> rows, Align others) {
  for (auto& row : rows)
    for (std::string& cell : row) cell = printable(cell);
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      const bool right = i > 0 && others == Align::right;
      line += std::string(i > 0 ? 3 : 0, ' ') +
              (right ? right_aligned(row[i], widths[i]) : left_aligned(row[i], widths[i]));
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
  }
  return text;
}

}  // namespace margay::text
