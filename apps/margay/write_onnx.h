// ONNX files, which margay-onnx alone can write.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "margay/model/model.h"

namespace margay::app {

/// What a file is to be.
struct OnnxRequest {
  int opset = 13;
  bool with_preprocessing = false;
};

/// In margay-onnx: nothing. In the other programs: replaces the process by margay-onnx with the same command
/// line; throws IoError where there is none.
void become_onnx_program_if_needed();

/// In margay-onnx: writes the file, and returns its size in bytes. Throws what onnx::export_onnx throws. The
/// others never come here.
uint64_t write_onnx(const std::filesystem::path& path, const model::Model& model, const OnnxRequest& request);

}  // namespace margay::app
