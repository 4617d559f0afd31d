// Columns are as wide as what stands in them, within bounds.
#include "apps/margay/answer_lines.h"

#include <fmt/format.h>

#include <algorithm>

#include "apps/margay/output.h"
#include "margay/core/printable.h"
#include "margay/core/unicode.h"
#include "margay/text/phrases.h"

namespace margay::app {
namespace {

constexpr size_t kMaxPathColumn = 60;

}  // namespace

AnswerLines::AnswerLines(const std::vector<std::string>& classes, const data::PictureStore& pictures, int top)
    : pictures_(pictures), top_(top) {
  for (size_t i = 0; i < pictures.size(); ++i)
    path_width_ = std::max(path_width_, display_width(printable(pictures.path(i).string())));
  path_width_ = std::min(path_width_, kMaxPathColumn);
  for (const std::string& name : classes) {
    classes_.push_back(printable(name));
    class_width_ = std::max(class_width_, display_width(classes_.back()));
  }
}

void AnswerLines::print(const predict::FileAnswer& result) const {
  const std::string path = printable(pictures_.path(result.index).string());
  if (!result.answer) {
    flush_out();  // so that both streams on one terminal keep the order
    print_err("margay: [predict] {}: {}\n", path, result.error);
    return;
  }
  std::string line = left_aligned(path, path_width_);
  for (const int index : result.answer->top(top_))
    line += fmt::format("   {} {:>11}", left_aligned(classes_[index], class_width_),
                        text::certainty_text(result.answer->probabilities[index]));
  print_out("{}\n", line);
}

}  // namespace margay::app
