// What Unicode says about texts: how wide they are, and which look the same.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace margay {

/// Whether all bytes are well-formed UTF-8.
bool is_utf8(std::string_view text);

/// Columns that a text takes in a terminal: none for combining marks, two for letters of East Asia and most
/// emoji. A byte that is not UTF-8 takes one.
size_t display_width(std::string_view text);

/// `text` with as many spaces behind it as make it `width` columns wide; a wider one as it is.
std::string left_aligned(std::string_view text, size_t width);
/// The same with the spaces before it.
std::string right_aligned(std::string_view text, size_t width);

/// Equal for texts that people take for the same: without regard to case, to how accents and wide letters are
/// composed (Unicode's NFKC), to spaces around and their kind, to what cannot be seen, to letters of Cyrillic
/// and Greek that look like Latin ones, and to whether words are separated by a space, '-' or '_'. Bytes that
/// are not UTF-8 stay as they are.
std::string look_alike_key(std::string_view text);

/// Whether nothing of it can be seen: empty, or spaces and characters without a shape alone.
bool is_blank(std::string_view text);

/// How two texts of the same look_alike_key differ, for people: "by case", or by their characters, such as
/// "by characters: U+0020 SPACE in the second alone".
std::string describe_difference(std::string_view first, std::string_view second);

/// Text in UTF-16 as UTF-8; what is no character becomes U+FFFD. `big_endian` is the order of its bytes, of
/// which an odd last one is dropped.
std::string utf8_from_utf16(std::string_view bytes, bool big_endian);

/// The same for UTF-32, of which up to three last bytes that make no character are dropped.
std::string utf8_from_utf32(std::string_view bytes, bool big_endian);

/// Text in Latin-1 (ISO 8859-1) as UTF-8.
std::string utf8_from_latin1(std::string_view bytes);

/// Text in Windows-1252 as UTF-8: Latin-1 with letters and quotes where that has control characters. What is
/// no character becomes U+FFFD.
std::string utf8_from_windows_1252(std::string_view bytes);

}  // namespace margay
