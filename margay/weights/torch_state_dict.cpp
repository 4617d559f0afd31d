// torch._utils._rebuild_tensor_v2 and its relatives, understood instead of called.
#include "margay/weights/torch_state_dict.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace margay::weights {
namespace {

constexpr size_t kMaxRank = 16;

struct StorageType {
  std::string_view global;
  model::DType dtype;
};
constexpr std::array kStorageTypes{StorageType{"torch.FloatStorage", model::DType::f32},
                                   StorageType{"torch.HalfStorage", model::DType::f16},
                                   StorageType{"torch.BFloat16Storage", model::DType::bf16},
                                   StorageType{"torch.DoubleStorage", model::DType::f64},
                                   StorageType{"torch.LongStorage", model::DType::i64},
                                   StorageType{"torch.IntStorage", model::DType::i32},
                                   StorageType{"torch.ShortStorage", model::DType::i16},
                                   StorageType{"torch.CharStorage", model::DType::i8},
                                   StorageType{"torch.ByteStorage", model::DType::u8},
                                   StorageType{"torch.BoolStorage", model::DType::boolean}};

constexpr std::string_view kTensor = "torch._utils._rebuild_tensor_v2";
constexpr std::string_view kOldTensor = "torch._utils._rebuild_tensor";
constexpr std::string_view kParameter = "torch._utils._rebuild_parameter";
/// What checkpoints call the state dict in them.
constexpr std::array<std::string_view, 3> kWrappers{"state_dict", "model_state_dict", "model"};

/// Values of one file by kind, with errors that name the place.
class StateDictReader {
 public:
  StateDictReader(const Pickle& pickle, std::string_view where)
      : pickle_(pickle), file_(where), where_(where) {}

  std::vector<TorchStorage> storages() const {
    std::vector<TorchStorage> storages;
    uint64_t first = 0, elements = 0;
    for (Id id = 0; id < pickle_.size(); ++id)
      if (pickle_.find<Pickle::Persistent>(id) != nullptr)
        storages.push_back(storage_of(id, first, elements));
    return storages;
  }

  std::vector<TorchTensor> tensors() {
    std::vector<TorchTensor> tensors;
    std::set<std::string> seen;
    for (const auto& [key, value] : state_dict().items) {
      if (!is_tensor(value)) continue;
      const auto* name = pickle_.find<std::string>(key);
      if (name == nullptr) reject("a tensor's name is no text");
      where_ = fmt::format("{}, parameter '{}'", file_, *name);
      if (!seen.insert(*name).second) reject("it is there twice");
      tensors.push_back(tensor_of(value));
      tensors.back().name = *name;
    }
    return tensors;
  }

 private:
  using Id = Pickle::Id;

  [[noreturn]] void reject(std::string_view problem) const {
    throw FormatError(where_, problem, "it is no state dict of PyTorch, or it is damaged");
  }

  template <class Kind>
  const Kind& get(Id id, std::string_view what) const {
    const Kind* kind = pickle_.find<Kind>(id);
    if (kind == nullptr) reject(fmt::format("{} is missing or of the wrong kind", what));
    return *kind;
  }
  const std::vector<Id>& items_of(Id id, size_t at_least, std::string_view what) const {
    const auto& items = get<Pickle::Tuple>(id, what).items;
    if (items.size() < at_least) reject(fmt::format("{} is incomplete", what));
    return items;
  }
  uint64_t count_of(Id id, std::string_view what) const {
    const auto value = get<int64_t>(id, what);
    if (value < 0) reject(fmt::format("{} is {}", what, value));
    return static_cast<uint64_t>(value);
  }

  bool is_tensor(Id id) const { return pickle_.find<Pickle::Call>(id) != nullptr; }

  const Pickle::Dict& state_dict() const {
    const auto* root = std::get_if<Pickle::Dict>(&pickle_.root());
    if (root == nullptr) reject("it holds no dict of tensors");
    const auto has_tensors = [&](const Pickle::Dict& dict) {
      return std::any_of(dict.items.begin(), dict.items.end(),
                         [&](const auto& item) { return is_tensor(item.second); });
    };
    if (has_tensors(*root)) return *root;
    for (const std::string_view wrapper : kWrappers)
      for (const auto& [key, value] : root->items) {
        const auto* name = pickle_.find<std::string>(key);
        const auto* inner = pickle_.find<Pickle::Dict>(value);
        if (name != nullptr && *name == wrapper && inner != nullptr && has_tensors(*inner)) return *inner;
      }
    reject(fmt::format("it holds no tensors{}", described_keys(*root)));
  }

  std::string described_keys(const Pickle::Dict& dict) const {
    constexpr size_t kShown = 5;
    std::vector<std::string> names;
    for (const auto& [key, value] : dict.items)
      if (const auto* name = pickle_.find<std::string>(key); name != nullptr && names.size() < kShown)
        names.push_back(fmt::format("'{:.40}'", *name));
    return names.empty() ? std::string() : fmt::format(", but {}", fmt::join(names, ", "));
  }

  TorchTensor tensor_of(Id id) const {
    const auto* call = pickle_.find<Pickle::Call>(id);
    if (call->function == kParameter) {
      call = pickle_.find<Pickle::Call>(items_of(call->arguments, 1, "the parameter").front());
      if (call == nullptr) reject("the parameter's tensor is missing");
    }
    if (call->function != kTensor && call->function != kOldTensor) reject("it is no tensor");
    const std::vector<Id>& parts = items_of(call->arguments, 4, "the tensor");
    uint64_t first = 0, elements = 0;  // the part of the storage that the tensor may use
    TorchTensor tensor;
    tensor.storage = storage_of(parts[0], first, elements);
    tensor.offset = count_of(parts[1], "the offset");
    tensor.shape = extents_of(parts[2], "an extent");
    tensor.strides = extents_of(parts[3], "a stride");
    check_bounds(tensor, elements);
    tensor.offset += first;
    return tensor;
  }

  std::vector<int64_t> extents_of(Id id, std::string_view what) const {
    std::vector<int64_t> extents;
    for (const Id item : get<Pickle::Tuple>(id, "a shape").items)
      extents.push_back(static_cast<int64_t>(count_of(item, what)));
    if (extents.size() > kMaxRank) reject(fmt::format("it has {} dimensions", extents.size()));
    return extents;
  }

  /// ('storage', type, key, place, elements) and, in old files, None or (key, first, elements) of a part.
  TorchStorage storage_of(Id id, uint64_t& first, uint64_t& elements) const {
    const auto& parts = items_of(get<Pickle::Persistent>(id, "the storage").id, 5, "the storage");
    if (get<std::string>(parts[0], "the storage's kind") != "storage") reject("its storage is no storage");
    const std::string& type = get<Pickle::Global>(parts[1], "the storage's type").name;
    const auto row = std::find_if(kStorageTypes.begin(), kStorageTypes.end(),
                                  [&](const StorageType& known) { return known.global == type; });
    if (row == kStorageTypes.end()) reject(fmt::format("its storage is a {}", type));
    TorchStorage storage{get<std::string>(parts[2], "the storage's key"), row->dtype,
                         count_of(parts[4], "the storage's size")};
    elements = storage.elements;
    if (parts.size() > 5 && pickle_.find<Pickle::None>(parts[5]) == nullptr) {
      const auto& part = items_of(parts[5], 3, "the part of the storage");
      first = count_of(part[1], "the part's offset");
      elements = count_of(part[2], "the part's size");
      if (first > storage.elements || elements > storage.elements - first)
        reject("its part of the storage is outside of it");
    }
    return storage;
  }

  void check_bounds(const TorchTensor& tensor, uint64_t elements) const {
    if (tensor.shape.size() != tensor.strides.size())
      reject(fmt::format("{} extents and {} strides", tensor.shape.size(), tensor.strides.size()));
    int64_t count = 1, last = 0;
    bool fits = !__builtin_add_overflow(tensor.offset, 0, &last), empty = false;
    for (size_t i = 0; i < tensor.shape.size(); ++i) {
      const int64_t extent = tensor.shape[i], steps = std::max<int64_t>(extent - 1, 0);
      int64_t way = 0;
      empty = empty || extent == 0;
      fits = fits && !__builtin_mul_overflow(count, std::max<int64_t>(extent, 1), &count) &&
             !__builtin_mul_overflow(steps, tensor.strides[i], &way) &&
             !__builtin_add_overflow(last, way, &last);
    }
    const bool inside = std::cmp_less(last, elements) && std::cmp_less_equal(count, elements);
    if (!fits || (!empty && !inside))
      reject(fmt::format("shape {} with strides {} from element {} goes beyond its storage of {} elements",
                         graph::to_string(tensor.shape), graph::to_string(tensor.strides), tensor.offset,
                         elements));
  }

  const Pickle& pickle_;
  const std::string file_;
  std::string where_;
};

}  // namespace

bool is_torch_global(std::string_view name) {
  return name == kTensor || name == kOldTensor || name == kParameter ||
         std::any_of(kStorageTypes.begin(), kStorageTypes.end(),
                     [&](const StorageType& type) { return type.global == name; });
}

std::vector<TorchTensor> tensors_of(const Pickle& pickle, std::string_view where) {
  return StateDictReader(pickle, where).tensors();
}

std::vector<TorchStorage> storages_of(const Pickle& pickle, std::string_view where) {
  return StateDictReader(pickle, where).storages();
}

namespace {

bool is_row_major(const TorchTensor& tensor) {
  int64_t expected = 1;
  for (size_t axis = tensor.shape.size(); axis-- > 0; expected *= tensor.shape[axis])
    if (tensor.shape[axis] != 1 && tensor.strides[axis] != expected) return false;
  return true;
}

}  // namespace

model::SafeTensor gather(const TorchTensor& tensor, std::span<const uint8_t> storage) {
  const size_t size = model::size_bytes_of(tensor.storage.dtype);
  model::SafeTensor result{tensor.storage.dtype, tensor.shape,
                           std::vector<uint8_t>(tensor.elements() * size)};
  if (result.bytes.empty()) return result;
  const size_t run = is_row_major(tensor) ? result.bytes.size() : size;
  std::vector<int64_t> index(tensor.shape.size());
  auto element = static_cast<int64_t>(tensor.offset);
  for (size_t at = 0; at < result.bytes.size(); at += run) {
    std::memcpy(result.bytes.data() + at, storage.data() + static_cast<size_t>(element) * size, run);
    for (size_t axis = index.size(); axis-- > 0;) {
      element += tensor.strides[axis];
      if (++index[axis] < tensor.shape[axis]) break;
      element -= tensor.strides[axis] * tensor.shape[axis];
      index[axis] = 0;
    }
  }
  return result;
}

}  // namespace margay::weights
