// margay export: a model for other programs.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "apps/margay/command.h"
#include "apps/margay/console.h"
#include "apps/margay/number_options.h"
#include "apps/margay/overwrite_option.h"
#include "apps/margay/run_argument.h"
#include "apps/margay/unknown_option.h"
#include "apps/margay/write_onnx.h"
#include "margay/core/error.h"
#include "margay/core/file_system.h"
#include "margay/core/json.h"
#include "margay/graph/zoo/published_network.h"
#include "margay/graph/zoo/zoo.h"
#include "margay/model/model.h"
#include "margay/model/weights_file.h"
#include "margay/weights/published.h"

namespace margay::app {
namespace {

namespace fs = std::filesystem;

constexpr const char *kOnnx = "onnx", *kSafetensors = "safetensors";

struct ExportOptions {
  std::string model;
  std::string format = kOnnx;
  std::string output;
  OnnxRequest onnx;
  ExistingFile existing = ExistingFile::keep_foreign;
  bool json = false;
};

bool is_there(const std::string& path) {
  std::error_code unreadable;
  return fs::exists(path, unreadable);
}

bool names_network(const std::string& name) {
  return std::ranges::count(graph::zoo::network_names(), name) > 0;
}

/// "article.onnx" of runs/article, in the folder where the command is given.
fs::path output_of(const ExportOptions& options) {
  if (!options.output.empty()) return options.output;
  const fs::path model = absolute_path(options.model);
  const fs::path name = model.has_filename() ? model.filename() : model.parent_path().filename();
  std::error_code unreadable;
  const bool is_folder = fs::is_directory(model, unreadable);
  const fs::path stem = is_folder || !name.has_extension() ? name : name.stem();
  return stem.string() + '.' + options.format;
}

/// A model, or a published network with its weights.
model::Model load(const ExportOptions& options) {
  if (is_there(options.model) || !names_network(options.model))
    return model::load_model(model::find_model_file(options.model));
  const graph::zoo::ZooNetwork& network = graph::zoo::find_network(options.model);
  const fs::path file = weights::resolve_weights(network.name, std::string(weights::kImageNet),
                                                 console_progress(), stop_on_signals());
  return weights::imagenet_model(network, file);
}

Json input_of(const ExportOptions& options, const model::Model& model) {
  if (options.onnx.with_preprocessing)
    return {{"name", "input"}, {"type", "uint8"}, {"shape", {"batch", "height", "width", 3}}};
  Json shape = Json::array({"batch"});
  for (const int64_t extent : model.graph.input_shape()) shape.push_back(extent);
  return {{"name", "input"}, {"type", "float32"}, {"shape", shape}};
}

Json to_json(const ExportOptions& options, const model::Model& model, const fs::path& path, uint64_t bytes) {
  Json document{
      {"path", path.string()}, {"format", options.format}, {"bytes", bytes}, {"classes", model.classes}};
  if (options.format != kOnnx) {
    const std::string name = graph::zoo::published_network_of(model.graph);
    document["torchvision"] = name.empty() ? Json() : Json(name);
    return document;
  }
  document["opset"] = options.onnx.opset;
  document["with_preprocessing"] = options.onnx.with_preprocessing;
  document["input"] = input_of(options, model);
  document["output"] = {
      {"name", "probabilities"}, {"type", "float32"}, {"shape", {"batch", model.classes.size()}}};
  return document;
}

std::string describe_input(const ExportOptions& options, const model::Model& model) {
  if (options.onnx.with_preprocessing) return "uint8 [batch, height, width, 3], RGB";
  return fmt::format("float32 [batch, {}], fitted and normalised",
                     fmt::join(model.graph.input_shape(), ", "));
}

/// Who can load the weights alone.
std::string describe_taker(const model::Model& model) {
  const std::string name = graph::zoo::published_network_of(model.graph);
  const int64_t outputs = model.graph.output_shape()[0];
  if (!name.empty()) return fmt::format("torchvision's {} with num_classes={} loads them", name, outputs);
  return "none of torchvision's networks has these layers; --format onnx has the network with its weights";
}

void print_report(const ExportOptions& options, const model::Model& model, const fs::path& path,
                  uint64_t bytes) {
  if (options.json) {
    print_out("{}\n", format_json(to_json(options, model, path, bytes), 2));
    return;
  }
  print_out("{}\n", path.string());
  flush_out();  // so that both streams on one terminal keep the order
  if (options.format == kOnnx)
    print_err("ONNX, opset {}, {}: input {}; probabilities float32 [batch, {}]\n", options.onnx.opset,
              format_bytes(static_cast<double>(bytes)), describe_input(options, model), model.classes.size());
  else
    print_err("weights of {}, {}: {}\n", counted(static_cast<int64_t>(model.weights.size()), "tensor"),
              format_bytes(static_cast<double>(bytes)), describe_taker(model));
}

uint64_t write(const ExportOptions& options, const model::Model& model, const fs::path& path) {
  if (options.format == kOnnx) return write_onnx(path, model, options.onnx);
  model::save_weights(path, model);
  std::error_code unreadable;
  return fs::file_size(path, unreadable);
}

void export_model(const ExportOptions& options) {
  refuse_other_than_run(options.model, "export",
                        [](const std::string& run) { return "margay export " + run; });
  const fs::path path = output_of(options);
  require<UsageError>(path.extension() == '.' + options.format, "export",
                      fmt::format("--output {} does not end in .{}", path.string(), options.format),
                      fmt::format("what is written is {}; --format chooses", options.format));
  require_own_output(path, "--output", "export", options.existing);
  if (options.format == kOnnx) become_onnx_program_if_needed();
  const model::Model model = load(options);
  print_report(options, model, path, write(options, model, path));
}

/// Options that say something about ONNX alone.
void require_onnx(const ExportOptions& options, const CLI::App& command) {
  for (const char* option : {"--opset", "--with-preprocessing"})
    require(options.format == kOnnx || command.get_option(option)->count() == 0, "export",
            fmt::format("{} belongs to --format onnx", option), "leave one of them out");
}

}  // namespace

void add_export(CLI::App& command, Outcome&) {
  auto options = std::make_shared<ExportOptions>();
  command
      .add_option("MODEL", options->model,
                  "run directory, model file, or a published network such as mobilenet_v2")
      ->required();
  command
      .add_option("--format", options->format,
                  "onnx, for ONNX Runtime and others; safetensors: the weights alone, for torchvision where "
                  "it has the "
                  "network")
      ->check(one_of("--format", {kOnnx, kSafetensors}))
      ->capture_default_str();
  command.add_flag(
      "--with-preprocessing", options->onnx.with_preprocessing,
      "of ONNX: it takes pictures of any size as uint8 RGB, and fits and normalises them itself");
  command.add_option("--opset", options->onnx.opset, "of ONNX: version of its operators")
      ->check(whole_number("--opset", 13, 17))
      ->capture_default_str();
  command.add_option("--output", options->output,
                     "the file (default: the model's name with .onnx or .safetensors, here)");
  add_overwrite_option(command, options->existing);
  command.add_flag("--json", options->json, "print one JSON document instead of lines");
  command.footer(
      "Examples:\n  margay export runs/article\n"
      "  margay export runs/article --with-preprocessing --output cats-and-dogs.onnx\n"
      "  margay export mobilenet_v2 --opset 17\n  margay export runs/resnet18 --format safetensors");
  command.callback([options, &command] {
    require_onnx(*options, command);
    export_model(*options);
  });
}

}  // namespace margay::app
