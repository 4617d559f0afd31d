// From names to words.
#include "apps/margay/option_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "margay/core/option_text.h"
#include "margay/core/shell_word.h"

namespace margay::app {
namespace {

/// What is called otherwise here, or is a command. All else is an option with hyphens for underscores, which
/// tests/architecture/options_test.cmake looks for.
struct OtherWords {
  std::string_view name;
  std::string_view words;
  bool quoted = false;  ///< as a command that stands in a sentence
};

constexpr OtherWords kOthers[] = {
    {"inspect", "margay inspect", true}, {"max_bytes", "--max-memory"},
    {"models", "margay models", true},   {"predict", "margay predict", true},
    {"range_test", "margay lr-find"},    {"published_data", "margay dataset get", true},
    {"resume", "margay train --resume"}, {"recipe_show", "margay recipe show", true},
    {"train", "margay train", true}};

/// Settings of recipes whose option not every command has.
struct Setting {
  std::string_view name, key;
};

constexpr Setting kSettings[] = {{"batch_size", "training.batch_size"},
                                 {"device", "training.device"},
                                 {"epochs", "training.epochs"},
                                 {"fuse", "training.fuse"},
                                 {"keep", "training.keep"},
                                 {"lr", "optimizer.lr"},
                                 {"network", "network.name"},
                                 {"patience", "training.patience"},
                                 {"precision", "training.precision"},
                                 {"threads", "training.threads"},
                                 {"weights", "network.weights"}};

template <class Row, size_t N>
const Row* find_row(const Row (&rows)[N], std::string_view name) {
  const auto found = std::ranges::find(rows, name, &Row::name);
  return found == std::end(rows) ? nullptr : found;
}

std::string with_hyphens(std::string_view name) {
  std::string text(name);
  std::ranges::replace(text, '_', '-');
  return text;
}

std::string with_value(std::string_view words, std::string_view value) {
  return value.empty() ? std::string(words) : fmt::format("{} {}", words, shell_word(std::string(value)));
}

std::string set_words(std::string_view key, std::string_view value) {
  return value.empty() ? fmt::format("--set {}", key)
                       : "--set " + shell_word(fmt::format("{}={}", key, value));
}

std::set<std::string> long_names_of(const CLI::App& command) {
  std::set<std::string> names;
  for (const CLI::Option* option : command.get_options())
    names.insert(option->get_lnames().begin(), option->get_lnames().end());
  return names;
}

/// The command that the words name, which may stand below another, such as "dataset get".
const CLI::App& command_of(const CLI::App& app, const std::vector<std::string>& words) {
  const CLI::App* command = &app;
  for (size_t i = 1; i < words.size(); ++i) {
    const auto below =
        command->get_subcommands([&](const CLI::App* one) { return one->get_name() == words[i]; });
    if (below.empty()) break;
    command = below.front();
  }
  return *command;
}

}  // namespace

std::string option_words(const std::set<std::string>& there, std::string_view name, std::string_view value) {
  if (name.find('.') != name.npos) return set_words(name, value);
  if (const OtherWords* other = find_row(kOthers, name)) {
    const std::string words = with_value(other->words, value);
    return other->quoted ? quoted_command(words) : words;
  }
  const std::string option = with_hyphens(name);
  if (!there.contains(option)) {
    if (name == "max_megapixels") return "the variable MARGAY_MAX_MEGAPIXELS";
    if (name == "cache") return {};  // and no other way to say it
    const Setting* setting = find_row(kSettings, name);
    if (setting != nullptr && there.contains("set")) return set_words(setting->key, value);
  }
  return with_value("--" + option, value);
}

void use_option_words(const CLI::App& app, const std::vector<std::string>& words) {
  set_option_words(
      [there = long_names_of(command_of(app, words))](std::string_view name, std::string_view value) {
        return option_words(there, name, value);
      });
}

}  // namespace margay::app
