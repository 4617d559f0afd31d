// A list of checksums has a checksum.
#include "margay/model/content_checksum.h"

#include <fmt/format.h>

#include <span>

#include "margay/core/error.h"
#include "margay/core/sha256.h"

namespace margay::model {

std::string content_checksum(const SafeTensors& file, std::string_view state) {
  std::string list(state);
  for (const auto& [name, tensor] : file.tensors)
    list += fmt::format("{} {} {}\n", name, graph::to_string(tensor.shape), sha256_hex(tensor.bytes));
  return sha256_hex(std::span(reinterpret_cast<const uint8_t*>(list.data()), list.size()));
}

}  // namespace margay::model
