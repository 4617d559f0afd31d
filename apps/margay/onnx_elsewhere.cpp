// What of ONNX programs have that do not link its library.
#include <stdexcept>

#include "apps/margay/command.h"
#include "apps/margay/sibling_program.h"
#include "apps/margay/write_onnx.h"

namespace margay::app {

void become_onnx_program_if_needed() {
  become_program(find_sibling_program("margay-onnx",
                                      "it belongs to the same build or package as this program; builds "
                                      "without libonnx-dev have none"),
                 command_line());
}

uint64_t write_onnx(const std::filesystem::path&, const model::Model&, const OnnxRequest&) {
  throw std::logic_error("this program writes no ONNX");
}

}  // namespace margay::app
