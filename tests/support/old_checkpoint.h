// Checkpoints as earlier versions of margay wrote them.
#pragma once

#include <filesystem>

#include "margay/core/json.h"
#include "margay/model/content_checksum.h"
#include "margay/model/safetensors.h"

namespace margay::test {

/// Takes the record of the settings out of the checkpoint of a run.
inline void forget_settings(const std::filesystem::path& run) {
  const std::filesystem::path path = run / "checkpoint.safetensors";
  model::SafeTensors file = model::read_safetensors(path);
  std::string& state = file.metadata.at("margay.checkpoint");
  Json json = parse_json(state, "checkpoint");
  json.erase("settings");
  state = json.dump();
  file.metadata.at("margay.checksum") = model::content_checksum(file, state + '\n');
  model::write_safetensors(path, file);
}

}  // namespace margay::test
