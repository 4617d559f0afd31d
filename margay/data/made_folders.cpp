// Names and first bytes tell, so that a folder and an archive of it are the same.
#include "margay/data/made_folders.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

#include "margay/core/output_file.h"
#include "margay/data/folder_tree.h"

namespace margay::data {
namespace {

/// What is in a folder of margay's. A training writes its manifest and its configuration before any picture;
/// a sweep writes down what it was asked before its first trial; a story's page comes last, and its runs
/// first.
struct Marks {
  bool configuration = false;
  bool record = false;
  bool sweep = false;
  bool story = false;
  size_t pictures = 0;  ///< with margay's mark
};

constexpr std::string_view kConfiguration = "config.toml";
constexpr std::string_view kSweep = "sweep.json";
constexpr std::string_view kStory = "story.html";
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

std::string_view file_of(std::string_view name) {
  return name.substr(folder_of(name).size());
}

bool is_record(std::string_view file) {
  return std::ranges::find(kRecords, file) != kRecords.end();
}

/// The first key of sweep.json.
bool begins_as_sweep(std::string_view text) {
  const auto skip = [&](std::string_view expected) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    const bool is_there = text.starts_with(expected);
    text.remove_prefix(is_there ? expected.size() : 0);
    return is_there;
  };
  return skip("{") && skip("\"asked\"") && skip(":") && skip("{");
}

using Entries = std::vector<std::pair<std::string, std::string>>;
using Folders = std::set<std::string, std::less<>>;

/// What margay made of a folder, and how many of it.
struct Made {
  std::string_view kind;
  size_t count = 1;
};
using MadeFolders = std::map<std::string, Made, std::less<>>;

constexpr std::string_view kPictures = "picture";

/// Folders with '/' at their end, the root as an empty name, and what each is.
MadeFolders find_made(const std::vector<std::string>& files) {
  std::map<std::string, Marks, std::less<>> marks;
  for (const std::string& name : files) {
    const std::string_view file = file_of(name);
    Marks& found = marks[std::string(folder_of(name))];
    if (file == kConfiguration)
      found.configuration = true;
    else if (file == kSweep)
      found.sweep = true;
    else if (file == kStory)
      found.story = true;
    else if (is_record(file))
      found.record = true;
    else
      ++found.pictures;
  }
  MadeFolders made;
  for (const auto& [folder, found] : marks) {
    if (found.sweep)
      made.emplace(folder, Made{"sweep"});
    else if (found.story)
      made.emplace(folder, Made{"story"});
    else if (found.configuration && found.record)
      made.emplace(folder, Made{"run"});
    else if (found.pictures > 0)
      made.emplace(folder, Made{kPictures, found.pictures});
  }
  return made;
}

bool is_within(std::string_view name, const Folders& folders) {
  for (std::string_view folder = folder_of(name); !folder.empty(); folder = parent_of(folder))
    if (folders.contains(folder)) return true;
  return false;
}

/// Folders up to the root that hold nothing but what margay made go with it.
Folders with_parents(const MadeFolders& made, const FolderTree& tree) {
  Folders out;
  for (const auto& [folder, what] : made)
    for (std::string_view way = folder; !way.empty() && !tree.has_picture_below(way); way = parent_of(way))
      out.emplace(way);
  return out;
}

/// The outermost of the folders that `name` lies in.
std::string_view outermost(std::string_view name, const Folders& folders) {
  for (size_t slash = name.find('/'); slash != name.npos; slash = name.find('/', slash + 1))
    if (folders.contains(name.substr(0, slash + 1))) return name.substr(0, slash + 1);
  return {};
}

void say(const MadeFolders& made, const Folders& out, LeftOut& left_out) {
  std::map<std::string_view, std::map<std::string_view, size_t>> inside;
  for (const auto& [folder, what] : made) inside[outermost(folder, out)][what.kind] += what.count;
  for (const auto& [folder, counts] : inside) {
    // A sweep or a story is one thing, however many runs are in it, and a run whatever is drawn of it.
    for (const std::string_view kind :
         std::initializer_list<std::string_view>{"sweep", "story", "run", kPictures}) {
      const auto found = counts.find(kind);
      if (found == counts.end()) continue;
      const size_t count = found->second;
      left_out.add_folder(folder, count == 1        ? fmt::format("a {} of margay", kind)
                                  : kind == "story" ? fmt::format("{} stories of margay", count)
                                                    : fmt::format("{} {}s of margay", count, kind));
      break;
    }
  }
}

}  // namespace

bool is_made_file(std::string_view name, std::span<const uint8_t> start) {
  const std::string_view file = file_of(name);
  const std::string_view text(reinterpret_cast<const char*>(start.data()), start.size());
  if (file == kConfiguration) return text.starts_with("description = ");
  if (file == kSweep) return begins_as_sweep(text);
  if (file == kStory) return begins_as_output(text);
  return is_record(file) || (text.starts_with("\x89PNG") && begins_as_output(text));
}

void leave_out_made_folders(Listing& listing, Entries& others, const std::vector<std::string>& files) {
  MadeFolders made = find_made(files);
  const auto root = made.find(std::string_view());
  listing.is_run = root != made.end() && root->second.kind != kPictures;
  const FolderTree tree(listing);
  const Folders out = with_parents(made, tree);
  if (out.empty()) return;
  std::erase_if(made, [&](const auto& folder) { return !out.contains(folder.first); });
  say(made, out, listing.left_out);
  std::erase_if(others, [&](const auto& found) { return is_within(found.first, out); });
  std::erase_if(listing.folders, [&](const std::string& name) { return is_within(name + '/', out); });
}

}  // namespace margay::data
