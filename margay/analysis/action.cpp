// Names of actions and their JSON.
#include "margay/analysis/action.h"

namespace margay::analysis {
namespace {

std::string_view name_of(ActionPictures pictures) {
  switch (pictures) {
    case ActionPictures::data:
      return "data";
    case ActionPictures::validation:
      return "validation";
    case ActionPictures::test:
      return "test";
    case ActionPictures::others:
      return "others";
  }
  return "unknown";
}

}  // namespace

std::string_view name_of(Action::Kind kind) {
  switch (kind) {
    case Action::Kind::none:
      return "none";
    case Action::Kind::train:
      return "train";
    case Action::Kind::resume:
      return "resume";
    case Action::Kind::repeat:
      return "repeat";
    case Action::Kind::train_anew:
      return "train_anew";
    case Action::Kind::inspect:
      return "inspect";
    case Action::Kind::show:
      return "show";
    case Action::Kind::summarize:
      return "summarize";
    case Action::Kind::evaluate:
      return "evaluate";
    case Action::Kind::predict:
      return "predict";
    case Action::Kind::copy_recipe:
      return "copy_recipe";
    case Action::Kind::tell_story:
      return "tell_story";
  }
  return "unknown";
}

Json to_json(const Action& action) {
  if (action.kind == Action::Kind::none) return nullptr;
  Json document{{"kind", name_of(action.kind)}};
  if (!action.recipe.empty()) document["recipe"] = action.recipe;
  if (action.same_network) document["same_network"] = true;
  if (action.learning_rate) document["learning_rate"] = *action.learning_rate;
  if (!action.augment.empty()) document["augment"] = action.augment;
  if (action.keep_best) document["keep_best"] = true;
  if (action.epochs > 0) document["epochs"] = action.epochs;
  if (action.without_patience) document["without_patience"] = true;
  if (action.count > 0) document["count"] = action.count;
  if (action.pictures != ActionPictures::data) document["pictures"] = name_of(action.pictures);
  if (!action.changes.empty()) document["changes"] = action.changes;
  return document;
}

}  // namespace margay::analysis
