// Atomic replacement of files with POSIX calls.
#include "margay/core/atomic_file.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <system_error>

#include "margay/core/descriptor.h"
#include "margay/core/error.h"
#include "margay/core/file_system.h"
#include "margay/core/new_file.h"

namespace margay {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhere = "core.file";

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

uint64_t unguessable_number() {
  uint64_t number = 0;
  if (::getrandom(&number, sizeof number, 0) != sizeof number)
    throw io_error_from_errno(kWhere, "no random numbers come from the system");
  return number;
}

/// A name that whoever else may write into the folder cannot have put a link at.
fs::path temporary_beside(const fs::path& path) {
  return folder_of(path) /
         fmt::format(".{}.{}.{:016x}.tmp", path.filename().string(), ::getpid(), unguessable_number());
}

/// What the name of a temporary file says: whose place it was to take, and which process made it. Process 0
/// for a file that is none.
struct TemporaryName {
  std::string target;
  pid_t maker = 0;
};

TemporaryName parse_temporary(const fs::path& path) {
  const fs::path without_number = path.stem().stem();  // ".NAME.PID" of ".NAME.PID.NUMBER.tmp"
  const std::string process = without_number.extension().string(), hidden = without_number.stem().string();
  if (path.extension() != ".tmp" || process.size() < 2 || hidden.size() < 2 || hidden[0] != '.') return {};
  int id = 0;
  const char* end = process.data() + process.size();
  const auto [stopped_at, error] = std::from_chars(process.data() + 1, end, id);
  if (error != std::errc() || stopped_at != end) return {};
  return {hidden.substr(1), id};
}

bool is_running(pid_t process) {
  return ::kill(process, 0) == 0 || errno == EPERM;
}

/// The file behind a link. What is neither absent nor a regular file stays as it is.
fs::path file_behind(const fs::path& path) {
  std::error_code unreadable;
  const fs::file_status found = fs::status(path, unreadable);
  require<IoError>(unreadable != std::errc::too_many_symbolic_link_levels, kWhere,
                   fmt::format("{} is a link that leads nowhere", path.string()), "choose another name");
  require<IoError>(!fs::exists(found) || fs::is_regular_file(found), kWhere,
                   fmt::format("{} is there and is no regular file", path.string()), "choose another name");
  fs::path behind = path;
  while (fs::is_symlink(behind, unreadable))
    behind = folder_of(behind) / fs::read_symlink(behind, unreadable);
  return behind;
}

void rename_file(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0)
    throw io_error_from_errno(kWhere, fmt::format("cannot replace {}", to.string()));
}

void sync_path(const fs::path& path, int flags) {
  const Descriptor descriptor(::open(path.c_str(), flags | O_CLOEXEC));
  if (!descriptor.valid() || ::fsync(descriptor.get()) != 0)
    throw io_error_from_errno(kWhere, fmt::format("cannot sync {}", path.string()));
}

std::string_view as_text(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

void replace_file_atomically(const fs::path& path, const std::function<void(const fs::path&)>& fill,
                             const fs::path& previous) {
  const fs::path target = file_behind(path);
  const fs::path temporary = temporary_beside(target);
  try {
    fill(temporary);
    sync_path(temporary, O_RDONLY | O_NOFOLLOW);
    if (!previous.empty() && ::access(target.c_str(), F_OK) == 0) rename_file(target, previous);
    rename_file(temporary, target);
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  sync_path(folder_of(target), O_RDONLY | O_DIRECTORY);
}

void remove_abandoned_files(const fs::path& folder,
                            const std::function<bool(const std::string& name)>& is_ours) {
  std::error_code error, ignored;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const TemporaryName temporary = parse_temporary(entry->path().filename());
    if (temporary.maker > 0 && is_ours(temporary.target) && !is_running(temporary.maker))
      fs::remove(entry->path(), ignored);
  }
}

void write_file_atomically(const fs::path& path, std::string_view bytes) {
  replace_file_atomically(path, [&](const fs::path& temporary) {
    NewFile file(temporary, path);
    file.write(bytes);
    file.finish();
  });
}

void write_file_atomically(const fs::path& path, std::span<const uint8_t> bytes) {
  write_file_atomically(path, as_text(bytes));
}

void append_to_file(const fs::path& path, std::span<const uint8_t> bytes) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC));
  if (!file.valid()) throw io_error_from_errno(kWhere, fmt::format("cannot open {}", path.string()));
  write_all(file.get(), as_text(bytes), path);
}

std::vector<uint8_t> read_file(const fs::path& path, uint64_t limit_bytes) {
  // O_NONBLOCK: opening a FIFO that nobody writes to must not wait for ever.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!file.valid()) throw io_error_from_errno(kWhere, fmt::format("cannot open {}", path.string()));
  struct stat status {};
  if (::fstat(file.get(), &status) != 0)
    throw io_error_from_errno(kWhere, fmt::format("cannot stat {}", path.string()));
  require<IoError>(S_ISREG(status.st_mode), kWhere, fmt::format("{} is not a regular file", path.string()));
  const auto size = static_cast<uint64_t>(status.st_size);
  require<IoError>(size <= limit_bytes, kWhere,
                   fmt::format("{} has {} bytes, the limit is {}", path.string(), size, limit_bytes));
  std::vector<uint8_t> bytes(size);
  size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t count = ::read(file.get(), bytes.data() + filled, bytes.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw io_error_from_errno(kWhere, fmt::format("cannot read {}", path.string()));
    if (count == 0) break;
    filled += static_cast<size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

std::string read_text_file(const fs::path& path, uint64_t limit_bytes) {
  const std::vector<uint8_t> bytes = read_file(path, limit_bytes);
  return std::string(as_text(bytes));
}

void make_folder(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  errno = error.value();
  if (error) throw io_error_from_errno(kWhere, fmt::format("cannot create the folder {}", path.string()));
  require<IoError>(
      is_folder(path), kWhere,
      fmt::format("cannot create the folder {}: a file of that name is in the way", path.string()));
}

}  // namespace margay
