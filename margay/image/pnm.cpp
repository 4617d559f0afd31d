// Decodes PBM, PGM, PPM (text and binary) and PAM, whose whole standard is shorter than the use of a library
// that ends the program when a file is broken.
#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "margay/core/error.h"
#include "margay/image/codec.h"

namespace margay::image {
namespace {

constexpr const char* kWhere = "image.pnm";

using Bytes = std::span<const uint8_t>;

bool is_space(uint8_t byte) {
  return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/// How the samples are written.
enum class Coding { text, bits, bytes };

/// What stands before the pixels.
struct Header {
  int width = 0, height = 0;
  int samples = 1;     ///< of a pixel
  int colors = 1;      ///< 1 gray, 3 colour: the first samples
  bool alpha = false;  ///< the sample behind the colours is opacity
  int largest = 255;   ///< the number that is white
  bool white_is_zero = false;
  Coding coding = Coding::bytes;
  size_t pixels_at = 0;
  std::string note{};  ///< what was guessed or left out

  size_t sample_bytes() const { return largest > 255 ? 2 : 1; }
};

int positive_number(std::string_view text, std::string_view what) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  require<FormatError>(error == std::errc() && end == text.data() + text.size() && value > 0, kWhere,
                       fmt::format("the {} is '{}', expected a number above 0", what, text.substr(0, 20)));
  return value;
}

/// Words and numbers of a text with comments.
class Text {
 public:
  Text(Bytes bytes, size_t at) : bytes_(bytes), at_(at) {}

  size_t at() const { return at_; }
  bool ended() const { return at_ >= bytes_.size(); }

  void skip_space() {
    while (!ended() && (is_space(bytes_[at_]) || bytes_[at_] == '#'))
      if (bytes_[at_] == '#')
        skip_line();
      else
        ++at_;
  }
  std::string_view word() {
    skip_space();
    const size_t first = at_;
    while (!ended() && !is_space(bytes_[at_]) && bytes_[at_] != '#') ++at_;
    return {reinterpret_cast<const char*>(bytes_.data()) + first, at_ - first};
  }
  int number(std::string_view what) {
    const std::string_view text = word();
    require<FormatError>(!text.empty() || !ended(), kWhere,
                         "the file is truncated: it ends before its pixels begin");
    return positive_number(text, what);
  }
  /// The rest of the line without the white space around it.
  std::string_view line() {
    const size_t first = at_;
    skip_line();
    std::string_view text(reinterpret_cast<const char*>(bytes_.data()) + first, at_ - first);
    skip_one();
    while (!text.empty() && is_space(static_cast<uint8_t>(text.back()))) text.remove_suffix(1);
    while (!text.empty() && is_space(static_cast<uint8_t>(text.front()))) text.remove_prefix(1);
    return text;
  }
  void skip_one() { ++at_; }
  /// One character of white space ends a header, or a comment with its end of line.
  void skip_header_end() {
    if (!ended() && bytes_[at_] == '#') skip_line();
    skip_one();
  }
  void skip_line() {
    while (!ended() && bytes_[at_] != '\n') ++at_;
  }

 private:
  Bytes bytes_;
  size_t at_;
};

Header read_plain_header(Bytes bytes) {
  const int kind = bytes[1] - '0';  // 1 to 6
  const bool bilevel = kind == 1 || kind == 4;
  Text text(bytes, 2);
  const int colors = kind == 3 || kind == 6 ? 3 : 1;
  Header header{.samples = colors,
                .colors = colors,
                .white_is_zero = bilevel,
                .coding = kind <= 3 ? Coding::text
                          : bilevel ? Coding::bits
                                    : Coding::bytes};
  header.width = text.number("width");
  header.height = text.number("height");
  header.largest = bilevel ? 1 : text.number("largest value");
  text.skip_header_end();
  header.pixels_at = text.at();
  return header;
}

/// What the tuple type says of the samples. Only one that is marked as opacity is opacity; where there is no
/// type, it is the one more than there are colours, as in other readers.
void read_tuple_type(std::string_view type, Header& header) {
  require<FormatError>(!type.starts_with("CMYK"), kWhere, "its samples are inks, expected gray or RGB",
                       "save it as RGB");
  const bool gray = type.starts_with("GRAYSCALE") || type.starts_with("BLACKANDWHITE");
  const bool rgb = type == "RGB" || type == "RGB_ALPHA";
  header.colors = gray || (!rgb && header.samples < 3) ? 1 : 3;
  const bool guessed = type.empty() && header.samples == header.colors + 1;
  header.alpha = guessed || ((gray || rgb) && type.ends_with("_ALPHA"));
  const int needed = header.colors + (header.alpha ? 1 : 0);
  require<FormatError>(header.samples >= needed, kWhere,
                       fmt::format("DEPTH is {}, expected at least {} for {}", header.samples, needed, type));
  if (guessed)
    header.note = fmt::format("the last of its {} samples was taken as opacity: it does not say what it is",
                              header.samples);
  else if (gray && header.samples - needed >= 2)
    header.note =
        fmt::format("it has {} bands and is marked as gray: the first alone was used", header.samples);
  else if (!gray && !rgb && header.samples > 1 && (header.samples != 3 || !type.empty()))
    header.note = fmt::format("what its {} samples are is not known: the first {}", header.samples,
                              header.colors == 1 ? "was taken as gray" : "three were taken as RGB");
}

/// A line has a word and what it says; lines of the tuple type are one.
Header read_pam_header(Bytes bytes) {
  Text text(bytes, 2);
  Header header{.samples = 0, .largest = 0};
  std::string type;
  for (;;) {
    require<FormatError>(!text.ended(), kWhere, "the file is truncated: it ends inside its header");
    const std::string_view line = text.line();
    const std::string_view key = line.substr(0, line.find_first_of(" \t\v\f\r"));
    if (key == "ENDHDR") break;
    std::string_view value = line.substr(key.size());
    value.remove_prefix(std::min(value.find_first_not_of(" \t\v\f\r"), value.size()));
    if (key == "WIDTH")
      header.width = positive_number(value, key);
    else if (key == "HEIGHT")
      header.height = positive_number(value, key);
    else if (key == "DEPTH")
      header.samples = positive_number(value, key);
    else if (key == "MAXVAL")
      header.largest = positive_number(value, key);
    else if (key == "TUPLTYPE" && !value.empty())
      type.append(type.empty() ? "" : " ").append(value);
  }
  for (const auto& [number, name] : {std::pair{header.width, "WIDTH"}, std::pair{header.height, "HEIGHT"},
                                     std::pair{header.samples, "DEPTH"}, std::pair{header.largest, "MAXVAL"}})
    require<FormatError>(number > 0, kWhere, fmt::format("{} is missing in its header", name));
  read_tuple_type(type, header);
  header.pixels_at = text.at();
  return header;
}

Header read_header(Bytes bytes) {
  const Header header = bytes[1] == '7' ? read_pam_header(bytes) : read_plain_header(bytes);
  require<FormatError>(header.largest <= 65535, kWhere,
                       fmt::format("the largest value is {}, expected at most 65535", header.largest));
  return header;
}

/// The samples of the file, scaled to 8 bits; they end where the file does.
class Samples {
 public:
  Samples(Bytes bytes, const Header& header)
      : bytes_(bytes), header_(header), text_(bytes, header.pixels_at) {
    const auto largest = static_cast<uint32_t>(header.largest);
    scaled_.resize(largest + 1);
    for (uint32_t value = 0; value <= largest; ++value) {
      const auto scaled = static_cast<uint8_t>((value * 255 + largest / 2) / largest);
      scaled_[value] = header.white_is_zero ? static_cast<uint8_t>(255 - scaled) : scaled;
    }
    at_ = std::min(header.pixels_at, bytes.size());
  }

  /// Fills one row of samples; false when the file ends before.
  bool read_row(std::vector<uint8_t>& row) {
    if (header_.coding == Coding::text)
      return std::ranges::all_of(row, [this](uint8_t& sample) { return read_text(sample); });
    const size_t row_bytes =
        header_.coding == Coding::bits ? (row.size() + 7) / 8 : row.size() * header_.sample_bytes();
    if (bytes_.size() - at_ < row_bytes) return false;
    const uint8_t* from = bytes_.data() + at_;
    for (size_t i = 0; i < row.size(); ++i) {
      const uint32_t value = header_.coding == Coding::bits ? from[i / 8] >> (7 - i % 8) & 1u
                             : header_.sample_bytes() == 2  ? from[2 * i] << 8 | from[2 * i + 1]
                                                            : from[i];
      row[i] = scaled(value);
    }
    at_ += row_bytes;
    return true;
  }

 private:
  uint8_t scaled(uint32_t value) const { return scaled_[std::min<size_t>(value, scaled_.size() - 1)]; }

  bool read_text(uint8_t& sample) {
    text_.skip_space();
    if (text_.ended()) return false;
    // The digits of a bilevel picture need no space between them.
    if (header_.white_is_zero) {
      const uint8_t digit = bytes_[text_.at()];
      require<FormatError>(digit == '0' || digit == '1', kWhere, "a pixel is neither 0 nor 1");
      text_.skip_one();
      sample = scaled(digit - '0');
      return true;
    }
    const std::string_view word = text_.word();
    uint32_t value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    require<FormatError>(error == std::errc() && end == word.data() + word.size(), kWhere,
                         fmt::format("a sample is '{}', expected a number", word.substr(0, 20)));
    sample = scaled(value);
    return true;
  }

  Bytes bytes_;
  const Header& header_;
  Text text_;
  size_t at_ = 0;
  std::vector<uint8_t> scaled_;
};

bool recognizes_pnm(Bytes bytes) {
  if (bytes.size() < 8 || bytes[0] != 'P' || bytes[1] < '1' || bytes[1] > '7') return false;
  // Two letters are a weak sign; numbers or comments must follow.
  if (bytes[1] == '7') return bytes[2] == '\n' || has_text(bytes, 2, "\r\n");
  size_t at = 2;
  while (at < bytes.size() && is_space(bytes[at])) ++at;
  const bool number_or_comment =
      at < bytes.size() && (bytes[at] == '#' || (bytes[at] >= '0' && bytes[at] <= '9'));
  return number_or_comment && (at > 2 || bytes[at] == '#');
}

PictureInfo probe_pnm(Bytes bytes) {
  const Header header = read_header(bytes);
  return {Format::pnm, header.width, header.height};
}

Stored decode_pnm(Bytes bytes, const PictureInfo& info, const DecodeOptions&) {
  const Header header = read_header(bytes);
  // Before memory is taken for it: a pixel may claim any number of samples.
  const uint64_t row_samples = static_cast<uint64_t>(info.width) * static_cast<uint64_t>(header.samples);
  if (row_samples / 8 > bytes.size()) missing_rows(0, info.height, kWhere);
  Samples samples(bytes, header);
  std::vector<uint8_t> rgba = missing_rgba(info.width, info.height);
  std::vector<uint8_t> row(row_samples);
  const auto per_pixel = static_cast<size_t>(header.samples), colors = static_cast<size_t>(header.colors);
  Stored stored{.colors = header.colors, .note = header.note};
  for (int y = 0; y < info.height; ++y) {
    if (!samples.read_row(row)) {
      stored.missing = missing_rows(y, info.height, kWhere);
      break;
    }
    uint8_t* out = rgba.data() + static_cast<size_t>(y) * static_cast<size_t>(info.width) * 4;
    for (size_t x = 0; x < static_cast<size_t>(info.width); ++x, out += 4) {
      const uint8_t* pixel = row.data() + x * per_pixel;
      for (size_t c = 0; c < 3; ++c) out[c] = pixel[colors == 3 ? c : 0];
      if (header.alpha) out[3] = pixel[colors];
    }
  }
  stored.picture = over_white(rgba, info.width, info.height);
  return stored;
}

}  // namespace

const Codec kPnmCodec{Format::pnm, "PNM", "image/x-portable-anymap", recognizes_pnm, probe_pnm, decode_pnm};

}  // namespace margay::image
