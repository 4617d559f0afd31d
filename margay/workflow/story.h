// The whole story of the article on somebody's pictures: train, diagnose, augment, train again, compare, ask.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "margay/core/json.h"
#include "margay/core/progress.h"
#include "margay/data/dataset.h"
#include "margay/recipe/source_config.h"
#include "margay/train/events.h"
#include "margay/train/training_data.h"
#include "margay/workflow/advice_subject.h"

namespace margay::workflow {

/// What the story is told about.
struct StoryOptions {
  std::filesystem::path data;           ///< what data::Dataset::open reads
  std::string data_name;                ///< as the user typed it, for the commands on the page
  data::OpenOptions open;               ///< how it is read; progress and stop are those of the story
  recipe::ReadingConfig reading;        ///< the same as options, for the record and the commands on the page
  uint64_t split_seed = 0;              ///< which pictures are held back where the data are not split
  bool names_left_out = false;          ///< every entry that is left out, not only how many
  std::filesystem::path out = "story";  ///< gets article/, article-regularized/ and story.html
  std::string recipe = "article";
  std::string regularized_recipe = "article-regularized";
  Json changes = Json::object();  ///< laid over both recipes, such as {"training": {"epochs": 3}}
  int threads = 0;                ///< for decoding; 0 = all
  train::ManyBroken broken = train::ManyBroken::refuse;
  std::vector<std::string> command_line;
  MakeWording wording;                                ///< of the pages and of what is advised
  text::Language language = text::Language::english;  ///< of the pages
};

/// Who watches: each may be empty.
struct StoryObservers {
  ProgressObserver progress;                                         ///< of decoding
  std::function<void(std::string_view sentence)> narrate;            ///< what happens now, in words
  std::function<void(const train::TrainingData& data)> on_pictures;  ///< once they are decoded
  train::TrainingObserver* training = nullptr;
};

/// What was told.
struct StoryResult {
  std::filesystem::path page;
  std::vector<std::string> outcome;  ///< what came of it, in sentences
  bool stopped = false;  ///< by the stop token; what was done is kept and the next call goes on from there
};

/// Tells the story and writes story.html. A run that is already there with the same configuration is not made
/// again; one that was stopped goes on. Throws what training throws, and UsageError when `out` holds
/// something else.
StoryResult tell_story(const StoryOptions& options, const StoryObservers& observers, std::stop_token stop);

}  // namespace margay::workflow
