// Splitting of lists in which colons mean three things.
#include "margay/fetch/mirrors.h"

#include <algorithm>
#include <cctype>

namespace margay::fetch {
namespace {

bool is_scheme(std::string_view text) {
  return text == "http" || text == "https";
}

/// Whether the colon after `entry` begins a port: the entry is an address that still lacks its path, digits
/// follow, and then the path, the next entry or the end.
bool begins_port(std::string_view entry, std::string_view rest) {
  if (!is_address(entry)) return false;
  const std::string_view host = entry.substr(entry.find("//") + 2);
  const bool in_brackets = host.starts_with('[') && host.find(']') == std::string_view::npos;
  if (in_brackets) return true;  // a colon of an IPv6 address
  if (host.find('/') != std::string_view::npos ||
      (host.find(':') != std::string_view::npos && !host.ends_with(']')))
    return false;
  const auto end =
      std::find_if_not(rest.begin(), rest.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
  return end != rest.begin() && (end == rest.end() || *end == '/' || *end == ':');
}

}  // namespace

bool is_address(std::string_view entry) {
  return entry.starts_with("http://") || entry.starts_with("https://");
}

std::vector<std::string> split_mirrors(std::string_view list) {
  std::vector<std::string> entries;
  std::string entry;
  const auto finish = [&] {
    if (!entry.empty()) entries.push_back(entry);
    entry.clear();
  };
  for (size_t i = 0; i < list.size(); ++i) {
    const std::string_view rest = list.substr(i + 1);
    const bool separates =
        list[i] == ':' && !(is_scheme(entry) && rest.starts_with("//")) && !begins_port(entry, rest);
    if (separates)
      finish();
    else
      entry += list[i];
  }
  finish();
  return entries;
}

std::string place_in_mirror(std::string_view entry, std::string_view file_name) {
  std::string place(entry);
  const bool names_a_file = place.ends_with(file_name);
  const size_t folder_length = names_a_file ? place.size() - file_name.size() : 0;
  if (folder_length > 0 && place[folder_length - 1] == '/') return place;
  if (!place.ends_with('/')) place += '/';
  return place.append(file_name);
}

}  // namespace margay::fetch
