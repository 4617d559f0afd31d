// Names alone tell, so that a folder and an archive of it are the same.
#include "margay/data/made_folders.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

namespace margay::data {
namespace {

/// What is in a folder of margay's. A training writes its manifest and its configuration before any picture;
/// a sweep writes down what it was asked before its first trial.
struct Marks {
  bool configuration = false;
  bool record = false;
  bool sweep = false;
};

constexpr std::string_view kConfiguration = "config.toml";
constexpr std::string_view kSweep = "sweep.json";
constexpr std::array<std::string_view, 8> kRecords{
    "manifest.csv",  "environment.json",  "skipped.json",           "history.csv",
    "history.jsonl", "model.safetensors", "checkpoint.safetensors", "predictions.csv"};

/// The folder of a name with the '/' at its end; empty for the root's.
std::string_view folder_of(std::string_view name) {
  return name.substr(0, name.rfind('/') + 1);  // npos + 1 is 0
}

/// The folder that a folder with '/' at its end lies in.
std::string_view parent_of(std::string_view folder) {
  return folder_of(folder.substr(0, folder.size() - 1));
}

using Entries = std::vector<std::pair<std::string, std::string>>;
using Folders = std::set<std::string, std::less<>>;

/// Runs and sweeps with '/' at their end, the root as an empty name, and what each is.
std::map<std::string, const char*, std::less<>> find_made(const Entries& others) {
  std::map<std::string, Marks, std::less<>> marks;
  for (const auto& [name, reason] : others) {
    const std::string_view folder = folder_of(name);
    const std::string_view file = std::string_view(name).substr(folder.size());
    const bool record = std::ranges::find(kRecords, file) != kRecords.end();
    if (!(record || file == kConfiguration || file == kSweep)) continue;
    Marks& found = marks[std::string(folder)];
    found.record |= record;
    found.configuration |= file == kConfiguration;
    found.sweep |= file == kSweep;
  }
  std::map<std::string, const char*, std::less<>> made;
  for (const auto& [folder, found] : marks) {
    if (found.configuration && found.record) made.emplace(folder, "run");
    if (found.sweep) made.emplace(folder, "sweep");
  }
  return made;
}

bool is_within(std::string_view name, const Folders& folders) {
  for (std::string_view folder = folder_of(name); !folder.empty(); folder = parent_of(folder))
    if (folders.contains(folder)) return true;
  return false;
}

/// Folders up to the root that hold nothing but what margay made go with it.
Folders with_parents(const std::map<std::string, const char*, std::less<>>& made, const Listing& listing) {
  Folders out;
  for (const auto& [folder, kind] : made) out.insert(folder);
  std::vector<std::string_view> rest;
  for (const ListedPicture& picture : listing.pictures)
    if (!is_within(picture.name, out)) rest.push_back(picture.name);
  for (const auto& [folder, kind] : made)
    for (std::string_view parent = parent_of(folder); !parent.empty(); parent = parent_of(parent)) {
      const auto next = std::ranges::lower_bound(rest, parent);
      if ((next != rest.end() && next->starts_with(parent)) || !out.emplace(parent).second) break;
    }
  return out;
}

/// The outermost of the folders that `name` lies in.
std::string_view outermost(std::string_view name, const Folders& folders) {
  for (size_t slash = name.find('/'); slash != name.npos; slash = name.find('/', slash + 1))
    if (folders.contains(name.substr(0, slash + 1))) return name.substr(0, slash + 1);
  return {};
}

void say(const std::map<std::string, const char*, std::less<>>& made, const Folders& out, LeftOut& left_out) {
  std::map<std::string_view, std::map<std::string_view, size_t>> inside;
  for (const auto& [folder, kind] : made) ++inside[outermost(folder, out)][kind];
  for (const auto& [folder, counts] : inside) {
    // A sweep is one thing, however many trials it has.
    const std::string_view kind = counts.contains("sweep") ? "sweep" : "run";
    const size_t count = counts.at(kind);
    left_out.add_folder(folder, count == 1 ? fmt::format("a {} of margay", kind)
                                           : fmt::format("{} {}s of margay", count, kind));
  }
}

}  // namespace

void leave_out_made_folders(Listing& listing, Entries& others) {
  auto made = find_made(others);
  listing.is_run = made.erase(std::string()) > 0;
  if (made.empty()) return;
  const Folders out = with_parents(made, listing);
  say(made, out, listing.left_out);
  std::erase_if(listing.pictures, [&](const ListedPicture& found) { return is_within(found.name, out); });
  std::erase_if(others, [&](const auto& found) { return is_within(found.first, out); });
  std::erase_if(listing.folders, [&](const std::string& name) { return is_within(name + '/', out); });
}

}  // namespace margay::data
