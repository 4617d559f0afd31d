// What the pickle of a state dict says about its tensors: where each lies in which storage.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "margay/model/safetensors.h"
#include "margay/weights/pickle.h"

namespace margay::weights {

/// A run of elements of one type, kept apart from the pickle.
struct TorchStorage {
  std::string key;
  model::DType dtype = model::DType::f32;
  uint64_t elements = 0;

  bool operator==(const TorchStorage&) const = default;
};

/// A tensor as a view of a storage. Its extents and strides are not negative, every element that it names is
/// inside the storage, and it has no more elements than that.
struct TorchTensor {
  std::string name;
  TorchStorage storage;
  uint64_t offset = 0;  ///< in elements, as are the strides
  graph::Shape shape;
  std::vector<int64_t> strides;

  uint64_t elements() const { return static_cast<uint64_t>(graph::element_count(shape)); }
};

/// True for the globals that a state dict needs.
bool is_torch_global(std::string_view name);

/// The tensors of a state dict, or of the one that a checkpoint holds; other entries are left out. Throws
/// FormatError; `where` names the file.
std::vector<TorchTensor> tensors_of(const Pickle& pickle, std::string_view where);

/// Every storage that the pickle asks for, those of other entries included. Throws FormatError.
std::vector<TorchStorage> storages_of(const Pickle& pickle, std::string_view where);

/// The elements in row-major order. `storage` has all bytes of tensor.storage.
model::SafeTensor gather(const TorchTensor& tensor, std::span<const uint8_t> storage);

}  // namespace margay::weights
