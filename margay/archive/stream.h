// An archive read from front to back with libarchive, whose headers stay in this room.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct archive;
struct archive_entry;

namespace margay::archive {

/// Ends a libarchive stream, for std::unique_ptr.
struct ReleaseStream {
  void operator()(::archive* stream) const;
};
using Stream = std::unique_ptr<::archive, ReleaseStream>;

/// Which formats a stream reads; tar may be compressed with gzip, bzip2, xz or zstd; gzip is a file by
/// itself.
enum class Formats { tar, zip_and_tar, gzip };

/// Throws FormatError when the file is no such archive, IoError when it cannot be read.
Stream open_stream(const std::filesystem::path& path, Formats formats);

/// Goes to the next entry; null at the end. Throws FormatError that names `path`.
::archive_entry* next_entry(const Stream& stream, const std::filesystem::path& path);

/// The name as bytes; archives that declare another character set than the locale's have it as UTF-8.
std::string name_of(::archive_entry* entry);

/// What a hard or symbolic link of an archive leads to.
struct LinkTarget {
  std::string name;
  bool hard = false;  ///< named from the root of the archive, and not from the folder of the link
};

/// Nothing where the entry is no link.
std::optional<LinkTarget> link_of(::archive_entry* entry);

/// What makes an entry unfit, whatever its name; empty for a plain file or a folder.
std::string_view fault_of_kind(::archive_entry* entry);

/// What libarchive says is wrong.
std::string message_of(const Stream& stream);

/// A FormatError about the archive as a whole.
[[noreturn]] void refuse(const std::filesystem::path& path, std::string_view problem);

}  // namespace margay::archive
