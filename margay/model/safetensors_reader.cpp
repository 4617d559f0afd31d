// Reading safetensors: nothing in the file is believed before it has been checked.
#include <algorithm>
#include <fstream>

#include "margay/core/error.h"
#include "margay/core/json.h"
#include "margay/model/safetensors.h"

namespace margay::model {
namespace {

constexpr uint64_t kLengthBytes = 8;
constexpr uint64_t kMaxHeaderBytes = 100'000'000;  // the limit of the reference implementation
constexpr std::string_view kMetadataKey = "__metadata__";

/// Where a tensor lies in the data, from its start.
struct Entry {
  std::string name;
  DType dtype = DType::f32;
  graph::Shape shape;
  uint64_t begin = 0;
  uint64_t end = 0;
};

[[noreturn]] void reject(std::string_view where, std::string_view problem) {
  throw FormatError(where, problem, "it is no safetensors file, or it is damaged");
}

void read_bytes(std::istream& stream, char* target, uint64_t count, std::string_view where) {
  stream.read(target, static_cast<std::streamsize>(count));
  if (static_cast<uint64_t>(stream.gcount()) != count)
    throw IoError(where, "the file ended while it was read");
}

/// Number of bytes of the header, whose end is known to be inside the file.
uint64_t read_header_size(std::istream& stream, uint64_t file_bytes, std::string_view where) {
  if (file_bytes < kLengthBytes) reject(where, fmt::format("{} bytes are too few for a header", file_bytes));
  uint64_t size = 0;
  read_bytes(stream, reinterpret_cast<char*>(&size), kLengthBytes, where);
  if (size > kMaxHeaderBytes)
    reject(where, fmt::format("the header claims {} bytes, at most {} are allowed", size, kMaxHeaderBytes));
  if (size > file_bytes - kLengthBytes)
    reject(where, fmt::format("the header claims {} bytes, the file has {}", size, file_bytes));
  return size;
}

Json parse_header(std::string_view text, std::string_view where) {
  if (!text.starts_with('{')) reject(where, "the header does not begin with '{'");
  try {
    return parse_json(text, where);
  } catch (const FormatError& error) {
    reject(where, fmt::format("its header: {}", reason_of(error)));
  }
}

std::map<std::string, std::string> metadata_of(const Json& header, std::string_view where) {
  std::map<std::string, std::string> metadata;
  const auto found = header.find(std::string(kMetadataKey));
  if (found == header.end()) return metadata;
  if (!found->is_object()) reject(where, "__metadata__ is not an object");
  for (const auto& [key, value] : found->items()) {
    if (!value.is_string()) reject(where, fmt::format("__metadata__ '{}' is not a text", key));
    metadata.emplace(key, value.get<std::string>());
  }
  return metadata;
}

DType dtype_of(const Json& json, std::string_view where) {
  if (json.is_string())
    if (const auto dtype = dtype_from_name(json.get<std::string>())) return *dtype;
  throw FormatError(where, fmt::format("dtype {} is not read", describe_json(json)),
                    "F32, F16, BF16, F64, I64, I32, I16, I8, U8 and BOOL are");
}

uint64_t unsigned_of(const Json& json, std::string_view what, std::string_view where) {
  return json_as<uint64_t>(json, what, where);
}

/// Checks the product of the extents against overflow and the bytes that the tensor has.
void check_size(const Entry& entry, std::string_view where) {
  uint64_t bytes = size_bytes_of(entry.dtype);
  bool fits = true;
  for (const int64_t extent : entry.shape)
    fits = fits && !__builtin_mul_overflow(bytes, static_cast<uint64_t>(extent), &bytes);
  if (!fits || bytes != entry.end - entry.begin)
    reject(where, fmt::format("shape {} of {} does not take {} bytes", graph::to_string(entry.shape),
                              name_of(entry.dtype), entry.end - entry.begin));
}

Entry entry_of(const std::string& name, const Json& json, uint64_t data_bytes, std::string_view file) {
  const std::string where = fmt::format("{}, tensor '{}'", file, name);
  if (!json.is_object() || !json.contains("dtype") || !json.contains("shape") ||
      !json.contains("data_offsets") || json.size() != 3)
    reject(where, "its entry must be dtype, shape and data_offsets");
  Entry entry{.name = name, .dtype = dtype_of(json["dtype"], where), .shape = {}};
  if (!json["shape"].is_array()) reject(where, "its shape is not a list");
  for (const Json& extent : json["shape"]) {
    const uint64_t value = unsigned_of(extent, "an extent", where);
    if (value > static_cast<uint64_t>(INT64_MAX)) reject(where, "an extent is out of range");
    entry.shape.push_back(static_cast<int64_t>(value));
  }
  const Json& offsets = json["data_offsets"];
  if (!offsets.is_array() || offsets.size() != 2) reject(where, "data_offsets must be [begin, end]");
  entry.begin = unsigned_of(offsets[0], "an offset", where);
  entry.end = unsigned_of(offsets[1], "an offset", where);
  if (entry.begin > entry.end || entry.end > data_bytes)
    reject(where, fmt::format("bytes {} to {} of {} are out of range", entry.begin, entry.end, data_bytes));
  check_size(entry, where);
  return entry;
}

/// The entries in the order of their bytes, which they must cover without holes or overlaps.
std::vector<Entry> entries_of(const Json& header, uint64_t data_bytes, std::string_view where) {
  std::vector<Entry> entries;
  for (const auto& [name, json] : header.items())
    if (name != kMetadataKey) entries.push_back(entry_of(name, json, data_bytes, where));
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  uint64_t position = 0;
  for (const Entry& entry : entries) {
    if (entry.begin != position)
      reject(where,
             fmt::format("tensor '{}' begins at byte {}, expected {}", entry.name, entry.begin, position));
    position = entry.end;
  }
  if (position != data_bytes)
    reject(where, fmt::format("the tensors take {} bytes, the file holds {}", position, data_bytes));
  return entries;
}

/// All that stands before the tensors' bytes.
struct Header {
  std::map<std::string, std::string> metadata;
  std::vector<Entry> entries;
};

Header read_header(std::istream& stream, uint64_t size_bytes, std::string_view where) {
  std::string text(read_header_size(stream, size_bytes, where), '\0');
  read_bytes(stream, text.data(), text.size(), where);
  const Json json = parse_header(text, where);
  return {metadata_of(json, where), entries_of(json, size_bytes - kLengthBytes - text.size(), where)};
}

/// What `read` makes of the open file, its size and its name.
template <class Read>
auto read_file(const std::filesystem::path& path, const Read& read) {
  std::error_code failure;
  if (!std::filesystem::is_regular_file(path, failure)) throw IoError(path.string(), "there is no such file");
  const uint64_t size_bytes = std::filesystem::file_size(path, failure);
  std::ifstream stream(path, std::ios::binary);
  if (failure || !stream) throw io_error_from_errno(path.string(), "cannot read it");
  return read(stream, size_bytes, path.string());
}

}  // namespace

std::map<std::string, std::string> read_safetensors_metadata(std::istream& stream, uint64_t size_bytes,
                                                             std::string_view where) {
  return read_header(stream, size_bytes, where).metadata;
}

std::map<std::string, std::string> read_safetensors_metadata(const std::filesystem::path& path) {
  return read_file(path, [](std::istream& stream, uint64_t size_bytes, std::string_view where) {
    return read_safetensors_metadata(stream, size_bytes, where);
  });
}

SafeTensors read_safetensors(std::istream& stream, uint64_t size_bytes, std::string_view where) {
  Header header = read_header(stream, size_bytes, where);
  SafeTensors content;
  content.metadata = std::move(header.metadata);
  for (Entry& entry : header.entries) {
    SafeTensor tensor{entry.dtype, std::move(entry.shape), std::vector<uint8_t>(entry.end - entry.begin)};
    read_bytes(stream, reinterpret_cast<char*>(tensor.bytes.data()), tensor.bytes.size(), where);
    content.tensors.emplace(std::move(entry.name), std::move(tensor));
  }
  return content;
}

SafeTensors read_safetensors(const std::filesystem::path& path) {
  return read_file(path, [](std::istream& stream, uint64_t size_bytes, std::string_view where) {
    return read_safetensors(stream, size_bytes, where);
  });
}

}  // namespace margay::model
