// What margay evaluate measures: a model on labelled pictures, those that it has learned from apart.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "apps/margay/data_options.h"
#include "margay/analysis/familiarity.h"
#include "margay/core/json.h"
#include "margay/core/output_file.h"
#include "margay/data/dataset.h"
#include "margay/image/preprocess.h"
#include "margay/predict/evaluation.h"
#include "margay/runtime/runtime.h"

namespace margay::app {

struct EvaluateOptions {
  std::string model;
  DataOptions data;
  std::string split;
  std::string html;
  std::string language;                                ///< of that page; empty: as the locale says
  ExistingFile existing = ExistingFile::keep_foreign;  ///< at `html`
  std::string tta = "none";
  bool json = false;
  int threads = 0;
  uint64_t max_memory = runtime::RuntimeOptions{}.max_bytes;
};

/// What was measured, on what. The vectors have an entry for each picture that decodes and was not learned
/// from.
struct Measurement {
  data::Dataset dataset;
  std::string split;
  Json provenance;  ///< of the model
  image::Preprocess preprocess;
  std::vector<size_t> samples;  ///< their numbers in the split
  std::vector<int> labels;
  std::vector<std::vector<double>> probabilities;
  predict::Evaluation evaluation;
  std::optional<predict::Evaluation> augmented;  ///< with test-time augmentation
  std::optional<predict::Evaluation> learned;    ///< of the pictures that the model has learned from
  analysis::Familiarity familiarity;
  std::vector<data::SkippedFile> skipped;
  std::vector<data::NotedFile> noted;
};

/// Opens, decodes and asks. Throws DataError where nothing is left to measure, and says what would be.
Measurement measure(const EvaluateOptions& options, std::stop_token stop);

}  // namespace margay::app
