// Writing safetensors.
#include <algorithm>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/json.h"
#include "margay/core/new_file.h"
#include "margay/model/safetensors.h"

namespace margay::model {
namespace {

constexpr size_t kAlignment = 8;

using Item = std::pair<const std::string, SafeTensor>;

/// Wide elements first, then by name: every tensor lies at a multiple of its element's size although there
/// are no holes.
std::vector<const Item*> in_order_of_file(const SafeTensors& content) {
  std::vector<const Item*> items;
  for (const Item& item : content.tensors) items.push_back(&item);
  std::stable_sort(items.begin(), items.end(), [](const Item* a, const Item* b) {
    return size_bytes_of(a->second.dtype) > size_bytes_of(b->second.dtype);
  });
  return items;
}

void check(const std::string& name, const SafeTensor& tensor, std::string_view where) {
  const uint64_t expected =
      static_cast<uint64_t>(graph::element_count(tensor.shape)) * size_bytes_of(tensor.dtype);
  require<ModelError>(
      name != "__metadata__" && tensor.bytes.size() == expected, where,
      fmt::format("tensor '{}' has {} bytes, expected {}", name, tensor.bytes.size(), expected));
}

Json metadata_of(const SafeTensors& content) {
  Json metadata = Json::object();
  for (const auto& [key, value] : content.metadata) append_member(metadata, key, value);
  return metadata;
}

std::string dumped(const Json& header, std::string_view where) {
  try {
    return header.dump();
  } catch (const nlohmann::json::exception&) {
    throw ModelError(where, "a name in it is not UTF-8, which the format asks for");
  }
}

std::string header_of(const SafeTensors& content, const std::vector<const Item*>& items,
                      std::string_view where) {
  Json header = Json::object();
  if (!content.metadata.empty()) header["__metadata__"] = metadata_of(content);
  uint64_t position = 0;
  for (const Item* item : items) {
    const auto& [name, tensor] = *item;
    check(name, tensor, where);
    append_member(header, name,
                  {{"dtype", name_of(tensor.dtype)},
                   {"shape", tensor.shape},
                   {"data_offsets", {position, position + tensor.bytes.size()}}});
    position += tensor.bytes.size();
  }
  std::string text = dumped(header, where);
  text.resize((text.size() + kAlignment - 1) / kAlignment * kAlignment, ' ');
  return text;
}

}  // namespace

void write_safetensors(const std::filesystem::path& path, const SafeTensors& content,
                       const std::filesystem::path& previous) {
  const std::vector<const Item*> items = in_order_of_file(content);
  const std::string header = header_of(content, items, path.string());
  const auto fill = [&](const std::filesystem::path& temporary) {
    NewFile file(temporary, path);
    const uint64_t size = header.size();
    file.write({reinterpret_cast<const char*>(&size), sizeof(size)});
    file.write(header);
    for (const Item* item : items)
      file.write({reinterpret_cast<const char*>(item->second.bytes.data()), item->second.bytes.size()});
    file.finish();
  };
  replace_file_atomically(path, fill, previous);
}

}  // namespace margay::model
