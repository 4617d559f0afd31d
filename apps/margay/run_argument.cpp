// Looks at what lies at the path.
#include "apps/margay/run_argument.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/json.h"
#include "margay/core/shell_word.h"
#include "margay/run/output_folder.h"
#include "margay/run/run_directory.h"

namespace margay::app {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
  std::error_code unreadable;
  return fs::is_regular_file(path, unreadable);
}

/// The folders in it that are runs, by name.
std::vector<std::string> runs_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code unreadable;
  for (fs::directory_iterator entry(folder, unreadable), end; !unreadable && entry != end;
       entry.increment(unreadable))
    if (run::is_run(entry->path())) names.push_back(entry->path().filename().string());
  std::ranges::sort(names);
  return names;
}

/// "article and article-regularized", "trial-001 to trial-020".
std::string describe_runs(const std::vector<std::string>& names) {
  if (names.empty()) return "no run yet";
  if (names.size() == 1) return names.front();
  return fmt::format("{} {} {}", names.front(), names.size() == 2 ? "and" : "to", names.back());
}

/// The best trial of a sweep that has ended, else the last run.
std::string run_meant(const fs::path& folder, const std::vector<std::string>& names) try {
  const fs::path sweep = folder / "sweep.json";
  const int best = json_value<int>(parse_json(read_text_file(sweep), sweep.string()), "best", sweep.string());
  const std::string name = fmt::format("trial-{:03}", best);
  return std::ranges::find(names, name) == names.end() ? names.back() : name;
} catch (const Error&) {
  return names.back();
}

/// Of a folder with runs in it.
[[noreturn]] void refuse_folder(const fs::path& folder, const char* what, std::string_view where,
                                const CommandFor& command, RunsTaken taken) {
  const std::vector<std::string> names = runs_in(folder);
  std::string meant;
  if (taken == RunsTaken::all && names.size() > 1) {
    std::vector<std::string> paths;
    for (const std::string& name : names) paths.push_back((folder / name).string());
    constexpr size_t kMostNamed = 4;
    meant = command(names.size() <= kMostNamed ? shell_words(paths)
                                               : shell_word((folder / "trial-").string()) + '*');
  } else if (!names.empty()) {
    meant = command(shell_word((folder / run_meant(folder, names)).string()));
  }
  throw UsageError(where,
                   fmt::format("{} is {}, which holds runs: {}", folder.string(), what, describe_runs(names)),
                   meant.empty() ? "" : fmt::format("did you mean {}?", quoted_command(meant)));
}

/// What a person would call the file.
std::string kind_of(const run::RunDirectory& run, const std::string& name) {
  if (name == run.config().filename()) return "the settings";
  if (name == run.checkpoint().filename() || name == run.previous_checkpoint().filename())
    return "a checkpoint";
  return "a file";
}

void refuse_file(const fs::path& path, std::string_view where, const CommandFor& command) {
  const run::RunDirectory run{path.has_parent_path() ? path.parent_path() : fs::path(".")};
  const std::string name = path.filename().string();
  if (!is_there(path) || name == run.model().filename()) return;
  if (!run::is_run(run.root) || !run.owns(name)) return;
  throw UsageError(
      where, fmt::format("{} is {} of the run {}", path.string(), kind_of(run, name), run.root.string()),
      fmt::format("did you mean {}?", quoted_command(command(shell_word(run.root.string())))));
}

}  // namespace

void refuse_other_than_run(const std::string& given, std::string_view where, const CommandFor& command,
                           RunsTaken taken) {
  const fs::path path(given);
  if (run::is_run(path)) return;
  const fs::path folder = path.has_filename() ? path : path.parent_path();  // without a '/' at its end
  if (is_there(folder / "sweep.json")) refuse_folder(folder, "a sweep", where, command, taken);
  if (is_there(folder / "story.html")) refuse_folder(folder, "a story", where, command, taken);
  refuse_file(path, where, command);
}

}  // namespace margay::app
