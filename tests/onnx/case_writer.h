// ONNX files with inputs and expected outputs, as tests/onnx/onnxruntime_test.mjs reads them.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/core/json.h"
#include "margay/graph/graph.h"

namespace margay::test {

/// Writes cases.json and, beside it, a file for each model and each array.
class CaseWriter {
 public:
  explicit CaseWriter(std::filesystem::path folder) : folder_(std::move(folder)) { make_folder(folder_); }

  /// A model, of which the following runs are. `tolerance` is of the greatest difference, relative to the
  /// greatest value where that is above 1.
  void begin(const std::string& name, const std::string& bytes, double tolerance) {
    write_file_atomically(folder_ / (name + ".onnx"), std::string_view(bytes));
    cases_.push_back(
        {{"name", name}, {"tolerance", tolerance}, {"share", 1}, {"pixels", false}, {"runs", Json::array()}});
  }
  /// A model that gives pixels from 0 to 255, of which no more than `share` may differ, and by 1 at the most.
  void begin_pixels(const std::string& name, const std::string& bytes, double share) {
    begin(name, bytes, 1);
    cases_.back()["share"] = share;
    cases_.back()["pixels"] = true;
  }

  template <class In>
  void run(const graph::Shape& input_shape, const std::vector<In>& input, const graph::Shape& output_shape,
           const std::vector<float>& output) {
    cases_.back()["runs"].push_back({{"type", sizeof(In) == 1 ? "uint8" : "float32"},
                                     {"input", array(input)},
                                     {"input_shape", input_shape},
                                     {"output", array(output)},
                                     {"output_shape", output_shape}});
  }

  void finish() const { write_file_atomically(folder_ / "cases.json", std::string_view(cases_.dump(1))); }

 private:
  template <class Number>
  std::string array(const std::vector<Number>& values) {
    const std::string name = fmt::format("{}.bin", arrays_++);
    write_file_atomically(folder_ / name, std::string_view(reinterpret_cast<const char*>(values.data()),
                                                           values.size() * sizeof(Number)));
    return name;
  }

  std::filesystem::path folder_;
  int arrays_ = 0;
  Json cases_ = Json::array();
};

}  // namespace margay::test
