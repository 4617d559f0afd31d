// The sentences of the story: every number comes from the story, every claim from its diagnosis.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "margay/analysis/comparison.h"
#include "margay/analysis/story.h"
#include "margay/text/language.h"

namespace margay::text {

/// Tells a story, which has to outlive it, in a language.
class StoryText {
 public:
  explicit StoryText(const analysis::Story& story, Language language = Language::english)
      : story_(story), language_(language) {}

  std::string title() const;
  std::string lead() const;
  /// The outcome in a few sentences, for readers in a hurry.
  std::vector<std::string> outcome() const;

  std::string pictures() const;
  /// Empty without validation pictures.
  std::string guessing() const;
  std::string tensors() const;
  std::string batches() const;
  std::string network() const;
  std::string learning() const;
  /// How long a training took and where it ended.
  std::string training(const analysis::StoryRun& run) const;
  /// What the curves of the first run mean, in words for somebody who sees such curves for the first time.
  std::string curves() const;
  std::string augmentation() const;
  std::string dropout() const;
  /// What the second training changed in the gap, and in validation accuracy against its noise. Needs
  /// story.regularized.
  std::vector<std::string> changes() const;
  std::string answers() const;

  /// Pictures in a split; 0 without it.
  int64_t count_of(std::string_view split) const;

 private:
  template <class... Arguments>
  std::string say(fmt::format_string<Arguments...> english, fmt::format_string<Arguments...> chinese,
                  Arguments&&... arguments) const {
    return text::say<Arguments...>(language_, english, chinese, std::forward<Arguments>(arguments)...);
  }
  std::string counted(int64_t number, const std::string& singular, std::string_view chinese,
                      const std::string& plural = {}) const {
    return text::counted(language_, number, singular, chinese, plural);
  }
  std::string listed(std::span<const std::string> names, size_t most = 6) const {
    return text::listed(language_, names, most);
  }
  std::string points(double share) const;
  std::string end_of(const analysis::StoryRun& run) const;
  std::string gap_change(const analysis::Outcome& before, const analysis::Outcome& after) const;
  std::string validation_change(const analysis::Outcome& before, const analysis::Outcome& after) const;
  std::string second_run(const analysis::StoryRun& run) const;

  const analysis::Story& story_;
  Language language_;
};

}  // namespace margay::text
