// A quote that does not end a word is a letter of it: 'tis.jpg.
#include "margay/data/list_words.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "margay/core/trimmed.h"
#include "margay/data/entry_kind.h"

namespace margay::data {
namespace {

constexpr const char* kSpaces = " \t";

/// Behind the quote that ends what begins with one at `begin`; nothing where that is a letter of a word.
std::optional<size_t> end_of_quoted(std::string_view line, size_t begin) {
  if (line[begin] != '"' && line[begin] != '\'') return std::nullopt;
  const size_t quote = line.find(line[begin], begin + 1);
  if (quote == line.npos) return std::nullopt;
  const bool ends = quote + 1 == line.size() || line[quote + 1] == ' ' || line[quote + 1] == '\t';
  return ends ? std::optional(quote + 1) : std::nullopt;
}

ListWord plain_word(std::string_view line, size_t begin) {
  const size_t end = std::min(line.find_first_of(kSpaces, begin), line.size());
  return {line.substr(begin, end - begin), begin, end};
}

std::vector<ListWord> words_of(std::string_view line) {
  std::vector<ListWord> words;
  for (size_t at = line.find_first_not_of(kSpaces); at != line.npos;) {
    if (const auto end = end_of_quoted(line, at))
      words.push_back({line.substr(at + 1, *end - at - 2), at, *end});
    else
      words.push_back(plain_word(line, at));
    at = line.find_first_not_of(kSpaces, words.back().end);
  }
  return words;
}

size_t words_of_path(const std::vector<ListWord>& words) {
  const auto last = std::find_if(words.rbegin(), words.rend(),
                                 [](const ListWord& word) { return is_named_as_picture(word.text); });
  return static_cast<size_t>(words.rend() - last);
}

}  // namespace

std::string ListLine::from(size_t first, size_t last) const {
  if (last == first + 1) return std::string(words[first].text);
  return std::string(text.substr(words[first].begin, words[last - 1].end - words[first].begin));
}

std::vector<ListLine> list_lines(std::string_view text, size_t number) {
  std::vector<ListLine> lines;
  const char line_end = text.find('\n') == text.npos ? '\r' : '\n';
  for (; !text.empty(); ++number) {
    const size_t end = std::min(text.find(line_end), text.size());
    const std::string_view line = trimmed(text.substr(0, end), " \t\r");
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    std::vector<ListWord> words = words_of(line);
    const size_t path_words = words_of_path(words);
    lines.push_back({number, line, std::move(words), path_words});
  }
  return lines;
}

std::optional<int64_t> whole_number(std::string_view word) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  return error == std::errc() && end == word.data() + word.size() ? std::optional(number) : std::nullopt;
}

bool is_number(std::string_view word) {
  double number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  return error == std::errc() && end == word.data() + word.size();
}

}  // namespace margay::data
