// The one place that knows the names of the files in a run directory.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

namespace margay::run {

/// What to do with a run that is already there.
enum class ExistingRun {
  refuse,   ///< throw
  replace,  ///< remove its files, and no others
};

/// Paths of everything that a training leaves behind. Only functions below touch the disk.
struct RunDirectory {
  std::filesystem::path root;

  std::filesystem::path config() const { return root / "config.toml"; }
  std::filesystem::path history_csv() const { return root / "history.csv"; }
  std::filesystem::path history_jsonl() const { return root / "history.jsonl"; }
  std::filesystem::path model() const { return root / "model.safetensors"; }
  std::filesystem::path checkpoint() const { return root / "checkpoint.safetensors"; }
  std::filesystem::path previous_checkpoint() const { return root / "checkpoint.previous.safetensors"; }
  std::filesystem::path curves_png() const { return root / "curves.png"; }
  std::filesystem::path curves_svg() const { return root / "curves.svg"; }
  std::filesystem::path samples() const { return root / "samples.png"; }
  std::filesystem::path augmented() const { return root / "augmented.png"; }
  std::filesystem::path environment() const { return root / "environment.json"; }
  std::filesystem::path skipped() const { return root / "skipped.json"; }
  std::filesystem::path manifest() const { return root / "manifest.csv"; }
  std::filesystem::path learned() const { return root / "learned.csv"; }
  std::filesystem::path record_checksums() const { return root / "records.sha256"; }
  std::filesystem::path decisions() const { return root / "decisions.json"; }
  std::filesystem::path predictions() const { return root / "predictions.csv"; }
  std::filesystem::path report() const { return root / "report.html"; }

  /// Whether a training can go on from here.
  bool has_checkpoint() const;
  /// Whether a training can go on here: from a checkpoint, or from the start where it came to nothing. One
  /// that fits a head alone has a model and no checkpoint.
  bool can_go_on() const;

  /// True when any of these files is there.
  bool holds_run() const;

  /// All of the above.
  std::vector<std::filesystem::path> files() const;

  /// Whether a file of this name in the folder belongs to the run; event files have no fixed names.
  bool owns(const std::string& name) const;

  /// Removes them and the event files, and nothing else. Throws IoError.
  void remove_files() const;

  /// Makes the folder `path` and its parents. Throws UsageError where it holds a run (see ExistingRun), or
  /// something that is none, IoError where it cannot be made.
  static RunDirectory create(const std::filesystem::path& path, ExistingRun existing = ExistingRun::refuse);

  /// The run that a model file lies in; of anything else `path` itself, whether there is a run or not.
  static RunDirectory of_model(const std::filesystem::path& path);

  /// The run in the folder `path`. Throws IoError where there is no such folder, UsageError where there is
  /// none that a training began in.
  static RunDirectory open(const std::filesystem::path& path);

  /// The first of base/NAME, base/NAME-2, base/NAME-3, ... that does not exist; another program may make it
  /// before the caller does (see FolderLock::make_next). Throws UsageError when `name` is not a plain file
  /// name.
  static std::filesystem::path next_free(const std::filesystem::path& base, std::string_view name);
};

}  // namespace margay::run
