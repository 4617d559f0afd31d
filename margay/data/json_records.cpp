// Brackets are counted and texts in quotes are passed; whoever parses a record finds what else is wrong.
#include "margay/data/json_records.h"

#include <algorithm>

#include "margay/data/table_file.h"

namespace margay::data {
namespace {

constexpr const char* kSpaces = " \t\r\n";

/// Behind the value that begins at `begin`; npos where it does not end. A value without brackets ends before
/// what separates it.
size_t end_of_value(std::string_view text, size_t begin) {
  size_t depth = 0;
  bool quoted = false;
  for (size_t i = begin; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\') ++i;
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    const bool closes = c == ']' || c == '}';
    if (depth == 0 && (closes || c == ',')) return i;
    if (c == '[' || c == '{') ++depth;
    if (closes && --depth == 0) return i + 1;
  }
  return text.npos;
}

/// The elements of an array one after another.
class ArrayCutter {
 public:
  /// `begin` is behind the bracket that opens it.
  ArrayCutter(std::string_view text, size_t begin, const std::filesystem::path& path)
      : text_(text), path_(path) {
    pass(begin);
  }

  std::vector<JsonRecord> cut() {
    std::vector<JsonRecord> records;
    for (char next = pass_spaces(); next != ']'; next = pass_spaces()) {
      if (!records.empty()) {
        if (next != ',') refuse("expected a comma or ']' behind an object");
        ++at_;
        pass_spaces();
      }
      const size_t end = end_of_value(text_, at_);
      if (end == text_.npos || end == at_)
        refuse(end == at_ ? "expected an object" : "an array without an end");
      records.push_back({text_.substr(at_, end - at_), line_});
      pass(end);
    }
    return records;
  }

 private:
  void pass(size_t end) {
    line_ += static_cast<size_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                                            text_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
    at_ = end;
  }

  char pass_spaces() {
    pass(std::min(text_.find_first_not_of(kSpaces, at_), text_.size()));
    if (at_ == text_.size()) refuse("an array without an end");
    return text_[at_];
  }

  [[noreturn]] void refuse(std::string_view problem) const {
    refuse_line(path_, line_, problem, kJsonRecordHint);
  }

  const std::string_view text_;
  size_t at_ = 0;
  size_t line_ = 1;
  const std::filesystem::path& path_;
};

std::vector<JsonRecord> lines_of(std::string_view text) {
  std::vector<JsonRecord> records;
  for (size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.find_first_not_of(kSpaces) != line.npos) records.push_back({line, number});
  }
  return records;
}

}  // namespace

std::vector<JsonRecord> json_records(std::string_view text, const std::filesystem::path& path) {
  const size_t begin = text.find_first_not_of(kSpaces);
  if (begin == text.npos || text[begin] != '[') return lines_of(text);
  const size_t end = end_of_value(text, begin);
  // Lines that are arrays each are told as what they are.
  if (end != text.npos && text.find_first_not_of(kSpaces, end) != text.npos) return lines_of(text);
  return ArrayCutter(text, begin + 1, path).cut();
}

}  // namespace margay::data
