// Where else an archive may be found: the folders and addresses of MARGAY_MIRROR.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace margay::fetch {

/// Splits a colon-separated list of folders and http(s) addresses; the colons of "http://" and of a port do
/// not separate: "/a:http://host:8080/b:/c" is three. Empty entries are dropped.
std::vector<std::string> split_mirrors(std::string_view list);

/// True for "http://..." and "https://...".
bool is_address(std::string_view entry);

/// Where a mirror would have the file: the entry itself when it ends in that name, else the name below it.
std::string place_in_mirror(std::string_view entry, std::string_view file_name);

}  // namespace margay::fetch
