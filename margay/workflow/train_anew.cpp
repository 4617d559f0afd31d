// Asks whoever made the request.
#include "margay/workflow/train_anew.h"

#include "margay/workflow/diagnosis_context.h"

namespace margay::workflow {

std::string way_to_train_anew(const TrainingRequest& request) {
  if (!request.wording) return {};
  const AdviceSubject subject = advice_subject(request.config, request.directory, request.data_name);
  const std::string command = request.wording(subject, text::Language::english)
                                  ->command({.kind = analysis::Action::Kind::train_anew});
  return command.empty() ? std::string() : ": " + command;
}

}  // namespace margay::workflow
