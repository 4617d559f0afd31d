// The beginning of a download, kept until the rest arrives.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace margay::fetch {

/// Which version of a file on a server some bytes belong to.
struct RemoteVersion {
  std::string url;
  std::string etag;           ///< strong ones only; may be empty
  std::string last_modified;  ///< may be empty
  uint64_t size_bytes = 0;    ///< 0 = not told

  bool operator==(const RemoteVersion&) const = default;
  /// What a server compares before it continues a file (If-Range, RFC 9110 13.1.5); empty = it cannot.
  std::string validator() const { return etag.empty() ? last_modified : etag; }
};

/// TARGET.part and, beside it, TARGET.part.json with its version. Throws IoError.
class PartFile {
 public:
  explicit PartFile(const std::filesystem::path& target);

  /// Bytes that are there and can be continued from `url`; everything else is thrown away first.
  uint64_t resume_point(const std::string& url);
  const RemoteVersion& version() const { return version_; }

  /// Empties the file and notes the version of what comes now.
  void restart(RemoteVersion version);
  void append(std::span<const char> bytes);
  uint64_t size_bytes() const { return size_bytes_; }

  /// Flushes and closes; what has come stays for later.
  void close();
  /// Closes and renames the part to the target.
  void finish();
  /// Closes and deletes the part.
  void discard();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  void open(const char* mode);
  void load_version();

  std::filesystem::path target_;
  std::filesystem::path part_;
  std::filesystem::path note_;
  RemoteVersion version_;
  uint64_t size_bytes_ = 0;
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace margay::fetch
