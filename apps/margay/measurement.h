// What margay evaluate measures: a model on labelled pictures, those that it has learned from apart.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "apps/margay/data_options.h"
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
  ExistingFile existing = ExistingFile::keep_foreign;  ///< at `html`
  std::string tta = "none";
  bool json = false;
  int threads = 0;
  uint64_t max_memory = runtime::RuntimeOptions{}.max_bytes;
};

/// What a run knows about the pictures that it is measured on, by their content.
struct Familiarity {
  bool known = false;                ///< whether the run has written down what it learned from
  std::string altered_record;        ///< a file of that which is not as it was written; else empty
  std::string unknown_weights;       ///< that it goes back to, where what they had learned from is not known
  int64_t learned = 0;               ///< pictures that it has learned from: they are in no other figure
  int64_t chose_model = 0;           ///< pictures that are measured and have chosen the model
  std::vector<std::string> choices;  ///< what validation pictures have chosen: "the epoch that is kept", ...
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
  Familiarity familiarity;
  std::vector<data::SkippedFile> skipped;
  std::vector<data::NotedFile> noted;
};

/// Opens, decodes and asks. Throws DataError where nothing is left to measure, and says what would be.
Measurement measure(const EvaluateOptions& options, std::stop_token stop);

/// A sentence where the model has classes of which no picture is measured; empty without any.
std::string describe_absent_classes(const predict::Evaluation& evaluation);

/// Sentences about what the model has learned from and what has chosen it; a line each, empty without any.
std::vector<std::string> describe_familiarity(const Measurement& measured, const EvaluateOptions& options);

}  // namespace margay::app
