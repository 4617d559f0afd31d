// Shapes are checked before data, and data against shapes, before anything is made of them.
#include "margay/serve/v2_request.h"

#include <cmath>
#include <cstring>
#include <limits>

#include "margay/core/byte_cursor.h"
#include "margay/core/json.h"
#include "margay/serve/base64.h"
#include "margay/serve/request_error.h"
#include "margay/serve/tensor_data.h"
#include "margay/serve/tensor_shape.h"

namespace margay::serve {
namespace {

constexpr std::string_view kWhere = "serve.v2";

[[noreturn]] void refuse(std::string_view problem, int status = 400) {
  throw RequestError(status, kWhere, problem);
}

bool flag_in(const Json& object, std::string_view key, bool fallback) {
  const Json* parameters = find_member(object, "parameters");
  return parameters == nullptr ? fallback : json_value_or<bool>(*parameters, key, fallback, kWhere);
}

/// The tensor of a request, before anything is known about it.
struct InputTensor {
  std::string name = {};
  std::string datatype = {};
  TensorShape shape = {};
  const Json* data = nullptr;           ///< in JSON
  std::span<const uint8_t> bytes = {};  ///< else behind it
};

/// What lies behind the JSON for this input, and all of it: there is one input. Nothing where it is in the
/// JSON.
std::optional<std::span<const uint8_t>> bytes_of(const Json& input, std::span<const uint8_t> behind) {
  const Json* parameters = find_member(input, "parameters");
  const Json* size = parameters == nullptr ? nullptr : find_member(*parameters, "binary_data_size");
  if (size == nullptr) {
    if (!behind.empty()) refuse(fmt::format("{} bytes behind the JSON belong to no input", behind.size()));
    return std::nullopt;
  }
  const auto bytes = json_as<uint64_t>(*size, "'binary_data_size'", kWhere);
  if (bytes != behind.size())
    refuse(fmt::format("'binary_data_size' is {}, and {} bytes are behind the JSON", bytes, behind.size()));
  return behind;
}

InputTensor read_input(const Json& document, std::span<const uint8_t> behind) {
  const Json* inputs = find_member(document, "inputs");
  if (inputs == nullptr || !inputs->is_array() || inputs->size() != 1)
    refuse(
        fmt::format("one input is expected: '{}', '{}' or '{}'", kEncodedInput, kPixelsInput, kValuesInput));
  const Json& input = (*inputs)[0];
  const auto bytes = bytes_of(input, behind);
  InputTensor tensor{.name = json_value<std::string>(input, "name", kWhere),
                     .datatype = json_value<std::string>(input, "datatype", kWhere),
                     .shape = read_shape(json_value<Json>(input, "shape", kWhere), kWhere),
                     .data = find_member(input, "data"),
                     .bytes = bytes.value_or(std::span<const uint8_t>())};
  if (bytes.has_value() == (tensor.data != nullptr))
    refuse(fmt::format("the input '{}' has to have either 'data' or bytes behind the JSON", tensor.name));
  return tensor;
}

void require_datatype(const InputTensor& tensor, std::string_view expected) {
  if (tensor.datatype != expected)
    refuse(fmt::format("the input '{}' is {}, expected {}", tensor.name, tensor.datatype, expected));
}

[[noreturn]] void refuse_shape(const InputTensor& tensor, std::string_view expected) {
  refuse(fmt::format("the input '{}' has the shape {}, expected {}", tensor.name, to_string(tensor.shape),
                     expected));
}

size_t picture_count(const InputTensor& tensor, const V2Limits& limits) {
  const uint64_t count = tensor.shape[0];
  if (count > static_cast<uint64_t>(limits.pictures))
    refuse(fmt::format("{} pictures in one request, the limit is {}", count, limits.pictures), 413);
  return static_cast<size_t>(count);
}

void read_encoded(const InputTensor& tensor, const V2Limits& limits, V2Request& request) {
  require_datatype(tensor, "BYTES");
  const bool is_list = tensor.shape.size() == 1 || (tensor.shape.size() == 2 && tensor.shape[1] == 1);
  if (!is_list) refuse_shape(tensor, "[N] or [N, 1]");
  const size_t count = picture_count(tensor, limits);
  if (tensor.data != nullptr) {
    for_each_value(*tensor.data, tensor.shape, kWhere, [&](const Json& value) {
      request.decoded.push_back(bytes_of_base64(json_as<std::string>(value, "a picture in 'data'", kWhere)));
      request.pictures.push_back(EncodedPicture{request.decoded.back()});
    });
    return;
  }
  ByteCursor cursor(tensor.bytes, std::string(kWhere));
  for (size_t i = 0; i < count; ++i)
    request.pictures.push_back(EncodedPicture{cursor.take(cursor.number<uint32_t>())});
  if (cursor.left() > 0) refuse(fmt::format("{} bytes are left behind the last picture", cursor.left()));
}

/// The bytes of a tensor of numbers, which `append` takes out of JSON; `wanted` of them.
template <class Append>
std::span<const uint8_t> bytes_of_numbers(const InputTensor& tensor, uint64_t wanted, V2Request& request,
                                          Append append) {
  if (tensor.data == nullptr) {
    if (tensor.bytes.size() != wanted)
      refuse(fmt::format("the input '{}' of the shape {} has {} bytes, expected {}", tensor.name,
                         to_string(tensor.shape), tensor.bytes.size(), wanted));
    return tensor.bytes;
  }
  std::vector<uint8_t> bytes;  // grows with what there is: the shape may lie
  for_each_value(*tensor.data, tensor.shape, kWhere, [&](const Json& value) { append(value, bytes); });
  return request.decoded.emplace_back(std::move(bytes));
}

void read_pixels(const InputTensor& tensor, const V2Limits& limits, V2Request& request) {
  require_datatype(tensor, "UINT8");
  if (tensor.shape.size() != 4 || tensor.shape[3] != 3) refuse_shape(tensor, "[N, height, width, 3]");
  const size_t count = picture_count(tensor, limits);
  const uint64_t height = tensor.shape[1], width = tensor.shape[2];
  constexpr uint64_t kMostSide = std::numeric_limits<int>::max();
  if (height > kMostSide || width > limits.pixels / height || width > kMostSide)
    refuse(fmt::format("pictures of {} x {} pixels, the limit is {} pixels", width, height, limits.pixels),
           413);
  const uint64_t each = height * width * 3;
  const auto bytes =
      bytes_of_numbers(tensor, element_count(tensor.shape, std::numeric_limits<int64_t>::max(), kWhere),
                       request, [](const Json& value, std::vector<uint8_t>& all) {
                         all.push_back(json_as<uint8_t>(value, "a value in 'data'", kWhere));
                       });
  for (size_t i = 0; i < count; ++i)
    request.pictures.push_back(
        RawPixels{static_cast<int>(width), static_cast<int>(height), bytes.subspan(i * each, each)});
}

void append_float(const Json& value, std::vector<uint8_t>& all) {
  const auto number = static_cast<float>(json_as<double>(value, "a value in 'data'", kWhere));
  if (!std::isfinite(number)) refuse("a value in 'data' is beyond what FP32 holds");
  const auto* bytes = reinterpret_cast<const uint8_t*>(&number);
  all.insert(all.end(), bytes, bytes + sizeof(number));
}

void read_values(const InputTensor& tensor, const V2Limits& limits, V2Request& request) {
  require_datatype(tensor, "FP32");
  const auto height = static_cast<uint64_t>(limits.height), width = static_cast<uint64_t>(limits.width);
  if (tensor.shape.size() != 4 || tensor.shape[1] != 3 || tensor.shape[2] != height ||
      tensor.shape[3] != width)
    refuse_shape(tensor, fmt::format("[N, 3, {}, {}]", height, width));
  const size_t count = picture_count(tensor, limits);
  const uint64_t each = 3 * height * width * sizeof(float);
  const auto bytes = bytes_of_numbers(tensor, count * each, request, append_float);
  for (size_t i = 0; i < count; ++i) request.pictures.push_back(PlanarValues{bytes.subspan(i * each, each)});
}

WantedOutput read_wanted(const Json& document) {
  WantedOutput wanted{.binary = flag_in(document, "binary_data_output", false)};
  const Json* outputs = find_member(document, "outputs");
  if (outputs == nullptr || outputs->is_null()) return wanted;
  if (!outputs->is_array() || outputs->size() > 1)
    refuse(fmt::format("one output is expected: '{}'", kProbabilities));
  for (const Json& output : *outputs) {
    const auto name = json_value<std::string>(output, "name", kWhere);
    if (name != kProbabilities)
      refuse(fmt::format("there is no output '{}', expected '{}'", name, kProbabilities));
    wanted.binary = flag_in(output, "binary_data", wanted.binary);
    if (const Json* parameters = find_member(output, "parameters")) {
      wanted.classification = json_value_or<int>(*parameters, "classification", 0, kWhere);
      if (wanted.classification < 0) refuse("'classification' is below 0");
    }
  }
  return wanted;
}

V2Request parse_document(std::span<const uint8_t> json, std::span<const uint8_t> behind,
                         const V2Limits& limits) {
  const Json document = parse_json({reinterpret_cast<const char*>(json.data()), json.size()}, kWhere);
  if (!document.is_object()) refuse("the request is no object of JSON");
  V2Request request{.id = json_value_or<std::string>(document, "id", "", kWhere),
                    .output = read_wanted(document)};
  const InputTensor tensor = read_input(document, behind);
  if (tensor.name == kEncodedInput)
    read_encoded(tensor, limits, request);
  else if (tensor.name == kPixelsInput)
    read_pixels(tensor, limits, request);
  else if (tensor.name == kValuesInput)
    read_values(tensor, limits, request);
  else
    refuse(fmt::format("there is no input '{}', expected '{}', '{}' or '{}'", tensor.name, kEncodedInput,
                       kPixelsInput, kValuesInput));
  return request;
}

}  // namespace

V2Request parse_v2_request(std::span<const uint8_t> body, std::optional<uint64_t> json_length,
                           const V2Limits& limits) {
  const uint64_t length = json_length.value_or(body.size());
  if (length > body.size())
    refuse(fmt::format("{} is {}, and the body has {} bytes", kJsonLengthField, length, body.size()));
  if (json_length == 0u) {
    V2Request request{.output = {.binary = true}};
    request.pictures.push_back(EncodedPicture{body});
    return request;
  }
  try {
    return parse_document(body.first(length), body.subspan(length), limits);
  } catch (const FormatError& error) {
    refuse(reason_of(error));
  }
}

}  // namespace margay::serve
