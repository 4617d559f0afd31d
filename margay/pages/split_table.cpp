// Writes the table of classes and splits.
#include "margay/pages/split_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "margay/pages/page.h"
#include "margay/text/phrases.h"

namespace margay::pages {
namespace {

constexpr size_t kNamedClasses = 200;
constexpr size_t kOpenClasses = 20;

}  // namespace

Markup split_table(std::span<const std::string> classes, std::span<const analysis::SplitCounts> splits,
                   const text::PageText& words) {
  std::vector<std::string> header{words.class_name()};
  for (const analysis::SplitCounts& split : splits) header.push_back(words.split(split.name));
  std::vector<std::vector<Markup>> rows;
  const size_t named = std::min(classes.size(), kNamedClasses);
  for (size_t i = 0; i < named; ++i) {
    rows.push_back({escaped(classes[i])});
    for (const analysis::SplitCounts& split : splits)
      rows.back().push_back(escaped(grouped(split.counts.at(i))));
  }
  rows.push_back({escaped(words.all())});
  for (const analysis::SplitCounts& split : splits) rows.back().push_back(escaped(grouped(split.sum())));
  const Markup made = table(header, rows);
  if (classes.size() <= kOpenClasses) return made;
  return details(named == classes.size() ? words.pictures_of_classes(classes.size())
                                         : words.pictures_of_first(named, classes.size()),
                 made);
}

}  // namespace margay::pages
