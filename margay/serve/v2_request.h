// The Open Inference Protocol, version 2, from bytes to pictures: JSON, and Triton's tensors behind it.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "margay/serve/picture_input.h"

namespace margay::serve {

/// Names of the tensors of every model.
inline constexpr std::string_view kEncodedInput = "image";  ///< BYTES [N]
inline constexpr std::string_view kPixelsInput = "pixels";  ///< UINT8 [N, H, W, 3]
inline constexpr std::string_view kValuesInput = "values";  ///< FP32 [N, 3, H, W] of the network's size
inline constexpr std::string_view kProbabilities = "probabilities";  ///< FP32 [N, classes]

/// Says where the JSON of a request or an answer ends and tensors begin.
inline constexpr std::string_view kJsonLengthField = "Inference-Header-Content-Length";

/// In which form the probabilities are wanted.
struct WantedOutput {
  bool binary = false;     ///< behind the JSON
  int classification = 0;  ///< so many "value:index:label" in place of the numbers; 0: none
};

/// A request for inference. Its pictures view the body and `decoded`.
struct V2Request {
  std::string id = {};
  std::vector<PictureInput> pictures = {};  ///< at least one
  WantedOutput output = {};
  std::deque<std::vector<uint8_t>> decoded = {};  ///< tensors that stood in the JSON
};

/// What a request is checked against.
struct V2Limits {
  int width = 0;  ///< of the network's input
  int height = 0;
  int pictures = 64;    ///< of one request
  uint64_t pixels = 0;  ///< of one picture
};

/// Reads the body of an inference request. `json_length` is what the field kJsonLengthField says, nothing
/// without one; 0: the body is one encoded picture and no JSON. Throws RequestError.
V2Request parse_v2_request(std::span<const uint8_t> body, std::optional<uint64_t> json_length,
                           const V2Limits& limits);

}  // namespace margay::serve
