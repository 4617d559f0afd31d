// One `case` over the command for bash and zsh; fish takes a line for each option.
#include "apps/margay/completions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace margay::app {
namespace {

constexpr const char* kNote = "# Made from the program's own help.\n";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

/// Help up to its first pause, for a list.
std::string first_words(const std::string& help) {
  constexpr size_t kMost = 80;
  std::string words = help.substr(0, help.find_first_of(";:\n("));
  if (words.size() > kMost) words = words.substr(0, words.rfind(' ', kMost)) + " ...";
  while (!words.empty() && words.back() == ' ') words.pop_back();
  return words;
}

/// All commands below, those that have commands of their own before these.
std::vector<const CommandDescription*> all_commands(const CommandDescription& program) {
  std::vector<const CommandDescription*> all;
  for (const CommandDescription& command : program.commands) {
    all.push_back(&command);
    for (const CommandDescription* below : all_commands(command)) all.push_back(below);
  }
  return all;
}

std::string last_word(const std::string& name) {
  return name.substr(name.rfind(' ') + 1);
}

std::vector<std::string> names_of(const std::vector<CommandDescription>& commands) {
  std::vector<std::string> names;
  for (const CommandDescription& command : commands) names.push_back(last_word(command.name));
  return names;
}

/// Of the commands that have some of their own.
std::vector<std::string> names_of_groups(const CommandDescription& program) {
  std::vector<std::string> names;
  for (const CommandDescription& command : program.commands)
    if (!command.commands.empty()) names.push_back(command.name);
  return names;
}

std::vector<std::string> names_of(const std::vector<OptionDescription>& options) {
  std::vector<std::string> names;
  for (const OptionDescription& option : options)
    names.insert(names.end(), option.names.begin(), option.names.end());
  return names;
}

// bash

/// What follows options that take one of some words.
std::string bash_values(const CommandDescription& command) {
  std::string cases;
  for (const OptionDescription& option : command.options)
    if (!option.values.empty())
      cases += fmt::format("        {}) COMPREPLY=($(compgen -W '{}' -- \"$word\")); return ;;\n",
                           fmt::join(option.names, "|"), fmt::join(option.values, " "));
  return cases.empty() ? "" : fmt::format("      case $before in\n{}      esac\n", cases);
}

std::string bash_case(const CommandDescription& command) {
  return fmt::format("    '{}')\n{}      options='{}' commands='{}' ;;\n", command.name, bash_values(command),
                     fmt::join(names_of(command.options), " "), fmt::join(names_of(command.commands), " "));
}

// zsh

std::string zsh_quoted(const std::string& text) {
  return replaced(replaced(replaced(text, "'", "'\\''"), "[", "\\["), "]", "\\]");
}

std::string zsh_argument(const OptionDescription& option, const std::string& name) {
  std::string action;
  if (!option.values.empty())
    action = fmt::format(":value:({})", fmt::join(option.values, " "));
  else if (!option.value.empty())
    action = ":value:_files";
  return fmt::format("        '*{}[{}]{}'", name, replaced(zsh_quoted(first_words(option.help)), ":", "\\:"),
                     action);
}

std::string zsh_arguments(const CommandDescription& command) {
  std::string lines;
  for (const OptionDescription& option : command.options)
    for (const std::string& name : option.names) lines += zsh_argument(option, name) + " \\\n";
  return lines;
}

std::string zsh_commands(const CommandDescription& command) {
  std::string lines;
  for (const CommandDescription& below : command.commands)
    lines += fmt::format("        '{}:{}'\n", last_word(below.name), zsh_quoted(first_words(below.help)));
  return lines;
}

/// A case that completes options and files, or the words of commands below.
std::string zsh_case(const CommandDescription& command) {
  if (command.commands.empty())
    return fmt::format("    '{}')\n      _arguments -s \\\n{}        '*:file:_files' ;;\n", command.name,
                       zsh_arguments(command));
  return fmt::format("    '{}')\n      commands=(\n{}      )\n      _describe command commands ;;\n",
                     command.name, zsh_commands(command));
}

// fish

std::string fish_quoted(const std::string& text) {
  return replaced(replaced(text, "\\", "\\\\"), "'", "\\'");
}

std::string fish_options(const CommandDescription& command, const std::string& condition) {
  std::string lines;
  for (const OptionDescription& option : command.options) {
    std::string names;
    for (const std::string& name : option.names)
      names += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    std::string value = option.value.empty() ? "" : " -r";
    if (!option.values.empty()) value = fmt::format(" -x -a '{}'", fmt::join(option.values, " "));
    lines += fmt::format("complete -c margay -n '{}'{}{} -d '{}'\n", condition, names, value,
                         fish_quoted(first_words(option.help)));
  }
  return lines;
}

/// "margay dataset get" has been typed.
std::string fish_condition(const std::string& name) {
  return "__margay_is \"" + name + "\"";
}

std::string fish_commands(const CommandDescription& command) {
  std::string lines;
  for (const CommandDescription& below : command.commands)
    lines += fmt::format("complete -c margay -n '{}' -f -a {} -d '{}'\n", fish_condition(command.name),
                         last_word(below.name), fish_quoted(first_words(below.help)));
  return lines;
}

}  // namespace

std::string bash_completion(const CommandDescription& program) {
  std::string cases = bash_case(program);
  for (const CommandDescription* command : all_commands(program)) cases += bash_case(*command);
  return fmt::format(R"(# bash completion of margay
{}
_margay() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}} command='' options='' commands='' i
  for ((i = 1; i < COMP_CWORD && i < 3; i++)); do
    [[ ${{COMP_WORDS[i]}} == -* ]] && break
    case $command in '') command=${{COMP_WORDS[i]}} ;; {}) command+=" ${{COMP_WORDS[i]}}" ;; esac
  done
  COMPREPLY=()
  case $command in
{}  esac
  if [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$word"))
  elif [[ -n $commands ]]; then
    COMPREPLY=($(compgen -W "$commands" -- "$word"))
  fi
}}
complete -o default -o bashdefault -F _margay margay
)",
                     kNote, fmt::join(names_of_groups(program), "|"), cases);
}

std::string zsh_completion(const CommandDescription& program) {
  std::string cases = zsh_case(program);
  for (const CommandDescription* command : all_commands(program)) cases += zsh_case(*command);
  return fmt::format(R"(#compdef margay
{}
_margay() {{
  local command='' i
  local -a commands
  for ((i = 2; i < CURRENT && i < 4; i++)); do
    [[ ${{words[i]}} == -* ]] && break
    case $command in '') command=${{words[i]}} ;; {}) command+=" ${{words[i]}}" ;; esac
  done
  case $command in
{}  esac
}}
_margay "$@"
)",
                     kNote, fmt::join(names_of_groups(program), "|"), cases);
}

std::string fish_completion(const CommandDescription& program) {
  std::string lines = fmt::format(R"(# fish completion of margay
{}
# Whether the words before the cursor name this command.
function __margay_is
  set -l words (commandline -opc)[2..-1]
  set -l command
  for word in $words
    string match -q -- '-*' $word; and break
    set -a command $word
    contains -- $command[1] {}; or break
    test (count $command) -ge 2; and break
  end
  test "$command" = "$argv[1]"
end
)",
                                  kNote, fmt::join(names_of_groups(program), " "));
  lines += fish_commands(program) + fish_options(program, fish_condition(""));
  for (const CommandDescription* command : all_commands(program))
    lines += fish_commands(*command) + fish_options(*command, fish_condition(command->name));
  return lines;
}

}  // namespace margay::app
