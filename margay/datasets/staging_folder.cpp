// mkdtemp, syncfs, rename.
#include "margay/datasets/staging_folder.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <system_error>
#include <utility>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/file_system.h"

namespace margay::datasets {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhere = "datasets.folder";

fs::path without_trailing_slash(fs::path path) {
  path = absolute_path(path).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

fs::path make_hidden_beside(const fs::path& target) {
  make_folder(target.parent_path());
  std::string pattern =
      (target.parent_path() / fmt::format(".{}.XXXXXX", target.filename().string())).string();
  if (::mkdtemp(pattern.data()) == nullptr)
    throw io_error_from_errno(kWhere,
                              fmt::format("cannot make a folder in {}", target.parent_path().string()));
  return pattern;
}

/// One flush for thousands of files: after the rename a crash must not leave empty pictures.
void sync_file_system_of(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::syncfs(descriptor) == 0;
  if (descriptor >= 0) ::close(descriptor);
  if (!synced) throw io_error_from_errno(kWhere, fmt::format("cannot flush {}", folder.string()));
}

void rename_folder(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0)
    throw io_error_from_errno(kWhere, fmt::format("cannot rename {} to {}", from.string(), to.string()));
}

}  // namespace

StagingFolder::StagingFolder(fs::path target)
    : target_(without_trailing_slash(std::move(target))), path_(make_hidden_beside(target_)) {}

StagingFolder::~StagingFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

void StagingFolder::commit() {
  // mkdtemp makes folders for the owner alone; the result is an ordinary folder.
  const mode_t mask = ::umask(0);
  ::umask(mask);
  ::chmod(path_.c_str(), 0777 & ~mask);
  sync_file_system_of(path_);
  if (path_exists(target_) && !is_empty_folder(target_)) {
    const StagingFolder old(target_);  // removed, with what it holds, when the new folder is in its place
    rename_folder(target_, old.path());
    rename_folder(path_, target_);
  } else {
    rename_folder(path_, target_);
  }
  path_.clear();
}

}  // namespace margay::datasets
