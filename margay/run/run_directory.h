// The one place that knows the names of the files in a run directory.
#pragma once

#include <filesystem>

namespace margay::run {

/// Paths of everything that a training leaves behind. Makes nothing by itself.
struct RunDirectory {
  std::filesystem::path root;

  std::filesystem::path config() const { return root / "config.toml"; }
  std::filesystem::path history_csv() const { return root / "history.csv"; }
  std::filesystem::path history_jsonl() const { return root / "history.jsonl"; }
  std::filesystem::path model() const { return root / "model.safetensors"; }
  std::filesystem::path checkpoint() const { return root / "checkpoint.safetensors"; }
  std::filesystem::path curves_png() const { return root / "curves.png"; }
  std::filesystem::path curves_svg() const { return root / "curves.svg"; }
  std::filesystem::path samples() const { return root / "samples.png"; }
  std::filesystem::path augmented() const { return root / "augmented.png"; }
  std::filesystem::path environment() const { return root / "environment.json"; }
  std::filesystem::path skipped() const { return root / "skipped.json"; }
  std::filesystem::path report() const { return root / "report.html"; }
};

}  // namespace margay::run
