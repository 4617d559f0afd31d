// Both forms differ in where the bytes of a storage are; all else is the state dict's.
#include "margay/weights/torch_file.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>
#include <utility>
#include <vector>

#include "margay/archive/archive.h"
#include "margay/core/error.h"
#include "margay/core/file_system.h"
#include "margay/core/mapped_file.h"
#include "margay/core/number_text.h"
#include "margay/weights/pickle.h"
#include "margay/weights/torch_state_dict.h"

namespace margay::weights {
namespace fs = std::filesystem;
namespace {

using Tensors = std::map<std::string, model::SafeTensor>;
using Bytes = std::vector<uint8_t>;

/// A pickle that is the number 0x1950A86A20F9469CFC6C, after the byte of its protocol.
constexpr std::array<uint8_t, 13> kLegacyMagic{0x8A, 10,   0x6C, 0xFC, 0x9C, 0x46, 0xF9,
                                               0x20, 0x6A, 0xA8, 0x50, 0x19, '.'};
constexpr size_t kLegacyMagicAt = 2;
constexpr int64_t kLegacyVersion = 1001;

/// The first bytes of a file, fewer when it is shorter.
Bytes beginning_of(const fs::path& path) {
  Bytes bytes(kLegacyMagicAt + kLegacyMagic.size());
  std::ifstream stream(path, std::ios::binary);
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<size_t>(stream.gcount()));
  return bytes;
}

bool is_legacy(const Bytes& beginning) {
  return beginning.size() == kLegacyMagicAt + kLegacyMagic.size() && beginning[0] == 0x80 &&
         std::equal(kLegacyMagic.begin(), kLegacyMagic.end(), beginning.begin() + kLegacyMagicAt);
}

[[noreturn]] void reject(std::string_view where, std::string_view problem) {
  throw FormatError(where, problem, "it is no file of torch.save, or it is damaged");
}

uint64_t bytes_of(const TorchStorage& storage, std::string_view where) {
  uint64_t bytes = 0;
  if (__builtin_mul_overflow(storage.elements, model::size_bytes_of(storage.dtype), &bytes))
    reject(where, fmt::format("storage '{}' claims {} elements", storage.key, storage.elements));
  return bytes;
}

/// Many tensors may share a storage, and zeros compress well: what they take must bear some relation to the
/// file.
void check_memory(const std::vector<TorchTensor>& tensors, uint64_t file_bytes, std::string_view where) {
  const uint64_t limit = std::max(8 * file_bytes, uint64_t{64} << 20);
  uint64_t total = 0;
  const TorchTensor* previous = nullptr;
  for (const TorchTensor& tensor : tensors) {
    if (previous == nullptr || previous->storage.key != tensor.storage.key)
      total += std::min(bytes_of(tensor.storage, where), limit + 1);
    previous = &tensor;
    total += std::min(tensor.elements() * sizeof(float), limit + 1);
    if (total > limit)
      reject(where,
             fmt::format("its tensors claim more than {} bytes, the file has {}",
                         grouped(static_cast<int64_t>(limit)), grouped(static_cast<int64_t>(file_bytes))));
  }
}

/// Reads each storage once, with the bytes that `read` finds for it.
Tensors gather_all(std::vector<TorchTensor> tensors, uint64_t file_bytes, std::string_view where,
                   const std::function<Bytes(const TorchStorage&, uint64_t bytes)>& read) {
  std::stable_sort(tensors.begin(), tensors.end(),
                   [](const TorchTensor& a, const TorchTensor& b) { return a.storage.key < b.storage.key; });
  check_memory(tensors, file_bytes, where);
  Tensors result;
  const TorchStorage* loaded = nullptr;
  Bytes bytes;
  for (const TorchTensor& tensor : tensors) {
    if (loaded == nullptr || loaded->key != tensor.storage.key)
      bytes = read(tensor.storage, bytes_of(tensor.storage, where));
    else if (*loaded != tensor.storage)
      reject(where, fmt::format("storage '{}' has two types or sizes", tensor.storage.key));
    loaded = &tensor.storage;
    result.emplace(tensor.name, gather(tensor, bytes));
  }
  return result;
}

/// "NAME/data.pkl" and "NAME/data/KEY" in a ZIP.
class ZippedFile {
 public:
  explicit ZippedFile(const fs::path& path) : where_(path.string()) {
    archive::Listener listener;
    listener.found = [&](std::string_view name, uint32_t entry) {
      const size_t slash = name.find('/');
      if (slash == name.npos) return;
      if (!entries_.emplace(name.substr(slash + 1), entry).second)
        reject(where_, fmt::format("it has two files '{}'", name.substr(slash + 1)));
    };
    listener.refused = [&](std::string_view name, std::string_view reason) {
      reject(where_, fmt::format("its file '{}' is unfit: {}", name, reason));
    };
    archive_ = archive::open_archive(path, listener);
  }

  Bytes read(const std::string& name, uint64_t limit_bytes) const {
    const auto found = entries_.find(name);
    if (found == entries_.end()) reject(where_, fmt::format("the ZIP has no '{}'", name));
    try {
      return archive_->read(found->second, limit_bytes);
    } catch (const FormatError& error) {
      reject(where_, fmt::format("its file '{}' {}", name, reason_of(error)));
    }
  }
  bool has(const std::string& name) const { return entries_.contains(name); }

 private:
  const std::string where_;
  std::map<std::string, uint32_t> entries_;
  std::shared_ptr<const archive::Archive> archive_;
};

Tensors read_zipped(const fs::path& path) {
  const std::string where = path.string();
  const ZippedFile file(path);
  if (file.has("constants.pkl"))
    throw FormatError(where, "it is a program of TorchScript",
                      "only state dicts are read: torch.save(network.state_dict(), FILE)");
  constexpr uint64_t kMaxByteOrder = 16;
  if (file.has("byteorder"))
    if (const Bytes order = file.read("byteorder", kMaxByteOrder);
        std::string(order.begin(), order.end()) != "little")
      reject(where, "its numbers are big-endian");
  const Bytes text = file.read("data.pkl", Pickle::kMaxBytes);
  ByteCursor cursor(text, where);
  const Pickle pickle = Pickle::read(cursor, is_torch_global);
  return gather_all(tensors_of(pickle, where), file_size_bytes(path), where,
                    [&](const TorchStorage& storage, uint64_t bytes) {
                      Bytes data = file.read("data/" + storage.key, bytes);
                      if (data.size() != bytes)
                        reject(where, fmt::format("storage '{}' has {} bytes, its tensors say {}",
                                                  storage.key, data.size(), bytes));
                      return data;
                    });
}

/// The keys of the storages in the order in which they follow.
std::vector<std::string> storage_keys(ByteCursor& cursor) {
  const Pickle pickle = Pickle::read(cursor, is_torch_global);
  const auto* list = std::get_if<Pickle::List>(&pickle.root());
  if (list == nullptr) reject(cursor.where(), "the list of its storages is missing");
  std::vector<std::string> keys;
  for (const Pickle::Id id : list->items) {
    const auto* key = pickle.find<std::string>(id);
    if (key == nullptr) reject(cursor.where(), "a key of its storages is no text");
    keys.push_back(*key);
  }
  return keys;
}

void check_legacy_header(ByteCursor& cursor) {
  cursor.take(kLegacyMagicAt + kLegacyMagic.size());
  const Pickle version = Pickle::read(cursor, is_torch_global);
  const auto* number = std::get_if<int64_t>(&version.root());
  if (number == nullptr || *number != kLegacyVersion)
    reject(cursor.where(), fmt::format("it is not of version {}", kLegacyVersion));
  const Pickle system = Pickle::read(cursor, is_torch_global);
  const auto* facts = std::get_if<Pickle::Dict>(&system.root());
  if (facts == nullptr) reject(cursor.where(), "what system wrote it is missing");
  for (const auto& [key, value] : facts->items) {
    const auto* name = system.find<std::string>(key);
    const auto* truth = system.find<bool>(value);
    if (name != nullptr && *name == "little_endian" && truth != nullptr && !*truth)
      reject(cursor.where(), "its numbers are big-endian");
  }
}

/// Storages follow one after another, each with its number of elements before it.
std::map<std::string, std::span<const uint8_t>> find_storages(ByteCursor& cursor, const Pickle& pickle) {
  std::map<std::string, TorchStorage> known;
  for (TorchStorage& storage : storages_of(pickle, cursor.where())) known.emplace(storage.key, storage);
  std::map<std::string, std::span<const uint8_t>> storages;
  for (const std::string& key : storage_keys(cursor)) {
    const auto found = known.find(key);
    if (found == known.end()) reject(cursor.where(), fmt::format("storage '{}' belongs to no tensor", key));
    const auto elements = cursor.number<uint64_t>();
    if (elements != found->second.elements)
      reject(cursor.where(), fmt::format("storage '{}' has {} elements, its tensors say {}", key, elements,
                                         found->second.elements));
    const auto bytes = cursor.take(bytes_of(found->second, cursor.where()));
    if (!storages.emplace(key, bytes).second)
      reject(cursor.where(), fmt::format("storage '{}' is there twice", key));
  }
  return storages;
}

Tensors read_legacy(const fs::path& path) {
  const MappedFile file = MappedFile::open(path);
  ByteCursor cursor(file.bytes(), path.string());
  check_legacy_header(cursor);
  const Pickle pickle = Pickle::read(cursor, is_torch_global);
  const auto storages = find_storages(cursor, pickle);
  return gather_all(tensors_of(pickle, cursor.where()), file.bytes().size(), cursor.where(),
                    [&](const TorchStorage& storage, uint64_t) {
                      const auto found = storages.find(storage.key);
                      if (found == storages.end())
                        reject(cursor.where(), fmt::format("storage '{}' is missing", storage.key));
                      return Bytes(found->second.begin(), found->second.end());
                    });
}

}  // namespace

bool is_torch_file(const fs::path& path) {
  return archive::is_zip(path) || is_legacy(beginning_of(path));
}

Tensors read_torch_file(const fs::path& path) {
  if (archive::is_zip(path)) return read_zipped(path);
  if (is_legacy(beginning_of(path))) return read_legacy(path);
  reject(path.string(), "it does not begin as a file of torch.save");
}

}  // namespace margay::weights
