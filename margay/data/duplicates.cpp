// Sorts by content, so that equal pictures are neighbours.
#include "margay/data/duplicates.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace margay::data {
namespace {

constexpr size_t kNamedPairs = 3;

using Pair = std::pair<PlacedPicture, PlacedPicture>;

/// For every content with different values of `member`: its first picture, and the first that differs.
std::vector<Pair> pairs_that_differ(const std::vector<PlacedPicture>& sorted, auto member) {
  std::vector<Pair> pairs;
  for (auto begin = sorted.begin(); begin != sorted.end();) {
    const auto end = std::find_if(begin, sorted.end(),
                                  [&](const auto& picture) { return picture.content != begin->content; });
    const auto other =
        std::find_if(begin, end, [&](const auto& picture) { return picture.*member != *begin.*member; });
    if (other != end) pairs.emplace_back(*begin, *other);
    begin = end;
  }
  return pairs;
}

std::string describe(const std::vector<Pair>& pairs, std::string_view what, auto&& place_of, auto&& path_of) {
  std::vector<std::string> named;
  for (const auto& [first, second] : pairs) {
    if (named.size() == kNamedPairs) break;
    named.push_back(fmt::format("{} ({}) is {} ({})", path_of(first).string(), place_of(first),
                                path_of(second).string(), place_of(second)));
  }
  return fmt::format("{} picture{} {}: {}{}", pairs.size(), pairs.size() == 1 ? " is" : "s are", what,
                     fmt::join(named, "; "), pairs.size() > kNamedPairs ? "; ..." : "");
}

}  // namespace

std::vector<std::string> warnings_about_duplicates(
    std::vector<PlacedPicture> pictures, const std::vector<std::string>& splits,
    const std::vector<std::string>& classes,
    const std::function<std::filesystem::path(const PlacedPicture&)>& path_of) {
  std::sort(pictures.begin(), pictures.end(), [](const PlacedPicture& a, const PlacedPicture& b) {
    return std::tie(a.content, a.split, a.label, a.number) < std::tie(b.content, b.split, b.label, b.number);
  });
  std::vector<std::string> warnings;
  if (const auto pairs = pairs_that_differ(pictures, &PlacedPicture::split); !pairs.empty())
    warnings.push_back(describe(
        pairs, "in more than one split, which flatters the result",
        [&](const PlacedPicture& picture) { return splits.at(picture.split); }, path_of));
  if (const auto pairs = pairs_that_differ(pictures, &PlacedPicture::label); !pairs.empty())
    warnings.push_back(describe(
        pairs, "in more than one class",
        [&](const PlacedPicture& picture) { return classes.at(static_cast<size_t>(picture.label)); },
        path_of));
  return warnings;
}

}  // namespace margay::data
