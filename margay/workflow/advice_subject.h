// What advice about a run is about, for whoever makes commands of it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "margay/recipe/source_config.h"
#include "margay/text/wording.h"

namespace margay::workflow {

/// A run, its data, and how these were read.
struct AdviceSubject {
  std::string run_path{};
  std::string data_name{};        ///< as the user calls the data
  recipe::SourceConfig source{};  ///< how they were read and split
  /// Network and weights, where they are not those that recipes for published networks name.
  std::string network{}, weights{};
  bool has_broken_pictures = false;  ///< its manifest has some
};

/// Makes the words of advice; none: text::Wording itself, without commands.
using MakeWording = std::function<std::shared_ptr<const text::Wording>(const AdviceSubject& subject,
                                                                       text::Language language)>;

}  // namespace margay::workflow
