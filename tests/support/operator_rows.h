// What an executor's table lacks, or has too much, by name.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "margay/graph/operator.h"

namespace margay::test {

/// "the engine has no row for 'conv2d'", one text for each operator of the table that `executed` lacks, that
/// it has twice, and that it has although the table does not; `resolved` says which need none.
template <class Resolved>
std::vector<std::string> faults_of_rows(std::string_view executor, std::vector<std::string_view> executed,
                                        const Resolved& resolved) {
  std::vector<std::string> faults;
  for (const graph::Operator& row : graph::operators()) switch (std::ranges::count(executed, row.name)) {
      case 0:
        if (!resolved(row)) faults.push_back(fmt::format("the {} has no row for '{}'", executor, row.name));
        break;
      case 1:
        break;
      default:
        faults.push_back(fmt::format("the {} has several rows for '{}'", executor, row.name));
    }
  for (const std::string_view op : executed)
    if (std::ranges::find(graph::operators(), op, &graph::Operator::name) == graph::operators().end())
      faults.push_back(fmt::format("the {} has a row for '{}', which is no operator", executor, op));
  return faults;
}

/// Names of the operators that `rows` are for.
template <class Rows>
std::vector<std::string_view> names_of_rows(const Rows& rows) {
  std::vector<std::string_view> names;
  for (const auto& row : rows) names.push_back(row.op);
  return names;
}

/// The names without one of them, as where its file was forgotten.
inline std::vector<std::string_view> without(std::vector<std::string_view> names,
                                             std::string_view forgotten) {
  std::erase(names, forgotten);
  return names;
}

}  // namespace margay::test
