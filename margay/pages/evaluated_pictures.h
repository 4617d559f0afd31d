// Pictures that a classifier was asked about, and how those worth looking at stand in a page.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "margay/analysis/verdict.h"
#include "margay/data/decoded_cache.h"
#include "margay/image/image.h"
#include "margay/image/preprocess.h"
#include "margay/pages/markup.h"
#include "margay/text/page_text.h"

namespace margay::pages {

/// Pictures with the verdicts on them.
struct EvaluatedPictures {
  std::vector<analysis::Verdict> verdicts;            ///< the surest first
  std::function<std::filesystem::path(size_t)> path;  ///< to tell the reader
  /// What the network got; nothing for a picture that is gone.
  std::function<std::optional<image::Image>(size_t)> picture;
};

/// Those of a cache, whose paths are told as seen from `root`. The cache has to outlive what is returned.
EvaluatedPictures evaluated_pictures(const data::DecodedCache& cache,
                                     std::span<const std::vector<double>> probabilities,
                                     const std::filesystem::path& root);

/// The same for pictures of a split that are read again when they are shown: `samples` are their numbers in
/// it.
EvaluatedPictures evaluated_pictures(const data::Split& split, std::span<const size_t> samples,
                                     const image::Preprocess& spec, std::span<const int> labels,
                                     std::span<const std::vector<double>> probabilities,
                                     const std::filesystem::path& root);

/// Makes figures of pictures until they have taken a number of bytes.
class PictureBudget {
 public:
  explicit PictureBudget(size_t bytes) : left_bytes_(bytes) {}

  /// A small picture over `caption` and its path; nothing when the picture is gone or nothing is left.
  Markup figure(const EvaluatedPictures& pictures, const analysis::Verdict& verdict,
                std::string_view alternative, const Markup& caption);
  bool spent() const { return spent_; }

 private:
  size_t left_bytes_;
  bool spent_ = false;
};

/// A wall of at most 24 pictures that the classifier is wrong about, the surest first, and, folded, of at
/// most 12 that it is least sure of. Nothing without pictures.
Markup mistakes_block(const EvaluatedPictures& pictures, std::span<const std::string> class_names,
                      const text::PageText& words = text::PageText());

}  // namespace margay::pages
