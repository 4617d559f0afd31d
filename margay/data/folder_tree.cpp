// Names that begin alike are neighbours.
#include "margay/data/folder_tree.h"

#include <algorithm>

namespace margay::data {
namespace {

/// The first of sorted entries whose name is not before `prefix`.
auto first_at(const std::vector<ListedPicture>& pictures, std::string_view prefix) {
  return std::ranges::lower_bound(
      pictures, prefix, {}, [](const ListedPicture& picture) { return std::string_view(picture.name); });
}
auto first_at(const std::vector<std::string>& folders, std::string_view prefix) {
  return std::ranges::lower_bound(folders, prefix, {},
                                  [](const std::string& name) { return std::string_view(name); });
}

}  // namespace

std::vector<std::string> FolderTree::folders_in(std::string_view prefix) const {
  std::vector<std::string> names;
  for (auto folder = first_at(listing_.folders, prefix);
       folder != listing_.folders.end() && folder->starts_with(prefix); ++folder)
    if (folder->size() > prefix.size() && folder->find('/', prefix.size()) == folder->npos)
      names.push_back(folder->substr(prefix.size()));
  return names;
}

bool FolderTree::has_folders_in(std::string_view prefix) const {
  const auto next = first_at(listing_.folders, prefix);
  return next != listing_.folders.end() && next->starts_with(prefix);
}

bool FolderTree::has_picture_in(std::string_view prefix) const {
  for (auto picture = first_at(listing_.pictures, prefix);
       picture != listing_.pictures.end() && picture->name.starts_with(prefix); ++picture)
    if (picture->name.find('/', prefix.size()) == std::string::npos) return true;
  return false;
}

bool FolderTree::has_picture_below(std::string_view prefix) const {
  const auto next = first_at(listing_.pictures, prefix);
  return next != listing_.pictures.end() && next->name.starts_with(prefix);
}

std::vector<std::string> FolderTree::folders_with_pictures_in(std::string_view prefix) const {
  std::vector<std::string> names = folders_in(prefix);
  std::erase_if(
      names, [&](const std::string& name) { return !has_picture_below(std::string(prefix) + name + '/'); });
  return names;
}

}  // namespace margay::data
