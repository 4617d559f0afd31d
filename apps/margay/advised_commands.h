// What is advised, as command lines of this program.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "margay/text/wording.h"
#include "margay/workflow/advice_subject.h"

namespace margay::app {

/// Says settings as options, and actions as commands about one run and its data.
class CommandWords : public text::Wording {
 public:
  CommandWords(workflow::AdviceSubject subject, text::Language language)
      : text::Wording(language), subject_(std::move(subject)) {}

  std::string command(const analysis::Action& action) const override;
  /// "--precision fp32", "--set optimizer.clip_norm=1"
  std::string setting(std::string_view key, std::string_view value = {}) const override;
  /// "margay lr-find"
  std::string tool(text::Tool tool) const override;

 private:
  workflow::AdviceSubject subject_;
};

/// For TrainingRequest and StoryOptions.
std::shared_ptr<const text::Wording> make_command_words(const workflow::AdviceSubject& subject,
                                                        text::Language language);

}  // namespace margay::app
