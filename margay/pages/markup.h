// HTML that is safe by type: text becomes markup only by being escaped.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace margay::pages {

/// A piece of HTML. Made from text by `escaped`, from templates by `fill`, or from markup that the program
/// itself wrote.
struct Markup {
  std::string html;

  Markup& operator+=(const Markup& more) {
    html += more.html;
    return *this;
  }
  friend Markup operator+(Markup a, const Markup& b) { return a += b; }
};

/// Escapes everything that has a meaning in HTML text or in quoted attributes, of what `printable_message`
/// makes of `plain`: names look on a page as they do in a terminal.
Markup escaped(std::string_view plain);

/// The template with every {{name}} replaced by its value. Throws std::logic_error for a name without a value
/// or a value that the template does not use, so that a test of the page finds it.
Markup fill(std::string_view page_template,
            std::initializer_list<std::pair<std::string_view, Markup>> values);

/// The bytes as letters, digits, '+', '/' and '=' (RFC 4648).
std::string base64(std::span<const uint8_t> bytes);

/// "data:TYPE;base64,..."
Markup data_uri(std::string_view media_type, std::span<const uint8_t> bytes);

}  // namespace margay::pages
