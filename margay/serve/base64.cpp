// Four letters are three bytes.
#include "margay/serve/base64.h"

#include <array>

#include "margay/core/error.h"

namespace margay::serve {
namespace {

constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr uint8_t kNone = 255;

constexpr std::array<uint8_t, 256> values_of_letters() {
  std::array<uint8_t, 256> values{};
  values.fill(kNone);
  for (size_t i = 0; i < kLetters.size(); ++i)
    values[static_cast<unsigned char>(kLetters[i])] = static_cast<uint8_t>(i);
  return values;
}

constexpr std::array<uint8_t, 256> kValues = values_of_letters();

std::string_view without_padding(std::string_view text) {
  const bool is_padded = text.size() % 4 == 0;
  for (int i = 0; i < 2 && is_padded && text.ends_with('='); ++i) text.remove_suffix(1);
  return text;
}

}  // namespace

std::vector<uint8_t> bytes_of_base64(std::string_view text) {
  text = without_padding(text);
  require<FormatError>(text.size() % 4 != 1, "serve.base64",
                       "the text is no base64: its length is impossible");
  std::vector<uint8_t> bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  uint32_t bits = 0;
  int held = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const uint8_t value = kValues[static_cast<unsigned char>(text[i])];
    require<FormatError>(value != kNone, "serve.base64", fmt::format("the text is no base64, at byte {}", i));
    bits = bits << 6 | value;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes.push_back(static_cast<uint8_t>(bits >> held));
  }
  return bytes;
}

}  // namespace margay::serve
