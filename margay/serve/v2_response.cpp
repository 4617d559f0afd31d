// One output, as numbers or as classes, in JSON or behind it.
#include "margay/serve/v2_response.h"

#include <algorithm>
#include <cstring>

#include "margay/core/version.h"

namespace margay::serve {
namespace {

std::string little_endian(uint32_t number) {
  std::string bytes;
  for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(number >> shift & 0xff);
  return bytes;
}

/// "0.823000:2:cats", as Triton writes it.
std::vector<std::string> class_texts(const std::vector<std::string>& classes, int count,
                                     std::span<const predict::Answer> answers) {
  std::vector<std::string> texts;
  for (const predict::Answer& answer : answers)
    for (const int index : answer.top(count))
      texts.push_back(fmt::format("{:.6f}:{}:{}", answer.probabilities[index], index, classes[index]));
  return texts;
}

std::string bytes_of_texts(const std::vector<std::string>& texts) {
  std::string bytes;
  for (const std::string& text : texts) bytes += little_endian(static_cast<uint32_t>(text.size())) + text;
  return bytes;
}

std::string bytes_of_probabilities(std::span<const predict::Answer> answers) {
  std::string bytes;
  for (const predict::Answer& answer : answers)
    for (const double probability : answer.probabilities) {
      const auto number = static_cast<float>(probability);
      bytes.append(reinterpret_cast<const char*>(&number), sizeof(number));
    }
  return bytes;
}

Json numbers_of(std::span<const predict::Answer> answers) {
  Json numbers = Json::array();
  for (const predict::Answer& answer : answers)
    for (const double probability : answer.probabilities) numbers.push_back(probability);
  return numbers;
}

Json tensor_row(std::string_view name, std::string_view datatype, Json shape) {
  return {{"name", name}, {"datatype", datatype}, {"shape", std::move(shape)}};
}

}  // namespace

HttpResponse format_v2_response(std::string_view model, const std::vector<std::string>& classes,
                                std::string_view id, const WantedOutput& wanted,
                                std::span<const predict::Answer> answers) {
  const int columns = wanted.classification > 0
                          ? std::min(wanted.classification, static_cast<int>(classes.size()))
                          : static_cast<int>(classes.size());
  const auto texts = class_texts(classes, wanted.classification > 0 ? columns : 0, answers);
  Json output = tensor_row(kProbabilities, wanted.classification > 0 ? "BYTES" : "FP32",
                           Json::array({answers.size(), columns}));
  std::string behind;
  if (wanted.binary) {
    behind = wanted.classification > 0 ? bytes_of_texts(texts) : bytes_of_probabilities(answers);
    output["parameters"] = {{"binary_data_size", behind.size()}};
  } else {
    output["data"] = wanted.classification > 0 ? Json(texts) : numbers_of(answers);
  }
  Json document{{"model_name", model}, {"model_version", kModelVersion}};
  if (!id.empty()) document["id"] = id;
  document["outputs"] = Json::array({std::move(output)});
  HttpResponse response{.body = format_json(document)};
  if (wanted.binary) {
    response.content_type = "application/octet-stream";
    response.fields.emplace_back(kJsonLengthField, std::to_string(response.body.size()));
  }
  response.body += behind;
  return response;
}

Json v2_server_metadata() {
  return {{"name", "margay"},
          {"version", kVersion},
          {"extensions", Json::array({"classification", "binary_tensor_data", "model_repository"})}};
}

Json v2_model_metadata(std::string_view model, const std::vector<std::string>& classes, int width,
                       int height) {
  return {
      {"name", model},
      {"versions", Json::array({kModelVersion})},
      {"platform", "margay"},
      {"inputs", Json::array({tensor_row(kEncodedInput, "BYTES", Json::array({-1})),
                              tensor_row(kPixelsInput, "UINT8", Json::array({-1, -1, -1, 3})),
                              tensor_row(kValuesInput, "FP32", Json::array({-1, 3, height, width}))})},
      {"outputs",
       Json::array({tensor_row(kProbabilities, "FP32", Json::array({int64_t{-1}, classes.size()}))})},
      {"parameters",
       {{"one_input_of", Json::array({kEncodedInput, kPixelsInput, kValuesInput})}, {"classes", classes}}}};
}

}  // namespace margay::serve
