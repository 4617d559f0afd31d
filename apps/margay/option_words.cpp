// Walks from backquote to backquote.
#include "apps/margay/option_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "margay/core/shell_word.h"

namespace margay::app {
namespace {

/// Those that only have hyphens here for underscores. tests/architecture/options_test.cmake compares them
/// with the options that there are, and with those that messages name.
constexpr std::string_view kOptions[] = {"accept_changed_data",
                                         "allow_broken",
                                         "batch_size",
                                         "budget",
                                         "cache",
                                         "device",
                                         "epochs",
                                         "follow_links",
                                         "fuse",
                                         "keep",
                                         "label_column",
                                         "label_pattern",
                                         "labels",
                                         "lr",
                                         "max_megapixels",
                                         "model",
                                         "network",
                                         "out",
                                         "overwrite",
                                         "path_column",
                                         "patience",
                                         "precision",
                                         "recipe",
                                         "root",
                                         "size",
                                         "split_column",
                                         "split_seed",
                                         "strategy",
                                         "suffix",
                                         "threads",
                                         "trials",
                                         "validation",
                                         "weights"};

/// What is called otherwise here, or is a command.
struct OtherWords {
  std::string_view name;
  std::string_view words;
  bool quoted = false;  ///< as a command that stands in a sentence
};

constexpr OtherWords kOthers[] = {
    {"inspect", "margay inspect", true}, {"max_bytes", "--max-memory"},
    {"models", "margay models", true},   {"published_data", "margay dataset get", true},
    {"range_test", "margay lr-find"},    {"recipe_show", "margay recipe show", true},
    {"resume", "margay train --resume"}, {"train", "margay train", true}};

/// The tables of recipes, whose settings are named with them.
constexpr std::string_view kTables[] = {"augment", "budget",    "head",     "input",   "loss",
                                        "network", "optimizer", "schedule", "training"};

/// An option as a message names it.
struct NamedOption {
  std::string_view name;
  std::optional<std::string> value;
  size_t length = 0;  ///< with both backquotes
};

template <class Names>
bool has(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != std::end(names);
}

/// The option that `text`, which begins with a backquote, begins with; nothing where that is none.
std::optional<NamedOption> read_option(std::string_view text) {
  constexpr std::string_view kOfNames = "abcdefghijklmnopqrstuvwxyz0123456789_.";
  const size_t end = text.find_first_not_of(kOfNames, 1);
  if (end == text.npos || end == 1) return std::nullopt;
  const std::string_view name = text.substr(1, end - 1);
  if (text[end] == '`') return NamedOption{name, std::nullopt, end + 1};
  if (text[end] != '=') return std::nullopt;
  std::string value;
  for (size_t i = end + 1; i < text.size(); ++i) {
    const bool is_doubled = text.substr(i).starts_with("``");
    if (text[i] == '`' && !is_doubled) return NamedOption{name, std::move(value), i + 1};
    if (is_doubled) ++i;
    value += text[i];
  }
  return std::nullopt;
}

std::string with_hyphens(std::string_view name) {
  std::string text = fmt::format("--{}", name);
  std::ranges::replace(text, '_', '-');
  return text;
}

/// Nothing for what is no option here.
std::optional<std::string> words_for(const NamedOption& option) {
  const auto behind = [&](std::string_view words) {
    return option.value ? fmt::format("{} {}", words, shell_word(*option.value)) : std::string(words);
  };
  const auto other = std::ranges::find(kOthers, option.name, &OtherWords::name);
  if (other != std::end(kOthers))
    return other->quoted ? quoted_command(behind(other->words)) : behind(other->words);
  if (has(kOptions, option.name)) return behind(with_hyphens(option.name));
  const size_t dot = option.name.find('.');
  if (dot == option.name.npos || !has(kTables, option.name.substr(0, dot))) return std::nullopt;
  const std::string setting(option.name);
  return "--set " + (option.value ? shell_word(setting + '=' + *option.value) : setting);
}

}  // namespace

std::string with_option_words(std::string_view message) {
  std::string text;
  while (!message.empty()) {
    const size_t before = std::min(message.find('`'), message.size());
    text += message.substr(0, before);
    message.remove_prefix(before);
    if (message.empty()) break;
    const std::optional<NamedOption> option = read_option(message);
    const size_t length = option ? option->length : 1;
    const std::optional<std::string> words = option ? words_for(*option) : std::nullopt;
    text += words ? std::string_view(*words) : message.substr(0, length);
    message.remove_prefix(length);
  }
  return text;
}

}  // namespace margay::app
