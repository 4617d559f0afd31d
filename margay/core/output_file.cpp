// Marks in text and in a chunk of PNG, which no decoder minds.
#include "margay/core/output_file.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/option_text.h"

namespace margay {
namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

constexpr size_t kMarkWithin = 4096;    // bytes from the beginning
constexpr size_t kPngHeaderBytes = 33;  // the signature and IHDR, after which other chunks may stand

constexpr std::string_view kPngMark = "Software\0margay"sv;
constexpr std::string_view kPngChunk =
    "\0\0\0\017tEXtSoftware\0margay\030\265\073\056"sv;  // length, type, text, checksum
constexpr std::string_view kSvgMark = "<!-- made by margay -->";
constexpr std::string_view kPageMark = "<meta name=\"generator\" content=\"margay ";
// What models that were exported begin with: the producer of an ONNX file, as its fields are encoded, and the
// first entry of a safetensors file. Models of runs have neither.
constexpr std::string_view kOnnxMark = "\x12\x06margay\x1a";
constexpr std::string_view kWeightsMark = "\"exported_by\":\"margay ";

std::string marked(std::string_view bytes) {
  std::string text(bytes);
  if (bytes.starts_with("\x89PNG") && bytes.size() > kPngHeaderBytes) {
    text.insert(kPngHeaderBytes, kPngChunk);
  } else if (bytes.starts_with("<?xml") || bytes.starts_with("<svg")) {
    const size_t declaration = bytes.starts_with("<?xml") ? bytes.find("?>") + 2 : 0;
    text.insert(declaration, fmt::format("\n{}", kSvgMark));
  }
  return text;
}

}  // namespace

void write_output_file(const fs::path& path, std::string_view bytes) {
  write_file_atomically(path, std::string_view(marked(bytes)));
}

void write_output_file(const fs::path& path, std::span<const uint8_t> bytes) {
  write_output_file(path, std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

bool is_output_file(const fs::path& path) {
  std::string start(kMarkWithin, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<size_t>(file.gcount()));
  return begins_as_output(start);
}

bool begins_as_output(std::string_view start) {
  return std::ranges::any_of(std::array{kPngMark, kSvgMark, kPageMark, kOnnxMark, kWeightsMark},
                             [&](std::string_view mark) { return start.find(mark) != start.npos; });
}

void require_writable_output(const fs::path& path, std::string_view option, std::string_view where,
                             ExistingFile existing) {
  const std::string name = fmt::format("{} {}", option, path.string());
  const fs::path folder = path.has_parent_path() ? path.parent_path() : ".";
  std::error_code unreadable;
  require(fs::is_directory(folder, unreadable), where,
          fmt::format("{}: there is no folder {}", name, folder.string()),
          "make it first, or write elsewhere");
  const fs::file_status found = fs::status(path, unreadable);
  if (!fs::exists(found)) return;
  // Whatever else has that name, a folder or a device, would be replaced.
  require(fs::is_regular_file(found), where, fmt::format("{}: that is there and is no file", name),
          "choose another name");
  if (existing == ExistingFile::replace || fs::file_size(path, unreadable) == 0 || is_output_file(path))
    return;
  throw UsageError(where, fmt::format("{}: a file of that name is there that margay did not write", name),
                   "choose another name, or write over it with `overwrite`"_worded);
}

}  // namespace margay
