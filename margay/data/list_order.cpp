// Names of pictures tell it; without them folders, numbers and what recurs do.
#include "margay/data/list_order.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <system_error>

#include "margay/core/utf8.h"
#include "margay/data/table_file.h"

namespace margay::data {
namespace fs = std::filesystem;
namespace {

constexpr size_t kShownLetters = 60;

/// A path without an ending is one word where those are all different and what follows recurs; else the last
/// word is the label.
void find_paths_without_ending(std::vector<ListLine>& lines) {
  std::set<std::string_view> firsts;
  std::set<std::string> others;
  for (const ListLine& line : lines) {
    firsts.insert(line.words[0].text);
    others.insert(line.from(std::min<size_t>(1, line.words.size() - 1)));
  }
  const bool one_word = firsts.size() == lines.size() && others.size() < lines.size();
  for (ListLine& line : lines)
    line.path_words = line.words.size() == 1 || one_word ? 1 : line.words.size() - 1;
}

bool is_file(const WordListText& list, const std::string& name) {
  std::error_code error;
  return fs::is_regular_file(list.root / name, error);
}

/// Of lines that end with a path: "my cat.jpg", or "3 cats/1.jpg".
ListOrder order_before_path(const WordListText& list, const std::vector<ListLine>& lines) {
  constexpr size_t kTried = 32;
  size_t whole = 0, behind_label = 0;
  for (size_t i = 0; i < std::min(kTried, lines.size()); ++i) {
    const ListLine& line = lines[i * lines.size() / std::min(kTried, lines.size())];
    if (line.words.size() < 2) return ListOrder::path_alone;
    whole += is_file(list, line.from(0)) ? 1 : 0;
    behind_label += is_file(list, line.from(1)) ? 1 : 0;
  }
  if (whole > 0) return ListOrder::path_alone;
  std::set<std::string_view> firsts;
  bool numbers = true;
  for (const ListLine& line : lines) {
    if (line.words.size() < 2) return ListOrder::path_alone;
    firsts.insert(line.words[0].text);
    numbers = numbers && whole_number(line.words[0].text);
  }
  if (behind_label > 0 || numbers) return ListOrder::label_path;
  if (firsts.size() > 1 && firsts.size() < lines.size())
    refuse_line(list.path, lines[0].number,
                fmt::format("'{}' may be a path with a space in it, or a label and a path",
                            shortened(lines[0].text, kShownLetters)),
                "a first line says it: label path, or path; or put quotes (\") around paths");
  return ListOrder::path_alone;
}

/// "0 cats/17": a path without an ending has folders, a label has none.
bool are_labels_first(const std::vector<ListLine>& lines) {
  return std::ranges::all_of(lines, [](const ListLine& line) {
    return line.words.size() == 2 && line.words[0].text.find('/') == std::string_view::npos &&
           line.words[1].text.find('/') != std::string_view::npos;
  });
}

}  // namespace

ListOrder find_list_order(const WordListText& list, std::vector<ListLine>& lines) {
  const auto has_picture = [](const ListLine& line) { return line.path_words > 0; };
  const auto ends_with_picture = [](const ListLine& line) { return line.path_words == line.words.size(); };
  if (std::ranges::all_of(lines, ends_with_picture)) return order_before_path(list, lines);
  if (std::ranges::none_of(lines, has_picture)) {
    if (are_labels_first(lines)) return ListOrder::label_path;
    find_paths_without_ending(lines);
  }
  for (ListLine& line : lines)
    if (!has_picture(line)) line.path_words = std::max<size_t>(1, line.words.size() - 1);
  const bool first_is_alone = ends_with_picture(lines[0]);
  for (const ListLine& line : lines)
    if (ends_with_picture(line) != first_is_alone)
      refuse_line(list.path, line.number,
                  first_is_alone ? "a path and a label, where the lines before have only a path"
                                 : "a path without a label, which the lines before have",
                  "a line per picture: its path, a space, its label");
  return first_is_alone ? ListOrder::path_alone : ListOrder::path_label;
}

}  // namespace margay::data
