// Forms with files, as browsers and `curl -F` send them (RFC 7578).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace margay::serve {

/// A field or a file of a form; views the body.
struct FormPart {
  std::string name;
  std::string file_name;  ///< empty for a field
  bool is_file = false;
  std::span<const uint8_t> bytes;
};

/// Whether that is the media type of a form with files.
bool is_multipart(std::string_view content_type);

/// The parts of `body`, at most `most`, in linear time. Throws RequestError.
std::vector<FormPart> parse_multipart(std::string_view content_type, std::span<const uint8_t> body,
                                      size_t most);

}  // namespace margay::serve
