// A picture, an object.
#include "margay/serve/predict_answer.h"

#include "margay/core/error.h"
#include "margay/core/json.h"

namespace margay::serve {
namespace {

std::string reason_of_failure(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    return reason_of(error);
  } catch (const std::exception&) {
    return "a fault of the server";
  }
}

Json to_json(const predict::Answer& answer, const std::vector<std::string>& classes, int top) {
  Json ranking = Json::array();
  for (const int index : answer.top(top))
    ranking.push_back({{"class", classes[index]}, {"probability", answer.probabilities[index]}});
  return {{"class", classes[answer.best()]},
          {"probability", answer.probabilities[answer.best()]},
          {"top", std::move(ranking)}};
}

}  // namespace

HttpResponse format_predict_answer(const std::string& model, const std::vector<std::string>& classes,
                                   const PredictForm& form, std::span<const Outcome> outcomes) {
  Json pictures = Json::array();
  for (size_t i = 0; i < outcomes.size(); ++i) {
    Json picture = Json::object();
    if (!form.pictures[i].name.empty()) picture["file"] = form.pictures[i].name;
    const auto* failure = std::get_if<std::exception_ptr>(&outcomes[i]);
    if (failure != nullptr && outcomes.size() == 1) std::rethrow_exception(*failure);
    if (failure != nullptr)
      picture["error"] = reason_of_failure(*failure);
    else
      picture.update(to_json(std::get<predict::Answer>(outcomes[i]), classes, form.top));
    pictures.push_back(std::move(picture));
  }
  return {.body = format_json({{"model", model}, {"pictures", std::move(pictures)}}) + '\n'};
}

}  // namespace margay::serve
