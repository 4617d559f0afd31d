// Walks over the words as CLI11 does, which says of an unknown one only that it was not expected.
#include "apps/margay/unknown_option.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "margay/core/error.h"
#include "margay/core/shell_word.h"

namespace margay::app {
namespace {

/// "--lr" of "--lr=0.1".
std::string name_in(const std::string& word) {
  return word.substr(0, word.find('='));
}

/// A number below 0 or "-", which stands for standard input, is a value.
bool looks_like_option(std::string_view word) {
  constexpr std::string_view kOfNumbers = "0123456789.";
  return word.size() > 1 && word.front() == '-' && kOfNumbers.find(word[1]) == kOfNumbers.npos;
}

/// Null where no command of this name is below it.
const CLI::App* subcommand_of(const CLI::App& app, const std::string& name) {
  const std::vector<const CLI::App*> found =
      app.get_subcommands([&](const CLI::App* command) { return command->get_name() == name; });
  return found.empty() ? nullptr : found.front();
}

/// Without the hyphens before them, which all have and by which none is nearer.
std::vector<std::string> long_names_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options())
    names.insert(names.end(), option->get_lnames().begin(), option->get_lnames().end());
  return names;
}

/// One that a slip of the fingers makes of the word, or that begins as it does; empty where there is none.
std::string near_option(const CLI::App& command, const std::string& word) {
  constexpr size_t kLettersPerSlip = 3;
  const std::string nearest = nearest_name(word, long_names_of(command));
  const bool is_near = edit_distance(word, nearest) <= 1 + word.size() / kLettersPerSlip / 2 ||
                       word.starts_with(nearest) || nearest.starts_with(word);
  return is_near ? nearest : std::string();
}

/// Of the other commands that have an option of this name, the first; empty where none has.
std::string command_with(const CLI::App& app, const std::string& name) {
  for (const CLI::App* command : app.get_subcommands({}))
    if (command->get_option_no_throw(name) != nullptr) return command->get_name();
  return {};
}

[[noreturn]] void refuse(const CLI::App& app, const CLI::App& command, const std::string& command_name,
                         const std::string& word) {
  const std::string name = name_in(word);
  const std::string bare = name.substr(std::min(name.find_first_not_of('-'), name.size()));
  std::string hint = fmt::format("{} lists them", quoted_command(command_name + " --help"));
  if (const std::string nearest = near_option(command, bare); !nearest.empty())
    hint = fmt::format("did you mean '--{}'?", nearest);
  else if (const std::string other = command_with(app, name); !other.empty())
    hint = fmt::format("{} has it; {}", quoted_command("margay " + other), hint);
  throw UsageError("command line", fmt::format("{} has no option '{}'", command_name, name), hint);
}

[[noreturn]] void refuse_command(const CLI::App& command, const std::string& command_name,
                                 const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::App* below : command.get_subcommands({})) names.push_back(below->get_name());
  throw UsageError("command line", fmt::format("{} has no command '{}'", command_name, word),
                   hint_for_name(word, names));
}

}  // namespace

void require_known_options(const CLI::App& app, const std::vector<std::string>& words) {
  const CLI::App* command = &app;
  std::string command_name = "margay";
  for (size_t i = 1; i < words.size() && words[i] != "--"; ++i) {
    const std::string& word = words[i];
    if (!looks_like_option(word)) {
      const CLI::App* below = subcommand_of(*command, word);
      if (below == nullptr && !command->get_subcommands({}).empty())
        refuse_command(*command, command_name, word);
      if (below != nullptr) command = below, command_name += " " + word;
      continue;
    }
    const CLI::Option* option = command->get_option_no_throw(name_in(word));
    if (option == nullptr) refuse(app, *command, command_name, word);
    const bool has_value = word.find('=') != word.npos;
    if (!has_value && option->get_items_expected_min() > 0)
      ++i;  // the next word is its value, whatever it is
  }
}

CLI::Validator one_of(const std::string& option, std::vector<std::string> names) {
  const std::string shown = fmt::format("{{{}}}", fmt::join(names, ","));
  return CLI::Validator(
      [option, names = std::move(names)](std::string& value) {
        require(std::ranges::find(names, value) != names.end(), "command line",
                fmt::format("{} is '{}', expected one of {}", option, value, fmt::join(names, ", ")),
                hint_for_name(value, names, ""));
        return std::string();
      },
      shown);
}

}  // namespace margay::app
