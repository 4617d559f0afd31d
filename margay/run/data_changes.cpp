// A content is looked for where it was, then anywhere.
#include "margay/run/data_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace margay::run {
namespace fs = std::filesystem;
namespace {

constexpr size_t kExamples = 3;

void add_part(std::vector<std::string>& parts, size_t count, std::string_view what,
              std::vector<std::string> examples) {
  if (count == 0) return;
  if (count > examples.size()) examples.emplace_back("...");
  parts.push_back(fmt::format("{} {} ({})", count, what, fmt::join(examples, ", ")));
}

std::vector<std::string> first_of(const std::vector<fs::path>& paths) {
  std::vector<std::string> examples;
  for (size_t i = 0; i < std::min(kExamples, paths.size()); ++i) examples.push_back(paths[i].string());
  return examples;
}

/// Where each content of the record was.
using PathsByContent = std::map<data::ContentHash, fs::path>;

/// Sorts a picture that is there into what has become of the record.
class Comparison {
 public:
  Comparison(const RecordedData& recorded, std::span<const PresentPicture> present) {
    for (const RecordedPicture& picture : recorded.pictures()) {
      recorded_.emplace(picture.path, &picture);
      if (picture.content) was_at_.emplace(*picture.content, picture.path);
    }
    for (const PresentPicture& picture : present) {
      present_.emplace(picture.path, &picture);
      contents_now_.insert(picture.content);
    }
  }

  DataChanges changes() {
    for (const auto& [path, picture] : present_) place(*picture);
    for (const auto& [path, picture] : recorded_) {
      const auto& content = picture->content;
      if (content && !contents_now_.contains(*content) && !std::ranges::binary_search(found_.changed, path))
        found_.missing.push_back(path);
    }
    return std::move(found_);
  }

 private:
  void place(const PresentPicture& picture) {
    const auto& [path, content, label, split] = picture;
    const auto before = recorded_.find(path);
    const bool was_used = before != recorded_.end() && before->second->content;
    if (was_used && *before->second->content == content) return compare_place(*before->second, picture);
    const auto origin = was_at_.find(content);
    if (origin != was_at_.end() && (was_used || has_left(origin->second, content)))
      found_.renamed.push_back({origin->second, path});
    else if (was_used)
      found_.changed.push_back(path);
    else
      found_.added.push_back(path);
  }

  /// Of the same picture under the same path.
  void compare_place(const RecordedPicture& before, const PresentPicture& now) {
    const auto differ = [](const std::string& a, const std::string& b) {
      return !a.empty() && !b.empty() && a != b;
    };
    if (differ(before.label, now.label) || differ(before.split, now.split))
      found_.reassigned.push_back({now.path, fmt::format("{}, {}", before.split, before.label),
                                   fmt::format("{}, {}", now.split, now.label)});
  }

  /// Whether the content is no longer where it was; a copy of one that is still there is a new picture.
  bool has_left(const fs::path& path, const data::ContentHash& content) const {
    const auto now = present_.find(path);
    return now == present_.end() || now->second->content != content;
  }

  std::map<fs::path, const RecordedPicture*> recorded_;
  PathsByContent was_at_;
  std::map<fs::path, const PresentPicture*> present_;
  std::set<data::ContentHash> contents_now_;
  DataChanges found_;
};

}  // namespace

std::string DataChanges::describe() const {
  std::vector<std::string> renames;
  for (size_t i = 0; i < std::min(kExamples, renamed.size()); ++i)
    renames.push_back(fmt::format("{} is now {}", renamed[i].from.string(), renamed[i].to.string()));
  std::vector<std::string> places;
  for (size_t i = 0; i < std::min(kExamples, reassigned.size()); ++i)
    places.push_back(
        fmt::format("{}: {} is now {}", reassigned[i].path.string(), reassigned[i].from, reassigned[i].to));
  std::vector<std::string> parts;
  add_part(parts, renamed.size(), "renamed", renames);
  add_part(parts, reassigned.size(), "in another class or split", places);
  add_part(parts, changed.size(), "changed", first_of(changed));
  add_part(parts, missing.size(), "missing", first_of(missing));
  add_part(parts, added.size(), "new", first_of(added));
  return fmt::format("{}", fmt::join(parts, "; "));
}

DataChanges changes_since(const RecordedData& recorded, std::span<const PresentPicture> present) {
  return Comparison(recorded, present).changes();
}

}  // namespace margay::run
