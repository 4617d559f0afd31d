// A page a command, in the order that man(7) asks for.
#include "apps/margay/man_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "margay/core/version.h"

namespace margay::app {
namespace {

/// Text that troff prints as it is: dashes stay dashes, and no line is taken for a request.
std::string plain(const std::string& text) {
  std::string made;
  bool begins_line = true;
  for (const char c : text) {
    if (begins_line && (c == '.' || c == '\'')) made += "\\&";
    if (c == '\\') {
      made += "\\e";
    } else if (c == '-') {
      made += "\\-";
    } else {
      made += c;
    }
    begins_line = c == '\n';
  }
  return made;
}

std::string page_name(const std::string& command) {
  std::string name = command.empty() ? "margay" : "margay " + command;
  std::ranges::replace(name, ' ', '-');
  return name;
}

std::string synopsis(const CommandDescription& command) {
  std::string line = fmt::format(".B margay{}\n", command.name.empty() ? "" : " " + command.name);
  line += "[\\fIOPTIONS\\fR]";
  if (!command.commands.empty()) line += " \\fICOMMAND\\fR";
  for (const std::string& positional : command.positionals)
    line += fmt::format(" \\fI{}\\fR", plain(positional));
  return line + "\n";
}

std::string section(std::string_view title, const std::string& body) {
  return body.empty() ? "" : fmt::format(".SH {}\n{}", title, body);
}

std::string item(const std::string& term, const std::string& help) {
  return fmt::format(".TP\n{}\n{}\n", term, plain(help));
}

std::string arguments(const CommandDescription& command) {
  std::string items;
  for (size_t i = 0; i < command.positionals.size(); ++i)
    items += item(fmt::format("\\fI{}\\fR", plain(command.positionals[i])), command.positional_help[i]);
  return items;
}

std::string options(const CommandDescription& command) {
  std::string items;
  for (const OptionDescription& option : command.options) {
    std::string value = option.value.empty() ? "" : fmt::format(" \\fI{}\\fR", plain(option.value));
    if (!option.values.empty()) value = " " + plain(fmt::format("{}", fmt::join(option.values, "|")));
    items += item(fmt::format("\\fB{}\\fR{}", plain(fmt::format("{}", fmt::join(option.names, ", "))), value),
                  option.help);
  }
  return items;
}

std::string commands(const CommandDescription& command) {
  std::string items;
  for (const CommandDescription& below : command.commands)
    items += item(fmt::format("\\fB{}\\fR(1)", plain(page_name(below.name))), below.help);
  return items;
}

/// What the help ends with, line by line.
std::string remarks(const std::string& footer) {
  return footer.empty() ? "" : fmt::format(".nf\n{}\n.fi\n", plain(footer));
}

std::string see_also(const CommandDescription& command) {
  return command.name.empty() ? "" : ".BR margay (1)\n";
}

std::string page_of(const CommandDescription& command) {
  const std::string name = page_name(command.name);
  std::string title = name;
  std::ranges::transform(title, title.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return fmt::format(".TH {} 1 \"\" \"margay {}\" \"margay\"\n.SH NAME\n{} \\- {}\n", plain(title), kVersion,
                     plain(name), plain(command.help)) +
         section("SYNOPSIS", synopsis(command)) + section("COMMANDS", commands(command)) +
         section("ARGUMENTS", arguments(command)) + section("OPTIONS", options(command)) +
         section("EXAMPLES AND REMARKS", remarks(command.footer)) + section("SEE ALSO", see_also(command));
}

void add_pages(const CommandDescription& command, std::vector<ManPage>& pages) {
  pages.push_back({page_name(command.name), page_of(command)});
  for (const CommandDescription& below : command.commands) add_pages(below, pages);
}

}  // namespace

std::vector<ManPage> man_pages(const CommandDescription& program) {
  std::vector<ManPage> pages;
  add_pages(program, pages);
  return pages;
}

}  // namespace margay::app
