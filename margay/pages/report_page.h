// report.html: everything about one run in one file.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "margay/analysis/decision.h"
#include "margay/analysis/diagnosis.h"
#include "margay/analysis/next_steps.h"
#include "margay/core/json.h"
#include "margay/data/dataset.h"
#include "margay/graph/summary.h"
#include "margay/pages/evaluated_pictures.h"
#include "margay/pages/split_table.h"
#include "margay/predict/evaluation.h"
#include "margay/run/history.h"
#include "margay/text/wording.h"

namespace margay::pages {

/// What the page shows. Parts that are empty are left out; sentences are of the page's language.
struct RunReport {
  std::string title;            ///< such as "article on cats-and-dogs"
  std::string command;          ///< that made the run
  bool fitted_at_once = false;  ///< a head on frozen features: its one epoch is no step of many
  run::History history;
  analysis::Diagnosis diagnosis;
  std::vector<analysis::NextStep> next_steps;
  std::vector<analysis::Decision> decisions;  ///< that nobody has asked for
  std::vector<std::string> classes;
  std::vector<analysis::SplitCounts> splits;  ///< pictures that were used
  std::optional<graph::Summary> network;
  /// What it takes to make the run again: a command, one that measures it, and facts such as the seed.
  std::string repeat_command, evaluate_command;
  std::string repeat_note;  ///< a sentence where the command does not make the same weights
  Json decided = Json::object();
  std::string config_toml;
  Json environment = Json::object();
  std::optional<predict::Evaluation> evaluation;
  std::string evaluated_split = "validation";
  std::string evaluated_model;                ///< which weights: "weights of the last epoch (15)"
  std::vector<std::string> evaluation_notes;  ///< sentences: what was left out, and what has chosen the model
  std::optional<EvaluatedPictures> pictures;  ///< that were evaluated
  std::vector<data::SkippedFile> skipped;
  std::vector<data::NotedFile> noted;
  std::filesystem::path samples_png;    ///< empty: none
  std::filesystem::path augmented_png;  ///< empty: none
  bool augmented_mixes = false;         ///< it shows pictures mixed in pairs, not variants of one
};

/// Writes the page atomically. Throws IoError, or FormatError for a picture or an
/// evaluation that is not what it should be.
void write_report(const std::filesystem::path& path, const RunReport& report,
                  const text::Wording& wording = text::plain_english());

}  // namespace margay::pages
