// A file of a form is a picture, whatever its field is called.
#include "margay/serve/predict_form.h"

#include <charconv>
#include <map>
#include <string>

#include "margay/core/error.h"
#include "margay/serve/multipart.h"
#include "margay/serve/request_error.h"

namespace margay::serve {
namespace {

constexpr std::string_view kWhere = "serve.predict";
constexpr int kMostTop = 1'000'000;

[[noreturn]] void refuse(std::string_view problem, std::string_view hint = {}, int status = 400) {
  throw RequestError(status, kWhere, problem, hint);
}

int top_of(const std::string& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 1 || value > kMostTop)
    refuse(fmt::format("top is '{}', expected a whole number from 1 to {}", text, kMostTop));
  return value;
}

/// The address and the form may say the same, once each.
void set_field(const std::string& name, const std::string& value, std::map<std::string, std::string>& said,
               PredictForm& form) {
  const auto [before, is_new] = said.emplace(name, value);
  if (!is_new && before->second != value)
    refuse(fmt::format("'{}' is said to be '{}' and '{}'", name, before->second, value));
  if (name == "model")
    form.model = value;
  else if (name == "top")
    form.top = top_of(value);
  else
    refuse(fmt::format("there is no field '{}', expected model or top, and files", name),
           "with curl: -F image=@cat.jpg");
}

void read_parts(const std::string& content_type, const HttpRequest& request, int most,
                std::map<std::string, std::string>& said, PredictForm& form) {
  constexpr size_t kOtherFields = 2;
  for (const FormPart& part :
       parse_multipart(content_type, request.body, static_cast<size_t>(most) + kOtherFields)) {
    // Browsers send a file without name and content for a field that was left empty.
    if (part.is_file && part.file_name.empty() && part.bytes.empty()) continue;
    // Some programs send pictures as fields without a file's name.
    if (part.is_file || part.name == "image")
      form.pictures.push_back({part.file_name, part.bytes});
    else
      set_field(part.name, std::string(reinterpret_cast<const char*>(part.bytes.data()), part.bytes.size()),
                said, form);
  }
}

}  // namespace

PredictForm parse_predict_form(const HttpRequest& request, int most_pictures) {
  PredictForm form;
  std::map<std::string, std::string> said;
  for (const auto& [name, value] : request.query) set_field(name, value, said, form);
  const std::string* content_type = request.field("content-type");
  if (content_type != nullptr && is_multipart(*content_type))
    read_parts(*content_type, request, most_pictures, said, form);
  else if (!request.body.empty())
    form.pictures.push_back({"", request.body});
  if (form.pictures.empty()) refuse("there is no picture in the request", "with curl: -F image=@cat.jpg");
  if (form.pictures.size() > static_cast<size_t>(most_pictures))
    refuse(fmt::format("{} pictures in one request, the limit is {}", form.pictures.size(), most_pictures),
           {}, 413);
  return form;
}

}  // namespace margay::serve
