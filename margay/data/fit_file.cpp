// Decodes and fits one file.
#include "margay/data/fit_file.h"

#include "margay/core/error.h"
#include "margay/image/decode_fitted.h"

namespace margay::data {

std::string skip_reason(const std::exception& error, const std::filesystem::path& path) {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr)
    return "there is not enough memory to decode it";
  std::string reason = reason_of(error);
  const std::string name = path.string();
  size_t first = reason.find(name);
  if (name.empty() || first == reason.npos) return reason;
  size_t length = name.size();
  if (first > 0)
    --first, ++length;  // the space before it
  else if (reason.size() > length)
    ++length;  // or after it
  reason.erase(first, length);
  return reason;
}

std::variant<image::Decoded, std::string> fit_bytes(std::span<const uint8_t> bytes,
                                                    const image::Preprocess& spec) {
  try {
    return image::decode_fitted(bytes, spec);
  } catch (const std::exception& error) {
    return skip_reason(error, {});
  }
}

}  // namespace margay::data
