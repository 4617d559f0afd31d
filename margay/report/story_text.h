// The sentences of the story: every number comes from the story, every claim from its diagnosis.
#pragma once

#include <string>
#include <vector>

#include "margay/report/story_page.h"

namespace margay::report {

/// Pictures in a split; 0 without it.
int64_t count_of(const Story& story, std::string_view split);

std::string story_title(const Story& story);
std::string story_lead(const Story& story);
/// The outcome in a few sentences, for readers in a hurry.
std::vector<std::string> story_outcome(const Story& story);

std::string pictures_text(const Story& story);
std::string guessing_text(const Story& story);
std::string tensors_text(const Story& story);
std::string batches_text(const Story& story);
std::string network_text(const Story& story);
std::string learning_text(const Story& story);
/// How long a training took and where it ended.
std::string training_text(const StoryRun& run);
/// What the curves of the first run mean, in words for somebody who sees such curves for the first time.
std::string curves_text(const Story& story);
std::string augmentation_text(const Story& story);
std::string dropout_text(const Story& story);
/// What the second training changed in the gap, and in validation accuracy against its noise. Needs
/// story.regularized.
std::vector<std::string> change_texts(const Story& story);
std::string answers_text(const Story& story);

}  // namespace margay::report
