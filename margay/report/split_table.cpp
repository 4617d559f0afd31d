// Writes the table of classes and splits.
#include "margay/report/split_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "margay/report/page.h"
#include "margay/report/phrases.h"

namespace margay::report {
namespace {

constexpr size_t kNamedClasses = 200;
constexpr size_t kOpenClasses = 20;

}  // namespace

int64_t SplitCounts::sum() const {
  return std::accumulate(counts.begin(), counts.end(), int64_t{0});
}

Markup split_table(std::span<const std::string> classes, std::span<const SplitCounts> splits) {
  std::vector<std::string> header{"class"};
  for (const SplitCounts& split : splits) header.push_back(split.name);
  std::vector<std::vector<Markup>> rows;
  const size_t named = std::min(classes.size(), kNamedClasses);
  for (size_t i = 0; i < named; ++i) {
    rows.push_back({text(classes[i])});
    for (const SplitCounts& split : splits) rows.back().push_back(text(grouped(split.counts.at(i))));
  }
  rows.push_back({text("all")});
  for (const SplitCounts& split : splits) rows.back().push_back(text(grouped(split.sum())));
  const Markup made = table(header, rows);
  if (classes.size() <= kOpenClasses) return made;
  return details(named == classes.size()
                     ? fmt::format("Pictures of all {} classes", classes.size())
                     : fmt::format("Pictures of the first {} of {} classes", named, classes.size()),
                 made);
}

}  // namespace margay::report
