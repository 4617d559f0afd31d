// POST /predict: pictures from a form, or one picture as the body.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "margay/serve/http_message.h"

namespace margay::serve {

/// A picture as it was sent; views the body.
struct NamedPicture {
  std::string name;  ///< of its file, empty where it had none
  std::span<const uint8_t> bytes;
};

/// What /predict is asked.
struct PredictForm {
  std::string model;  ///< empty: the only one
  int top = 5;        ///< classes to name
  std::vector<NamedPicture> pictures;
};

/// Reads the address and the body, which is a form with files (`curl -F image=@cat.jpg`) or a picture,
/// whatever type it is said to have. Fields `model` and `top` stand in the address or in the form. Throws
/// RequestError for no picture, and for more than `most_pictures`.
PredictForm parse_predict_form(const HttpRequest& request, int most_pictures);

}  // namespace margay::serve
