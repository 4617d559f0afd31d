// Makes run directories without ever writing over another run by accident.
#include "margay/run/run_directory.h"

#include <algorithm>
#include <system_error>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/file_system.h"
#include "margay/core/option_text.h"
#include "margay/run/event_file.h"
#include "margay/run/folder_lock.h"
#include "margay/run/output_folder.h"

namespace margay::run {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhere = "run.directory";

/// A dangling link counts as there: whoever writes to it would write elsewhere. What may not be looked at
/// does not: making it says so.
bool is_there(const fs::path& path) {
  std::error_code unreadable;
  const fs::file_type type = fs::symlink_status(path, unreadable).type();
  return type != fs::file_type::not_found && type != fs::file_type::none;
}

/// As sweeps and stories do.
bool holds_runs(const fs::path& folder) {
  std::error_code unreadable;
  for (fs::directory_iterator entry(folder, unreadable), end; !unreadable && entry != end;
       entry.increment(unreadable))
    if (std::error_code gone; entry->is_directory(gone) && is_there(RunDirectory{entry->path()}.config()))
      return true;
  return false;
}

void remove_file(const fs::path& path) {
  std::error_code error;
  fs::remove(path, error);
  require<IoError>(!error, kWhere, fmt::format("cannot remove {}: {}", path.string(), error.message()));
}

}  // namespace

std::vector<fs::path> RunDirectory::files() const {
  return {config(),     history_csv(), history_jsonl(),    model(),     checkpoint(),  previous_checkpoint(),
          curves_png(), curves_svg(),  samples(),          augmented(), environment(), skipped(),
          manifest(),   learned(),     record_checksums(), decisions(), predictions(), report()};
}

bool RunDirectory::owns(const std::string& name) const {
  return is_event_file(name) || name == FolderLock::kFileName ||
         std::ranges::any_of(files(), [&](const fs::path& file) { return file.filename() == name; });
}

bool RunDirectory::has_checkpoint() const {
  return path_exists(checkpoint()) || path_exists(previous_checkpoint());
}

bool RunDirectory::can_go_on() const {
  return is_there(config()) && (has_checkpoint() || !is_there(model()));
}

bool RunDirectory::holds_run() const {
  return std::ranges::any_of(files(), is_there) || !event_files_in(root).empty();
}

void RunDirectory::remove_files() const {
  std::ranges::for_each(files(), remove_file);
  std::ranges::for_each(event_files_in(root), remove_file);
}

RunDirectory RunDirectory::create(const fs::path& path, ExistingRun existing) {
  require(!path.empty(), kWhere, "the name of the run directory is empty");
  const RunDirectory run{path};
  if (existing == ExistingRun::refuse)
    require(!run.holds_run(), kWhere, fmt::format("{} already holds a run", path.string()),
            run.can_go_on()
                ? "choose another folder with `out`, or go on with that run: "_worded +
                      option_text("resume", path.string())
                : "choose another folder with `out`; of that run there is nothing to go on from"_worded);
  require_folder_of_ours(
      path, [&](const fs::path& entry) { return run.owns(entry.filename()); }, kWhere);
  make_folder(path);
  if (existing == ExistingRun::replace) run.remove_files();
  return run;
}

RunDirectory RunDirectory::of_model(const fs::path& path) {
  std::error_code unreadable;
  return {fs::is_regular_file(path, unreadable) ? path.parent_path() : path};
}

RunDirectory RunDirectory::open(const fs::path& path) {
  const std::string hint = "a run directory is what `train` prints at its end"_worded;
  std::error_code unreadable;
  const RunDirectory around = of_model(path);
  const bool is_file_of_run = around.root != path && is_there(around.config());
  require<IoError>(fs::exists(path, unreadable), kWhere, fmt::format("there is no folder {}", path.string()),
                   hint);
  require(fs::is_directory(path, unreadable), kWhere,
          fmt::format("{} is {}", path.string(), is_file_of_run ? "a file of a run" : "no folder"),
          is_file_of_run ? fmt::format("name the folder: {}", around.root.string()) : hint);
  RunDirectory run{path};
  require(is_there(run.config()), kWhere,
          fmt::format("{} holds no run: it has no {}", path.string(), run.config().filename().string()),
          holds_runs(path) ? "it holds folders of runs: name one of them" : hint);
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
