// What /predict answers.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "margay/serve/batcher.h"
#include "margay/serve/http_message.h"
#include "margay/serve/predict_form.h"

namespace margay::serve {

/// The classes of each picture, best first, named as `margay predict` with JSON names them. A broken picture
/// has an error in its place; one that came alone makes it the error of the request.
HttpResponse format_predict_answer(const std::string& model, const std::vector<std::string>& classes,
                                   const PredictForm& form, std::span<const Outcome> outcomes);

}  // namespace margay::serve
