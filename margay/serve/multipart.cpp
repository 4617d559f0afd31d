// From boundary to boundary.
#include "margay/serve/multipart.h"

#include "margay/core/error.h"
#include "margay/core/lower_case.h"
#include "margay/core/trimmed.h"
#include "margay/serve/request_error.h"

namespace margay::serve {
namespace {

constexpr std::string_view kMediaType = "multipart/form-data";
constexpr size_t kLongestBoundary = 70;
constexpr size_t kMostHeadBytes = 4096;

[[noreturn]] void refuse(std::string_view problem, int status = 400) {
  throw RequestError(status, "serve.multipart", problem);
}

/// The text up to `end`, which is taken from `rest` too.
std::string_view take_until(std::string_view& rest, std::string_view end) {
  const size_t at = rest.find(end);
  if (at == rest.npos) refuse("the form is cut off");
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(at + end.size());
  return taken;
}

/// `"a \" b"` or `a`, taken from the beginning of `rest`.
std::string take_value(std::string_view& rest) {
  std::string value;
  if (!rest.starts_with('"')) {
    value = trimmed(rest.substr(0, rest.find(';')));
    rest.remove_prefix(std::min(rest.find(';'), rest.size()));
    return value;
  }
  for (size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '"') {
      rest.remove_prefix(i + 1);
      return value;
    }
    // Paths of Windows have a backslash before other letters.
    if (rest[i] == '\\' && i + 1 < rest.size() && (rest[i + 1] == '"' || rest[i + 1] == '\\')) ++i;
    value += rest[i];
  }
  refuse("a text in quotes does not end");
}

/// Calls `take(name, value)` for what stands behind the first ';' of a field's value.
template <class Take>
void for_each_parameter(std::string_view field, Take take) {
  field.remove_prefix(std::min(field.find(';'), field.size()));
  while (!(field = trimmed(field, " \t;")).empty()) {
    const size_t sign = field.find('=');
    if (sign == field.npos) return;
    const std::string name = lower_case(std::string(trimmed(field.substr(0, sign))));
    field = trimmed(field.substr(sign + 1));
    take(name, take_value(field));
  }
}

std::string boundary_of(std::string_view content_type) {
  std::string boundary;
  for_each_parameter(content_type, [&](const std::string& name, std::string value) {
    if (name == "boundary") boundary = std::move(value);
  });
  if (boundary.empty() || boundary.size() > kLongestBoundary) refuse("the form names no boundary");
  return boundary;
}

void read_disposition(std::string_view value, FormPart& part) {
  for_each_parameter(value, [&](const std::string& name, std::string text) {
    if (name == "name")
      part.name = std::move(text);
    else if (name == "filename")
      part.file_name = std::move(text), part.is_file = true;
  });
}

FormPart read_head(std::string_view head) {
  if (head.size() > kMostHeadBytes) refuse("a part of the form has too long a head", 431);
  FormPart part;
  while (!head.empty()) {
    const size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    const size_t colon = std::min(line.find(':'), line.size());
    const std::string name = lower_case(std::string(trimmed(line.substr(0, colon))));
    if (name == "content-disposition") read_disposition(line.substr(colon), part);
    if (name == "content-transfer-encoding") {
      const std::string encoding =
          lower_case(std::string(trimmed(line.substr(std::min(colon + 1, line.size())))));
      if (encoding != "binary" && encoding != "8bit" && encoding != "7bit")
        refuse("a part of the form is encoded; send its bytes as they are", 415);
    }
    head.remove_prefix(std::min(end + 2, head.size()));
  }
  return part;
}

/// Behind a boundary: whether the form ends. What is there besides is an end of line.
bool take_end(std::string_view& rest) {
  if (rest.starts_with("--")) return true;
  if (!trimmed(take_until(rest, "\r\n")).empty()) refuse("the form is malformed behind a boundary");
  return false;
}

}  // namespace

bool is_multipart(std::string_view content_type) {
  return lower_case(std::string(trimmed(content_type.substr(0, content_type.find(';'))))) == kMediaType;
}

std::vector<FormPart> parse_multipart(std::string_view content_type, std::span<const uint8_t> body,
                                      size_t most) {
  const std::string first = "--" + boundary_of(content_type), next = "\r\n" + first;
  std::string_view rest(reinterpret_cast<const char*>(body.data()), body.size());
  if (rest.starts_with(first))
    rest.remove_prefix(first.size());
  else
    take_until(rest, next);
  std::vector<FormPart> parts;
  while (!take_end(rest)) {
    if (parts.size() == most) refuse(fmt::format("the form has more than {} parts", most), 413);
    const std::string_view head =
        rest.starts_with("\r\n") ? std::string_view() : take_until(rest, "\r\n\r\n");
    if (head.data() == nullptr) rest.remove_prefix(2);
    FormPart part = read_head(head);
    const std::string_view content = take_until(rest, next);
    part.bytes = {reinterpret_cast<const uint8_t*>(content.data()), content.size()};
    parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace margay::serve
