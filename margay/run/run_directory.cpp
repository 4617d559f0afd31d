// Makes run directories without ever writing over another run by accident.
#include "margay/run/run_directory.h"

#include <algorithm>
#include <array>
#include <system_error>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/run/event_file.h"

namespace margay::run {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhere = "run.directory";

auto files_of(const RunDirectory& run) {
  return std::array{run.config(),      run.history_csv(), run.history_jsonl(), run.model(),
                    run.checkpoint(),  run.curves_png(),  run.curves_svg(),    run.samples(),
                    run.augmented(),   run.environment(), run.skipped(),       run.manifest(),
                    run.predictions(), run.report()};
}

/// A dangling link counts as there: whoever writes to it would write elsewhere.
bool is_there(const fs::path& path) {
  std::error_code unreadable;
  return fs::symlink_status(path, unreadable).type() != fs::file_type::not_found;
}

void remove_file(const fs::path& path) {
  std::error_code error;
  fs::remove(path, error);
  require<IoError>(!error, kWhere, fmt::format("cannot remove {}: {}", path.string(), error.message()));
}

}  // namespace

bool RunDirectory::holds_run() const {
  return std::ranges::any_of(files_of(*this), is_there) || !event_files_in(root).empty();
}

RunDirectory RunDirectory::create(const fs::path& path, ExistingRun existing) {
  require(!path.empty(), kWhere, "the name of the run directory is empty");
  const RunDirectory run{path};
  if (existing == ExistingRun::refuse)
    require(!run.holds_run(), kWhere, fmt::format("{} already holds a run", path.string()),
            fmt::format("choose another folder with --out, or go on with that run: margay train --resume {}",
                        path.string()));
  make_folder(path);
  if (existing == ExistingRun::replace) {
    std::ranges::for_each(files_of(run), remove_file);
    std::ranges::for_each(event_files_in(path), remove_file);
  }
  return run;
}

RunDirectory RunDirectory::open(const fs::path& path) {
  constexpr const char* kHint = "a run directory is what 'margay train' prints at its end";
  std::error_code unreadable;
  require(fs::is_directory(path, unreadable), kWhere, fmt::format("there is no folder {}", path.string()),
          kHint);
  RunDirectory run{path};
  require(is_there(run.config()), kWhere,
          fmt::format("{} holds no run: it has no {}", path.string(), run.config().filename().string()),
          kHint);
  return run;
}

fs::path RunDirectory::next_free(const fs::path& base, std::string_view name) {
  const bool plain = !name.empty() && name != "." && name != ".." && name.find('/') == std::string_view::npos;
  require(plain, kWhere, fmt::format("'{}' cannot be the name of a run", name),
          "a name without slashes, such as 'article'");
  fs::path path = base / name;
  for (int number = 2; is_there(path); ++number) path = base / fmt::format("{}-{}", name, number);
  return path;
}

}  // namespace margay::run
