// The Open Inference Protocol, version 2, from answers to bytes.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "margay/core/json.h"
#include "margay/predict/answer.h"
#include "margay/serve/http_message.h"
#include "margay/serve/v2_request.h"

namespace margay::serve {

/// The one version that models have here: a model that is loaded anew takes the place of the old one.
inline constexpr std::string_view kModelVersion = "1";

/// The answer to a request whose pictures got `answers`, at least one, each of `classes`.
HttpResponse format_v2_response(std::string_view model, const std::vector<std::string>& classes,
                                std::string_view id, const WantedOutput& wanted,
                                std::span<const predict::Answer> answers);

/// What GET /v2 says.
Json v2_server_metadata();

/// What GET /v2/models/NAME says, for a network that takes `width` x `height`.
Json v2_model_metadata(std::string_view model, const std::vector<std::string>& classes, int width,
                       int height);

}  // namespace margay::serve
