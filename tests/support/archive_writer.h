// Archives made for tests, the evil ones included.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace margay::test {

/// What an archive holds under a name.
struct Entry {
  std::string name;
  std::string content{};
  unsigned type = AE_IFREG;
  std::string link{};  ///< target of a symbolic link; of a hard link when the type is that of a file
};

enum class ArchiveKind { zip, tar, tar_gz, tar_xz, tar_zst };

inline void write_entry(::archive* writer, const Entry& wanted) {
  archive_entry* entry = archive_entry_new();
  archive_entry_set_pathname(entry, wanted.name.c_str());
  archive_entry_set_filetype(entry, wanted.type);
  archive_entry_set_perm(entry, wanted.type == AE_IFDIR ? 0755 : 0644);
  archive_entry_set_size(entry, static_cast<la_int64_t>(wanted.content.size()));
  if (!wanted.link.empty() && wanted.type == AE_IFLNK) archive_entry_set_symlink(entry, wanted.link.c_str());
  if (!wanted.link.empty() && wanted.type == AE_IFREG) archive_entry_set_hardlink(entry, wanted.link.c_str());
  const bool written = archive_write_header(writer, entry) == ARCHIVE_OK;
  archive_entry_free(entry);
  if (!written) throw std::runtime_error(archive_error_string(writer));
  if (!wanted.content.empty()) archive_write_data(writer, wanted.content.data(), wanted.content.size());
}

inline void write_archive(const std::filesystem::path& path, const std::vector<Entry>& entries,
                          ArchiveKind kind = ArchiveKind::zip, const char* password = nullptr) {
  ::archive* writer = archive_write_new();
  if (kind == ArchiveKind::zip) {
    archive_write_set_format_zip(writer);
    if (password != nullptr) {
      archive_write_set_options(writer, "zip:encryption=traditional");
      archive_write_set_passphrase(writer, password);
    }
  } else {
    archive_write_set_format_pax_restricted(writer);
    if (kind == ArchiveKind::tar_gz) archive_write_add_filter_gzip(writer);
    if (kind == ArchiveKind::tar_xz) archive_write_add_filter_xz(writer);
    if (kind == ArchiveKind::tar_zst) archive_write_add_filter_zstd(writer);
  }
  if (archive_write_open_filename(writer, path.c_str()) != ARCHIVE_OK)
    throw std::runtime_error("cannot write " + path.string());
  for (const Entry& entry : entries) write_entry(writer, entry);
  archive_write_free(writer);
}

}  // namespace margay::test
