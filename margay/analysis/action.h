// What a finding advises to do, as data: a program makes a command line, a request or a button of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "margay/core/json.h"

namespace margay::analysis {

/// Pictures that an action is about.
enum class ActionPictures {
  data,        ///< those that the run was made of, all of them
  validation,  ///< of this run, as its manifest tells them from those that it learned from
  test,        ///< the split of that name
  others,      ///< that the user still has to name
};

/// Something to do with a run or with its data. Fields that its kind does not need are left as they are.
struct Action {
  enum class Kind {
    none,
    train,        ///< a new run of the same data
    resume,       ///< the same run goes on
    repeat,       ///< the run once more, from its own files
    train_anew,   ///< on the run's data by its configuration, into a folder that is still to be named
    inspect,      ///< the data
    show,         ///< some of the pictures
    summarize,    ///< the network of a recipe
    evaluate,     ///< the model on `pictures`
    predict,      ///< what pictures show that the user names
    copy_recipe,  ///< into a file of one's own, to change it
    tell_story,   ///< of the user's own pictures
  };
  Kind kind = Kind::none;
  std::string recipe{};       ///< name or file
  bool same_network = false;  ///< the run's network and weights in place of the recipe's
  std::optional<double> learning_rate{};
  std::string augment{};          ///< transforms: "flip,rotate=15"
  bool keep_best = false;         ///< the weights of the best validation epoch
  int epochs = 0;                 ///< in all; 0: as many as are planned
  bool without_patience = false;  ///< do not end early
  int count = 0;                  ///< pictures to show
  ActionPictures pictures = ActionPictures::data;
  /// train: further settings, laid over the recipe: {"loss": {"label_smoothing": 0.1}}.
  Json changes = Json::object();

  bool operator==(const Action&) const = default;
};

/// "train", "resume", ...
std::string_view name_of(Action::Kind kind);

/// {"kind": "train", "recipe": "transfer"}: what is not as it is by default; null for none.
Json to_json(const Action& action);

}  // namespace margay::analysis
