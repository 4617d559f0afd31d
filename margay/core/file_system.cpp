// Each call in the form that reports by a value.
#include "margay/core/file_system.h"

#include <cerrno>
#include <string_view>
#include <system_error>

namespace margay {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhere = "core.file";

IoError failure(std::string_view problem, const std::error_code& error) {
  errno = error.value();
  return io_error_from_errno(kWhere, problem);
}

void require_done(const std::error_code& error, std::string_view what, const fs::path& path) {
  if (error) throw failure(fmt::format("cannot {} {}", what, path.string()), error);
}

/// Of what is not there, that: it is an answer.
fs::file_status status_of(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() != fs::file_type::not_found) require_done(error, "look at", path);
  return status;
}

}  // namespace

IoError io_error_of(const fs::filesystem_error& error) {
  std::string paths = error.path1().string();
  if (!error.path2().empty()) paths += fmt::format(" and {}", error.path2().string());
  return failure(fmt::format("cannot use {}", paths.empty() ? "a file or folder" : paths), error.code());
}

bool path_exists(const fs::path& path) {
  return fs::exists(status_of(path));
}

bool is_folder(const fs::path& path) {
  return fs::is_directory(status_of(path));
}

bool is_file(const fs::path& path) {
  return fs::is_regular_file(status_of(path));
}

bool is_empty_folder(const fs::path& path) {
  std::error_code error;
  const bool is_empty = fs::is_directory(status_of(path)) && fs::is_empty(path, error);
  require_done(error, "list", path);
  return is_empty;
}

uint64_t file_size_bytes(const fs::path& path) {
  std::error_code error;
  const uint64_t bytes = fs::file_size(path, error);
  require_done(error, "tell the size of", path);
  return bytes;
}

fs::path absolute_path(const fs::path& path) {
  require<IoError>(!path.empty(), kWhere, "an empty name is that of no file and no folder");
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  require_done(error, "tell where the working folder is, for", path);
  return absolute;
}

std::vector<fs::path> entries_below(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error))
    entries.push_back(entry->path());
  require_done(error, "list", folder);
  return entries;
}

void rename_path(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) throw failure(fmt::format("cannot rename {} to {}", from.string(), to.string()), error);
}

void remove_tree(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  require_done(error, "remove", path);
}

}  // namespace margay
