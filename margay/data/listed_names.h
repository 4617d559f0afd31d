// Names in a row, as many as a message bears.
#pragma once

#include <string>
#include <vector>

namespace margay::data {

/// "id, breed, age"; of more than ten names the first eight, "and 242 more". Long names are shortened.
std::string listed_names(const std::vector<std::string>& names);

}  // namespace margay::data
