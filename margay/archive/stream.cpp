// What every reader of an archive from front to back does with libarchive.
#include "margay/archive/stream.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>

#include <new>
#include <system_error>

#include "margay/archive/entry_fault.h"
#include "margay/core/descriptor.h"
#include "margay/core/error.h"

namespace margay::archive {
namespace {

constexpr const char* kWhere = "archive";
constexpr size_t kReadBytes = 256 << 10;

}  // namespace

void ReleaseStream::operator()(::archive* stream) const {
  archive_read_free(stream);
}

Stream open_stream(const std::filesystem::path& path, Formats formats) {
  Stream stream(archive_read_new());
  if (!stream) throw std::bad_alloc();
  if (formats == Formats::zip_and_tar) archive_read_support_format_zip(stream.get());
  archive_read_support_filter_gzip(stream.get());
  if (formats == Formats::gzip) {
    archive_read_support_format_raw(stream.get());
  } else {
    archive_read_support_format_tar(stream.get());
    archive_read_support_filter_bzip2(stream.get());
    archive_read_support_filter_xz(stream.get());
    archive_read_support_filter_zstd(stream.get());
  }
  std::error_code error;
  require<IoError>(std::filesystem::is_regular_file(path, error), kWhere,
                   fmt::format("{} is not a file", path.string()));
  // libarchive does not tell what the system refuses from what is damaged.
  if (!Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC)).valid())
    throw io_error_from_errno(kWhere, fmt::format("cannot open {}", path.string()));
  if (archive_read_open_filename(stream.get(), path.c_str(), kReadBytes) != ARCHIVE_OK)
    refuse(path, message_of(stream));
  return stream;
}

archive_entry* next_entry(const Stream& stream, const std::filesystem::path& path) {
  archive_entry* entry = nullptr;
  const int status = archive_read_next_header(stream.get(), &entry);
  if (status == ARCHIVE_EOF) return nullptr;
  if (status < ARCHIVE_WARN) refuse(path, message_of(stream));
  return entry;
}

std::string name_of(archive_entry* entry) {
  const char* name = archive_entry_pathname(entry);
  if (name == nullptr) name = archive_entry_pathname_utf8(entry);
  return name != nullptr ? name : "";
}

std::optional<LinkTarget> link_of(archive_entry* entry) {
  if (const char* target = archive_entry_hardlink(entry)) return LinkTarget{target, true};
  if (archive_entry_filetype(entry) != AE_IFLNK) return std::nullopt;
  const char* target = archive_entry_symlink(entry);
  return LinkTarget{target != nullptr ? target : ""};
}

std::string_view fault_of_kind(archive_entry* entry) {
  if (archive_entry_hardlink(entry) != nullptr) return "a hard link";
  if (archive_entry_is_encrypted(entry) != 0) return kEncrypted;
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
    case AE_IFDIR:
      return {};
    case AE_IFLNK:
      return "a symbolic link";
    default:
      return "a special file (device, socket or pipe)";
  }
}

std::string message_of(const Stream& stream) {
  const char* message = archive_error_string(stream.get());
  return message != nullptr ? message : "the archive cannot be read";
}

void refuse(const std::filesystem::path& path, std::string_view problem) {
  throw FormatError(kWhere, fmt::format("{}: {}", path.string(), problem),
                    "a ZIP or a tar is expected; if it should be one, get it again");
}

}  // namespace margay::archive
