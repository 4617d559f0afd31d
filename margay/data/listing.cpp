// Puts a listing together.
#include "margay/data/listing.h"

#include <fmt/format.h>

#include <algorithm>

#include "margay/core/error.h"
#include "margay/data/entry_kind.h"
#include "margay/data/file_start.h"
#include "margay/data/made_folders.h"

namespace margay::data {
namespace {

/// A million folders with names of 64 bytes. Folders are stored with their full names, which an archive of a
/// few kilobytes could make gigabytes of.
constexpr size_t kMaxFolderBytes = 64 << 20;

void sort_and_keep_first(Listing& listing) {
  auto& pictures = listing.pictures;
  const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
  if (!std::ranges::is_sorted(pictures, by_name)) std::ranges::stable_sort(pictures, by_name);
  const auto same = [](const auto& a, const auto& b) { return a.name == b.name; };
  const auto end = std::unique(pictures.begin(), pictures.end(), [&](const auto& a, const auto& b) {
    if (!same(a, b)) return false;
    listing.left_out.add(b.name, "a name that is there twice");
    return true;
  });
  pictures.erase(end, pictures.end());
  std::ranges::sort(listing.folders);
}

}  // namespace

void ListingBuilder::add_folder(std::string name) {
  folder_bytes_ += name.size();
  require<DataError>(folder_bytes_ <= kMaxFolderBytes, "data.dataset",
                     fmt::format("the names of its folders take more than {} bytes", kMaxFolderBytes),
                     "a data set has a folder per class, and few below them");
  listing_.folders.push_back(std::move(name));
}

void ListingBuilder::add_picture(ListedPicture picture) {
  listing_.pictures.push_back(std::move(picture));
}

void ListingBuilder::add_file(ListedPicture file, std::span<const uint8_t> start) {
  const bool is_made = is_made_file(file.name, start), is_picture = starts_as_picture(start);
  if (is_made) made_.push_back(file.name);
  if (is_made && is_picture) return leave_out(file.name, "a picture that margay has drawn");
  if (const std::string raw = reason_as_raw(file.name);
      !raw.empty() && (!is_picture || starts_as_tiff(start)))
    return leave_out(file.name, raw);
  if (is_picture || is_named_as_picture(file.name)) return add_picture(std::move(file));
  leave_out(file.name, not_a_picture(file.name));
}

void ListingBuilder::leave_out(std::string_view name, std::string_view reason) {
  others_.emplace_back(name, reason);
}

Listing ListingBuilder::finish() {
  sort_and_keep_first(listing_);
  std::ranges::sort(others_);
  leave_out_made_folders(listing_, others_, made_);
  for (const auto& [name, reason] : others_) listing_.left_out.add(name, reason);
  return std::move(listing_);
}

}  // namespace margay::data
