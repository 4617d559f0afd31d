// Escaping, templates and data URIs.
#include "margay/pages/markup.h"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "margay/core/printable.h"

namespace margay::pages {
std::string base64(std::span<const uint8_t> bytes) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t count = std::min<size_t>(3, bytes.size() - i);
    uint32_t group = 0;
    for (size_t j = 0; j < 3; ++j) group = group << 8 | (j < count ? bytes[i + j] : 0u);
    for (size_t j = 0; j < 4; ++j) out += j <= count ? kDigits[group >> (18 - 6 * j) & 63] : '=';
  }
  return out;
}

Markup escaped(std::string_view plain) {
  std::string html;
  for (const char letter : printable_message(plain)) {
    switch (letter) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\'':
        html += "&#39;";
        break;
      default:
        html += letter;
    }
  }
  return {html};
}

Markup fill(std::string_view page_template,
            std::initializer_list<std::pair<std::string_view, Markup>> values) {
  std::string html;
  std::set<std::string_view> used;
  while (!page_template.empty()) {
    const size_t open = page_template.find("{{"), close = page_template.find("}}", open);
    html += page_template.substr(0, open);
    if (open == std::string_view::npos) break;
    if (close == std::string_view::npos) throw std::logic_error("a template has {{ without }}");
    const std::string_view name = page_template.substr(open + 2, close - open - 2);
    const auto value = std::ranges::find(values, name, [](const auto& entry) { return entry.first; });
    if (value == values.end()) throw std::logic_error("a template misses a value for " + std::string(name));
    html += value->second.html;
    used.insert(name);
    page_template.remove_prefix(close + 2);
  }
  for (const auto& [name, value] : values)
    if (!used.contains(name)) throw std::logic_error("a template does not use " + std::string(name));
  return {html};
}

Markup data_uri(std::string_view media_type, std::span<const uint8_t> bytes) {
  return {"data:" + escaped(media_type).html + ";base64," + base64(bytes)};
}

}  // namespace margay::pages
