// CLI11's tree of commands, less what only a parser needs.
#include "apps/margay/described_commands.h"

#include <sstream>

namespace margay::app {
namespace {

/// "{top,leaf,path}" of "TEXT:{top,leaf,path}".
std::vector<std::string> words_of(const std::string& type) {
  const size_t begin = type.find('{'), end = type.find('}');
  std::vector<std::string> words;
  if (begin == type.npos || end == type.npos) return words;
  std::istringstream list(type.substr(begin + 1, end - begin - 1));
  for (std::string word; std::getline(list, word, ',');) words.push_back(word);
  return words;
}

/// "NUMBER" of "NUMBER:1 to 9".
std::string plain_type(const std::string& type) {
  return type.substr(0, type.find(':'));
}

OptionDescription describe(const CLI::Option& option) {
  OptionDescription described{{}, "", words_of(option.get_type_name()), option.get_description()};
  for (const std::string& name : option.get_snames()) described.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) described.names.push_back("--" + name);
  if (option.get_expected_max() > 0) described.value = plain_type(option.get_type_name());
  return described;
}

CommandDescription describe(const CLI::App& command, const std::string& name) {
  CommandDescription described{name, command.get_description(), command.get_footer(), {}, {}, {}, {}};
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_group().empty()) continue;  // hidden
    if (!option->get_positional()) {
      described.options.push_back(describe(*option));
    } else {
      described.positionals.push_back(option->get_name(true));
      described.positional_help.push_back(option->get_description());
    }
  }
  for (const CLI::App* below : command.get_subcommands({})) {
    if (below->get_group().empty()) continue;
    described.commands.push_back(
        describe(*below, name.empty() ? below->get_name() : name + " " + below->get_name()));
  }
  return described;
}

}  // namespace

CommandDescription describe(const CLI::App& app) {
  return describe(app, "");
}

}  // namespace margay::app
