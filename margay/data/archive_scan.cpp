// Sorts the entries of an archive by what can be done with them.
#include "margay/data/archive_scan.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "margay/archive/entry_fault.h"
#include "margay/core/error.h"
#include "margay/data/entry_kind.h"
#include "margay/data/file_start.h"

namespace margay::data {
namespace fs = std::filesystem;
namespace {

/// Why a folder is not entered; empty when it is.
std::string reason_to_pass(const fs::path& folder) {
  for (const fs::path& part : folder) {
    if (is_hidden(part.string())) return "hidden";
    if (is_named_as_picture(part)) return "a folder named like a picture";
  }
  return {};
}

class ArchiveSorting {
 public:
  void take(std::string_view name, uint32_t entry) {
    const bool is_folder = name.ends_with('/');
    if (is_folder) name.remove_suffix(1);
    if (folders_above(name) > kMaxFolders)
      return builder_.leave_out(name, fmt::format("below more than {} folders", kMaxFolders));
    const fs::path plain = fs::path(name).lexically_normal();
    if (plain.empty() || plain == ".") return;
    const fs::path folder = is_folder ? plain : plain.parent_path();
    const std::string reason = reason_to_pass(folder);
    if (reason.empty()) enter(folder.generic_string());
    if (!is_folder) take_file(plain, entry, reason);
  }

  void refuse(std::string_view name, std::string_view reason) {
    encrypted_ += reason == archive::kEncrypted ? 1 : 0;
    builder_.leave_out(name, fmt::format("{} in the archive", reason));
  }

  size_t encrypted() const { return encrypted_; }

  /// Those are read once the archive is open whose names do not tell all.
  Listing finish(const archive::Archive& archive, const std::stop_token& stop) {
    for (auto& [name, entry] : unknown_) {
      require<Interrupted>(!stop.stop_requested(), "data.dataset", "stopped while reading the archive");
      const std::vector<uint8_t> start = start_of(archive, entry);
      builder_.add_file({std::move(name), entry}, start);
    }
    return builder_.finish();
  }

 private:
  void take_file(const fs::path& plain, uint32_t entry, const std::string& reason_of_folder) {
    const fs::path file = plain.filename();
    const std::string reason =
        reason_of_folder.empty() && is_hidden(file.string()) ? "hidden" : reason_of_folder;
    if (!reason.empty()) return builder_.leave_out(plain.generic_string(), reason);
    if (!is_start_needed(file)) return builder_.add_picture({plain.generic_string(), entry});
    unknown_.emplace_back(plain.generic_string(), entry);
  }

  void enter(std::string folder) {
    while (!folder.empty() && folders_.insert(folder).second) {
      builder_.add_folder(folder);
      const size_t slash = folder.rfind('/');
      folder.resize(slash == folder.npos ? 0 : slash);
    }
  }

  /// Empty where it cannot be read, so that the name alone tells.
  static std::vector<uint8_t> start_of(const archive::Archive& archive, uint32_t entry) {
    try {
      return archive.read_start(entry, kStartBytes);
    } catch (const Error&) {
      return {};
    }
  }

  ListingBuilder builder_;
  std::unordered_set<std::string> folders_;
  std::vector<std::pair<std::string, uint32_t>> unknown_;
  size_t encrypted_ = 0;
};

}  // namespace

OpenedArchive list_archive(const fs::path& path, const ProgressObserver& progress, std::stop_token stop) {
  ArchiveSorting sorting;
  const auto found = [&](std::string_view name, uint32_t entry) { sorting.take(name, entry); };
  const auto refused = [&](std::string_view name, std::string_view reason) { sorting.refuse(name, reason); };
  auto opened = archive::open_archive(path, {found, refused}, {}, progress, stop);
  Listing listing = sorting.finish(*opened, stop);
  // Where some pictures can be read, the counts of what is left out tell it.
  require<FormatError>(!listing.pictures.empty() || sorting.encrypted() == 0, "data.dataset",
                       fmt::format("{} is encrypted, and margay asks for no password", path.string()),
                       "unpack it with its password, such as with: unzip or 7z x, and name the folder");
  return {std::move(opened), std::move(listing)};
}

}  // namespace margay::data
