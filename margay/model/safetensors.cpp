// Types and values of safetensors.
#include "margay/model/safetensors.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "margay/core/error.h"

namespace margay::model {
namespace {

static_assert(std::endian::native == std::endian::little, "tensors are copied as the bytes of the file");

struct DTypeRow {
  DType dtype;
  std::string_view name;
  size_t size_bytes;
};
constexpr std::array kDTypes{DTypeRow{DType::f32, "F32", 4},   DTypeRow{DType::f16, "F16", 2},
                             DTypeRow{DType::bf16, "BF16", 2}, DTypeRow{DType::f64, "F64", 8},
                             DTypeRow{DType::i64, "I64", 8},   DTypeRow{DType::i32, "I32", 4},
                             DTypeRow{DType::i16, "I16", 2},   DTypeRow{DType::i8, "I8", 1},
                             DTypeRow{DType::u8, "U8", 1},     DTypeRow{DType::boolean, "BOOL", 1}};

const DTypeRow& row_of(DType dtype) {
  return kDTypes[static_cast<size_t>(dtype)];
}

template <class T>
SafeTensor tensor_of(DType dtype, graph::Shape shape, std::span<const T> values) {
  require<ModelError>(
      static_cast<size_t>(graph::element_count(shape)) == values.size(), "safetensors",
      fmt::format("{} values for a tensor of shape {}", values.size(), graph::to_string(shape)));
  SafeTensor tensor{dtype, std::move(shape), std::vector<uint8_t>(values.size_bytes())};
  if (!values.empty()) std::memcpy(tensor.bytes.data(), values.data(), values.size_bytes());
  return tensor;
}

/// IEEE 754 binary16, with subnormals, infinities and NaN.
float float_of_half(uint16_t bits) {
  const int exponent = bits >> 10 & 31;
  const int fraction = bits & 1023;
  float magnitude = 0;
  if (exponent == 31)
    magnitude = fraction == 0 ? INFINITY : NAN;
  else
    magnitude = exponent == 0 ? std::ldexp(static_cast<float>(fraction), -24)
                              : std::ldexp(static_cast<float>(1024 + fraction), exponent - 25);
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

float float_of_bfloat16(uint16_t bits) {
  return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16);
}

template <class Source, class Target, class Convert>
std::vector<Target> converted(const SafeTensor& tensor, Convert convert) {
  std::vector<Target> values(tensor.bytes.size() / sizeof(Source));
  for (size_t i = 0; i < values.size(); ++i) {
    Source source;
    std::memcpy(&source, tensor.bytes.data() + i * sizeof(Source), sizeof(Source));
    values[i] = convert(source);
  }
  return values;
}

template <class Source>
std::vector<float> to_floats(const SafeTensor& tensor) {
  return converted<Source, float>(tensor, [](Source value) { return static_cast<float>(value); });
}

}  // namespace

std::string_view name_of(DType dtype) {
  return row_of(dtype).name;
}
std::optional<DType> dtype_from_name(std::string_view name) {
  for (const DTypeRow& row : kDTypes)
    if (row.name == name) return row.dtype;
  return std::nullopt;
}
size_t size_bytes_of(DType dtype) {
  return row_of(dtype).size_bytes;
}

SafeTensor make_tensor(graph::Shape shape, std::span<const float> values) {
  return tensor_of(DType::f32, std::move(shape), values);
}
SafeTensor make_tensor(graph::Shape shape, std::span<const int64_t> values) {
  return tensor_of(DType::i64, std::move(shape), values);
}
SafeTensor make_tensor(graph::Shape shape, std::span<const uint8_t> values) {
  return tensor_of(DType::u8, std::move(shape), values);
}

std::vector<float> to_float32(const SafeTensor& tensor) {
  switch (tensor.dtype) {
    case DType::f32:
      return to_floats<float>(tensor);
    case DType::f16:
      return converted<uint16_t, float>(tensor, float_of_half);
    case DType::bf16:
      return converted<uint16_t, float>(tensor, float_of_bfloat16);
    case DType::f64:
      return to_floats<double>(tensor);
    case DType::i64:
      return to_floats<int64_t>(tensor);
    case DType::i32:
      return to_floats<int32_t>(tensor);
    case DType::i16:
      return to_floats<int16_t>(tensor);
    case DType::i8:
      return to_floats<int8_t>(tensor);
    case DType::u8:
    case DType::boolean:
      return to_floats<uint8_t>(tensor);
  }
  return {};
}

std::vector<int64_t> to_int64(const SafeTensor& tensor) {
  if (tensor.dtype == DType::i64)
    return converted<int64_t, int64_t>(tensor, [](int64_t value) { return value; });
  if (tensor.dtype == DType::u8)
    return converted<uint8_t, int64_t>(tensor, [](uint8_t value) { return int64_t{value}; });
  throw ModelError("safetensors",
                   fmt::format("a tensor of {} is not made of whole numbers", name_of(tensor.dtype)));
}

}  // namespace margay::model
