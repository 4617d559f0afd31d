// The safetensors format (version 1, huggingface/safetensors): named tensors in one file, read with every
// bound checked.
//
//     8 bytes   length N of the header, little-endian
//     N bytes   JSON: {"__metadata__": {text: text}, NAME: {"dtype", "shape", "data_offsets": [begin, end]},
//     ...} the rest  the tensors' bytes, little-endian, row-major, without holes; offsets count from here
#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "margay/graph/graph.h"

namespace margay::model {

/// Types of elements that margay reads and writes.
enum class DType { f32, f16, bf16, f64, i64, i32, i16, i8, u8, boolean };

/// "F32", "F16", "BF16", "F64", "I64", "I32", "I16", "I8", "U8", "BOOL"
std::string_view name_of(DType dtype);
/// Nothing for other names.
std::optional<DType> dtype_from_name(std::string_view name);
/// Of one element.
size_t size_bytes_of(DType dtype);

/// A tensor as its bytes. A shape without extents is a scalar; an extent of 0 makes an empty tensor.
struct SafeTensor {
  DType dtype = DType::f32;
  graph::Shape shape;
  std::vector<uint8_t> bytes;  ///< element_count(shape) * size_bytes_of(dtype) of them
  bool operator==(const SafeTensor&) const = default;
};

/// What a file holds.
struct SafeTensors {
  std::map<std::string, SafeTensor> tensors;
  std::map<std::string, std::string> metadata;
  bool operator==(const SafeTensors&) const = default;
};

/// Makes a tensor of the values' type. Throws ModelError when the shape has another number of elements.
SafeTensor make_tensor(graph::Shape shape, std::span<const float> values);
SafeTensor make_tensor(graph::Shape shape, std::span<const int64_t> values);
SafeTensor make_tensor(graph::Shape shape, std::span<const uint8_t> values);

/// The elements of a tensor of any type, converted to float32.
std::vector<float> to_float32(const SafeTensor& tensor);
/// The elements of an I64 or U8 tensor; throws ModelError for others.
std::vector<int64_t> to_int64(const SafeTensor& tensor);

/// Throws IoError or FormatError; memory is taken only after every size has been checked.
SafeTensors read_safetensors(const std::filesystem::path& path);
/// The same from a stream of `size_bytes` bytes; `where` names it in messages.
SafeTensors read_safetensors(std::istream& stream, uint64_t size_bytes, std::string_view where);

/// The metadata alone; of the file no more than its header is read. Throws as read_safetensors, but that the
/// bytes of the tensors may be missing where `size_bytes` counts them.
std::map<std::string, std::string> read_safetensors_metadata(const std::filesystem::path& path);
std::map<std::string, std::string> read_safetensors_metadata(std::istream& stream, uint64_t size_bytes,
                                                             std::string_view where);

/// Replaces the file atomically; the old one stays as `previous` unless that is empty. The same content gives
/// the same bytes. Throws IoError, or ModelError for a tensor whose shape and bytes disagree.
void write_safetensors(const std::filesystem::path& path, const SafeTensors& content,
                       const std::filesystem::path& previous = {});

}  // namespace margay::model
