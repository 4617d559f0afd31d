// Decodes and fits one file.
#include "margay/data/fit_file.h"

#include "margay/core/error.h"
#include "margay/image/decode_fitted.h"

namespace margay::data {
namespace {

/// "cannot open: ..." of "cannot open a.jpg: ...", and "is empty" of "a.jpg is empty". A name may be as short
/// as a letter, which other words have in them.
std::string without_name(std::string reason, const std::string& name) {
  if (name.empty()) return reason;
  if (reason.starts_with(name + " ")) return reason.substr(name.size() + 1);
  if (const size_t at = reason.find(" " + name + ":"); at != reason.npos)
    return reason.erase(at, name.size() + 1);
  if (reason.ends_with(" " + name)) reason.resize(reason.size() - name.size() - 1);
  return reason;
}

}  // namespace

std::string skip_reason(const std::exception& error, const std::filesystem::path& path) {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr)
    return "there is not enough memory to decode it";
  return without_name(reason_of(error), path.string());
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
