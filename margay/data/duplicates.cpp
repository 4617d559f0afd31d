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

auto place_of(const PlacedPicture& picture) {
  return std::tie(picture.split, picture.label, picture.number);
}

/// Of copies with different values of `member`: the first picture, and the first that differs.
std::vector<Pair> pairs_that_differ(const std::vector<Copies>& copies, auto member) {
  std::vector<Pair> pairs;
  for (const Copies& same : copies) {
    const auto other =
        std::ranges::find_if(same, [&](const auto& picture) { return picture.*member != same[0].*member; });
    if (other != same.end()) pairs.emplace_back(same[0], *other);
  }
  return pairs;
}

std::string describe(const std::vector<Pair>& pairs, std::string_view what, auto&& name_of, auto&& path_of) {
  std::vector<std::string> named;
  for (const auto& [first, second] : pairs) {
    if (named.size() == kNamedPairs) break;
    named.push_back(fmt::format("{} ({}) is {} ({})", path_of(first).string(), name_of(first),
                                path_of(second).string(), name_of(second)));
  }
  return fmt::format("{} picture{} {}: {}{}", pairs.size(), pairs.size() == 1 ? " is" : "s are", what,
                     fmt::join(named, "; "), pairs.size() > kNamedPairs ? "; ..." : "");
}

}  // namespace

std::vector<Copies> find_copies(std::vector<PlacedPicture> pictures) {
  std::ranges::sort(pictures, [](const PlacedPicture& a, const PlacedPicture& b) {
    return a.content != b.content ? a.content < b.content : place_of(a) < place_of(b);
  });
  std::vector<Copies> copies;
  for (auto begin = pictures.begin(); begin != pictures.end();) {
    const auto end = std::find_if(begin, pictures.end(),
                                  [&](const auto& picture) { return picture.content != begin->content; });
    if (end - begin > 1) copies.emplace_back(begin, end);
    begin = end;
  }
  std::ranges::sort(copies, [](const Copies& a, const Copies& b) { return place_of(a[0]) < place_of(b[0]); });
  return copies;
}

std::vector<std::string> warnings_about_copies(
    const std::vector<Copies>& copies, const std::vector<std::string>& splits,
    const std::vector<std::string>& classes,
    const std::function<std::filesystem::path(const PlacedPicture&)>& path_of) {
  std::vector<std::string> warnings;
  if (const auto pairs = pairs_that_differ(copies, &PlacedPicture::split); !pairs.empty())
    warnings.push_back(describe(
        pairs, "in more than one split, which makes the result look better than it is",
        [&](const PlacedPicture& picture) { return splits.at(picture.split); }, path_of));
  if (const auto pairs = pairs_that_differ(copies, &PlacedPicture::label); !pairs.empty())
    warnings.push_back(describe(
        pairs, "in more than one class",
        [&](const PlacedPicture& picture) { return classes.at(static_cast<size_t>(picture.label)); },
        path_of));
  return warnings;
}

}  // namespace margay::data
