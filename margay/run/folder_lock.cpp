// A locked file that says whose it is.
#include "margay/run/folder_lock.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/file_lock.h"
#include "margay/core/json.h"
#include "margay/core/option_text.h"
#include "margay/run/run_directory.h"

namespace margay::run {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhere = "run.lock";

std::string host_name() {
  char name[256] = "localhost";
  ::gethostname(name, sizeof name - 1);
  return name;
}

/// Of this process.
std::string holder_line() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return format_json({{"process", ::getpid()},
                      {"host", host_name()},
                      {"since", fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", now)}}) +
         "\n";
}

/// What the file says; whoever has only just got the lock may not have written yet.
std::string describe_holder(const fs::path& file) try {
  const Json holder = parse_json(read_text_file(file, 4096), file.string());
  return fmt::format("process {} on {}, since {}", json_value<int64_t>(holder, "process", file.string()),
                     json_value<std::string>(holder, "host", file.string()),
                     json_value<std::string>(holder, "since", file.string()));
} catch (const Error&) {
  return "another process";
}

/// The folder and its parents that are not there, outermost first.
std::vector<fs::path> missing_folders(const fs::path& folder) {
  std::vector<fs::path> missing;
  std::error_code unreadable;
  for (fs::path path = folder; path.has_relative_path() && !fs::exists(path, unreadable);
       path = path.parent_path())
    missing.insert(missing.begin(), path);
  return missing;
}

void write_holder(int descriptor, const fs::path& file) {
  const std::string line = holder_line();
  const bool written = ::ftruncate(descriptor, 0) == 0 &&
                       ::pwrite(descriptor, line.data(), line.size(), 0) == static_cast<ssize_t>(line.size());
  if (!written) throw io_error_from_errno(kWhere, fmt::format("cannot write {}", file.string()));
}

}  // namespace

FolderLock::FolderLock(const fs::path& folder) : FolderLock(folder, {}) {}

FolderLock::FolderLock(const fs::path& folder, std::vector<fs::path> made)
    : folder_(folder), made_(std::move(made)), descriptor_(lock()) {}

std::shared_ptr<const FolderLock> FolderLock::make_next(const fs::path& base, std::string_view name) {
  std::vector<fs::path> made = missing_folders(base);
  for (;;) {
    const fs::path folder = RunDirectory::next_free(base, name);
    make_folder(base);
    if (::mkdir(folder.c_str(), 0777) == 0) {
      made.push_back(folder);
      return std::shared_ptr<const FolderLock>(new FolderLock(folder, std::move(made)));
    }
    if (errno != EEXIST)
      throw io_error_from_errno(kWhere, fmt::format("cannot create the folder {}", folder.string()));
  }
}

bool FolderLock::is_abandoned(const fs::path& folder) {
  const Descriptor left(::open((folder / kFileName).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  return left.valid() && ::flock(left.get(), LOCK_SH | LOCK_NB) == 0;
}

FolderLock::~FolderLock() {
  if (is_file_of(descriptor_.get(), file())) ::unlink(file().c_str());
  remove_empty_folders();
}

int FolderLock::open() {
  for (;;) {
    make_folders();
    const int descriptor = ::open(file().c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (descriptor >= 0) return descriptor;
    const bool removed_as_empty = errno == ENOENT && !made_.empty();
    if (removed_as_empty) continue;
    throw io_error_from_errno(kWhere, fmt::format("cannot create {}", file().string()));
  }
}

/// The descriptor of the locked file.
int FolderLock::lock() try {
  const std::optional<int> descriptor = open_locked(file(), [this] { return open(); });
  if (!descriptor)
    throw UsageError(kWhere, fmt::format("{} is in use by {}", folder_.string(), describe_holder(file())),
                     "wait until that has ended, or write to another folder with `out`"_worded);
  try {
    write_holder(*descriptor, file());
  } catch (...) {
    ::unlink(file().c_str());
    ::close(*descriptor);
    throw;
  }
  return *descriptor;
} catch (...) {
  remove_empty_folders();
  throw;
}

void FolderLock::make_folders() {
  const std::vector<fs::path> missing = missing_folders(folder_);
  make_folder(folder_);
  if (!missing.empty()) made_ = missing;
}

void FolderLock::remove_empty_folders() const {
  for (auto path = made_.rbegin(); path != made_.rend(); ++path) ::rmdir(path->c_str());
}

}  // namespace margay::run
