// Names in one text, places in one row of numbers.
#include "margay/data/picture_store.h"

#include <sys/stat.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/data/file_start.h"
#include "margay/image/decode.h"

namespace margay::data {

void NameTable::add(std::string_view name) {
  const size_t leaf = name.rfind('/') + 1;  // npos + 1 is 0
  const std::string_view folder = name.substr(0, leaf);
  if (folders_.empty() || folders_.back() != folder) folders_.emplace_back(folder);
  folder_of_.push_back(static_cast<uint32_t>(folders_.size() - 1));
  leaves_ += name.substr(leaf);
  ends_.push_back(leaves_.size());
}

void NameTable::shrink_to_fit() {
  folders_.shrink_to_fit();
  folder_of_.shrink_to_fit();
  leaves_.shrink_to_fit();
  ends_.shrink_to_fit();
}

std::string NameTable::name(size_t i) const {
  const uint64_t begin = i == 0 ? 0 : ends_[i - 1];
  return folders_[folder_of_[i]] + leaves_.substr(begin, ends_[i] - begin);
}

size_t NameTable::memory_bytes() const {
  size_t bytes = leaves_.capacity() + ends_.capacity() * sizeof(uint64_t) +
                 folder_of_.capacity() * sizeof(uint32_t) + folders_.capacity() * sizeof(std::string);
  for (const std::string& folder : folders_) bytes += folder.capacity();
  return bytes;
}

namespace {

/// Size, inode and times of change; empty where there is no such file. The time of the last change of the
/// inode is what no program can set back.
std::string stamp_of(const std::filesystem::path& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) return {};
  return fmt::format("{} {} {}.{} {}.{}", facts.st_size, facts.st_ino, facts.st_mtim.tv_sec,
                     facts.st_mtim.tv_nsec, facts.st_ctim.tv_sec, facts.st_ctim.tv_nsec);
}

/// Of larger files the beginning is looked at, so that memory is not taken for what is no picture.
constexpr uint64_t kLargeBytes = 16 << 20;

void require_picture(const std::vector<uint8_t>& start) {
  require<FormatError>(image::sniff_format(start).has_value(), "data.store",
                       "the bytes are of no format that margay reads");
}

}  // namespace

PictureStore::PictureStore(std::filesystem::path base) : base_(std::move(base)) {}

uint32_t PictureStore::add_archive(std::shared_ptr<const archive::Archive> archive,
                                   const std::filesystem::path& path) {
  archives_.push_back(std::move(archive));
  archive_stamps_.push_back(stamp_of(path));
  return static_cast<uint32_t>(archives_.size() - 1);
}

void PictureStore::add_file(std::string_view name) {
  names_.add(name);
  if (!places_.empty()) places_.emplace_back();
}

void PictureStore::add_entry(std::string_view name, uint32_t archive, uint32_t entry) {
  places_.resize(names_.size());
  names_.add(name);
  places_.push_back({archive, entry});
}

void PictureStore::add_missing(std::string_view name, std::string_view reason) {
  const auto known = std::ranges::find(reasons_, reason);
  add_entry(name, kMissing, static_cast<uint32_t>(known - reasons_.begin()));
  if (known == reasons_.end()) reasons_.emplace_back(reason);
}

void PictureStore::shrink_to_fit() {
  names_.shrink_to_fit();
  places_.shrink_to_fit();
}

std::filesystem::path PictureStore::path(size_t i) const {
  return base_ / names_.name(i);
}

EncodedPicture PictureStore::take(size_t i, uint64_t limit_bytes) const {
  const Place at = place(i);
  if (at.archive == kMissing) throw IoError("data.store", reasons_[at.entry]);
  if (at.archive == kFile) {
    const std::filesystem::path file = path(i);
    std::error_code unknown;
    uint64_t bytes = std::filesystem::file_size(file, unknown);
    if (unknown) bytes = 0;  // reading it says why
    if (bytes > kLargeBytes) require_picture(read_start(file));
    auto share = std::make_unique<const MemoryShare>(std::min(bytes, limit_bytes));
    return {std::move(share), read_file(file, limit_bytes)};
  }
  const archive::Archive& archive = *archives_[at.archive];
  const uint64_t bytes = archive.size_bytes(at.entry);
  if (bytes > kLargeBytes) require_picture(archive.read_start(at.entry, kStartBytes));
  auto share = std::make_unique<const MemoryShare>(std::min(bytes, limit_bytes));
  return {std::move(share), archive.read(at.entry, limit_bytes)};
}

void PictureStore::append_identity(size_t i, std::string& text) const {
  const Place at = place(i);
  const std::filesystem::path where = path(i);
  text += where.native();
  text += '\0';
  if (at.archive == kFile)
    text += stamp_of(where);
  else if (at.archive != kMissing)
    text += fmt::format("{} {}", archive_stamps_[at.archive], at.entry);
  text += '\n';
}

size_t PictureStore::memory_bytes() const {
  return names_.memory_bytes() + places_.capacity() * sizeof(Place);
}

}  // namespace margay::data
