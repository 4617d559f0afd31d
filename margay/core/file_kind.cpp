// Signatures as their formats define them.
#include "margay/core/file_kind.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>

#include "margay/core/lower_case.h"

namespace margay {
namespace {

using namespace std::string_view_literals;

struct Signature {
  size_t offset;
  std::string_view bytes;
  FileKind kind;
  std::string_view name;
};

constexpr std::array kSignatures{
    Signature{0, "\xFF\xD8\xFF"sv, FileKind::picture, "a picture (JPEG)"},
    Signature{0, "\x89PNG"sv, FileKind::picture, "a picture (PNG)"},
    Signature{0, "GIF8"sv, FileKind::picture, "a picture (GIF)"},
    Signature{8, "WEBP"sv, FileKind::picture, "a picture (WebP)"},
    Signature{0, "II*\0"sv, FileKind::picture, "a picture (TIFF)"},
    Signature{0, "MM\0*"sv, FileKind::picture, "a picture (TIFF)"},
    Signature{0, "II+\0"sv, FileKind::picture, "a picture (TIFF)"},
    Signature{0, "MM\0+"sv, FileKind::picture, "a picture (TIFF)"},
    Signature{4, "ftyphei"sv, FileKind::picture, "a picture (HEIC)"},
    Signature{4, "ftyphev"sv, FileKind::picture, "a picture (HEIC)"},
    Signature{4, "ftypmif1"sv, FileKind::picture, "a picture (HEIC)"},
    Signature{4, "ftypmsf1"sv, FileKind::picture, "a picture (HEIC)"},
    Signature{4, "ftypavi"sv, FileKind::picture, "a picture (AVIF)"},
    Signature{4, "jP  \r\n"sv, FileKind::picture, "a picture (JPEG 2000)"},
    Signature{0, "\xFF\x4F\xFF\x51"sv, FileKind::picture, "a picture (JPEG 2000)"},
    Signature{0, "\x89HDF"sv, FileKind::foreign_model, "an HDF5 file, as Keras writes models (.h5)"},
    Signature{4, "TFL3"sv, FileKind::foreign_model, "a TensorFlow Lite model"},
    Signature{0, "GGUF"sv, FileKind::foreign_model, "a GGUF model"},
    Signature{0, "\x93NUMPY"sv, FileKind::foreign_model, "an array of NumPy (.npy)"},
    Signature{0, "\x80\x02"sv, FileKind::foreign_model, "a pickle, as PyTorch writes weights (.pth)"},
    Signature{0, "\x80\x04"sv, FileKind::foreign_model, "a pickle of Python"},
    Signature{0, "%PDF"sv, FileKind::page, "a PDF"},
    Signature{0, "\x1F\x8B"sv, FileKind::archive, "a compressed file (gzip)"},
    Signature{0, "7z\xBC\xAF\x27\x1C"sv, FileKind::archive, "an archive (7-Zip)"},
    Signature{0, "Rar!\x1A\x07"sv, FileKind::archive, "an archive (RAR)"},
    Signature{257, "ustar"sv, FileKind::archive, "an archive (tar)"},
};

/// For text, and for formats without a signature, or with one that text may begin with.
struct Extension {
  std::string_view text;
  FileKind kind;
  std::string_view name;
};

constexpr std::array kExtensions{
    Extension{".onnx", FileKind::foreign_model, "an ONNX model"},
    Extension{".pb", FileKind::foreign_model, "a TensorFlow model"},
    Extension{".bmp", FileKind::picture, "a picture (BMP)"},
    Extension{".pbm", FileKind::picture, "a picture (PBM)"},
    Extension{".pgm", FileKind::picture, "a picture (PGM)"},
    Extension{".ppm", FileKind::picture, "a picture (PPM)"},
    Extension{".pnm", FileKind::picture, "a picture (PNM)"},
    Extension{".pam", FileKind::picture, "a picture (PAM)"},
    Extension{".tga", FileKind::picture, "a picture (TGA)"},
    Extension{".csv", FileKind::table, "a table (CSV)"},
    Extension{".tsv", FileKind::table, "a table (TSV)"},
    Extension{".jsonl", FileKind::table, "a table (JSON lines)"},
    Extension{".json", FileKind::page, "a JSON document"},
    Extension{".toml", FileKind::recipe, "a TOML file, as recipes are"},
    Extension{".html", FileKind::page, "a page (HTML)"},
    Extension{".txt", FileKind::unknown, "a text"},  // which may be anything
};

/// PyTorch and Keras keep their models in ZIP archives, which begin with the name of their first file.
KnownFile zip_kind(std::string_view start, const std::string& extension) {
  if (start.find("data.pkl") != start.npos || extension == ".pt" || extension == ".pth")
    return {FileKind::foreign_model, "weights or a model of PyTorch"};
  if (extension == ".keras") return {FileKind::foreign_model, "a model of Keras (.keras)"};
  if (extension == ".npz") return {FileKind::foreign_model, "arrays of NumPy (.npz)"};
  return {FileKind::archive, "an archive (ZIP)"};
}

/// A length of 8 bytes, then JSON.
bool is_safetensors(std::string_view start) {
  return start.size() > 9 && start[8] == '{' && start.substr(4, 4) == "\0\0\0\0"sv;
}

/// Two letters, which text may begin with, and the size of a header, whose upper bytes it has not.
bool is_bmp(std::string_view start) {
  return start.starts_with("BM") && start.size() > 17 && start.substr(15, 3) == "\0\0\0"sv;
}

bool begins_as_markup(std::string_view start) {
  if (start.starts_with("\xEF\xBB\xBF")) start.remove_prefix(3);
  start.remove_prefix(std::min(start.find_first_not_of(" \t\r\n"), start.size()));
  const std::string text = lower_case(std::string(start.substr(0, 16)));
  return std::ranges::any_of(std::array{"<!doctype"sv, "<html"sv, "<head"sv, "<body"sv, "<?xml"sv},
                             [&](std::string_view tag) { return text.starts_with(tag); });
}

/// Empty for what cannot be read.
std::string start_of(const std::filesystem::path& path) {
  std::string start(512, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<size_t>(file.gcount()));
  return start;
}

}  // namespace

KnownFile known_file(const std::filesystem::path& path) {
  std::error_code unreadable;
  if (!std::filesystem::is_regular_file(path, unreadable)) return {};
  const std::string start = start_of(path);
  const std::string extension = lower_case(path.extension().string());
  if (start.empty()) return {FileKind::unknown, "an empty file"};
  if (begins_as_markup(start)) return {FileKind::page, "a page (HTML or XML)"};
  if (start.starts_with("PK\x03\x04")) return zip_kind(start, extension);
  if (is_bmp(start)) return {FileKind::picture, "a picture (BMP)"};
  if (is_safetensors(start)) return {FileKind::model, "a model or weights (safetensors)"};
  for (const Signature& signature : kSignatures)
    if (start.size() > signature.offset &&
        std::string_view(start).substr(signature.offset).starts_with(signature.bytes))
      return {signature.kind, std::string(signature.name)};
  for (const Extension& known : kExtensions)
    if (extension == known.text) return {known.kind, std::string(known.name)};
  return {};
}

bool is_markup(const std::filesystem::path& path) {
  return begins_as_markup(start_of(path));
}

}  // namespace margay
