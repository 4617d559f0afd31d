// Fields, targets and errors.
#include "margay/serve/http_message.h"

#include <algorithm>
#include <new>

#include "margay/core/error.h"
#include "margay/core/json.h"
#include "margay/serve/request_error.h"

namespace margay::serve {
namespace {

constexpr std::string_view kWhere = "serve.http";

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string without_escapes(std::string_view text, bool plus_is_space) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      plain += ' ';
    } else if (text[i] != '%') {
      plain += text[i];
    } else {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0 || high * 16 + low == 0)
        throw RequestError(400, kWhere, "the address has an escape that is none");
      plain += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return plain;
}

void read_query(std::string_view text, std::map<std::string, std::string>& query) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    const size_t sign = std::min(pair.find('='), pair.size());
    if (!pair.empty()) {
      const std::string name = without_escapes(pair.substr(0, sign), true);
      const auto value = without_escapes(pair.substr(std::min(sign + 1, pair.size())), true);
      if (!query.emplace(name, value).second)
        throw RequestError(400, kWhere, fmt::format("the address has two values named '{}'", name));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

const std::string* HttpRequest::field(std::string_view name) const {
  const auto found = std::ranges::find(fields, name, [](const auto& field) { return field.first; });
  return found == fields.end() ? nullptr : &found->second;
}

size_t HttpRequest::count_fields(std::string_view name) const {
  return static_cast<size_t>(
      std::ranges::count(fields, name, [](const auto& field) -> std::string_view { return field.first; }));
}

HttpResponse error_response(int status, std::string_view text) {
  HttpResponse response{.status = status, .body = format_json({{"error", text}}) + '\n'};
  if (status == 401) response.fields.emplace_back("WWW-Authenticate", "Bearer");
  if (status == 503) response.fields.emplace_back("Retry-After", "1");
  return response;
}

HttpResponse error_response(const std::exception& error) {
  if (const auto* method = dynamic_cast<const MethodError*>(&error)) {
    HttpResponse response = error_response(method->http_status(), reason_of(error));
    response.fields.emplace_back("Allow", method->allowed());
    return response;
  }
  if (const auto* known = dynamic_cast<const Error*>(&error))
    return error_response(known->http_status(), reason_of(error));
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr)
    return error_response(503, "there is not enough memory for this request");
  return error_response(500, "a fault of the server");
}

void read_target(std::string_view target, HttpRequest& request) {
  if (!target.starts_with('/')) throw RequestError(400, kWhere, "the address does not begin with '/'");
  const size_t mark = std::min(target.find('?'), target.size());
  request.path = without_escapes(target.substr(0, mark), false);
  read_query(target.substr(std::min(mark + 1, target.size())), request.query);
}

}  // namespace margay::serve
