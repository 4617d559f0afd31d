// What of ONNX margay-onnx has.
#include "apps/margay/write_onnx.h"
#include "margay/onnx/export.h"

namespace margay::app {

void become_onnx_program_if_needed() {}

uint64_t write_onnx(const std::filesystem::path& path, const model::Model& model,
                    const OnnxRequest& request) {
  return onnx::export_onnx(path, model,
                           {.opset = request.opset, .with_preprocessing = request.with_preprocessing});
}

}  // namespace margay::app
