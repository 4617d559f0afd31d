// Writes ONNX files with inputs and the answers of margay, for ONNX Runtime to answer too: into the folder
// that is its argument, with cases.json. Photographs are among them where they are below MARGAY_TEST_ASSETS.
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/random.h"
#include "margay/graph/builder.h"
#include "margay/graph/zoo/zoo.h"
#include "margay/image/decode.h"
#include "margay/image/preprocess.h"
#include "margay/onnx/export.h"
#include "margay/onnx/library.h"
#include "margay/onnx/preprocessing.h"
#include "margay/recipe/config.h"
#include "margay/recipe/recipe.h"
#include "margay/runtime/runtime.h"
#include "margay/weights/published.h"
#include "tests/onnx/case_writer.h"
#include "tests/support/assets.h"
#include "tests/support/operator_cases.h"
#include "tests/support/photograph.h"
#include "tests/support/reference_operators.h"
#include "tests/support/temporary_folder.h"

namespace margay {
namespace {

using graph::Graph;
using graph::Shape;
using image::Image;
using image::ImageView;
using test::CaseWriter;

Shape with_batch(int64_t batch, const Shape& shape) {
  Shape whole{batch};
  whole.insert(whole.end(), shape.begin(), shape.end());
  return whole;
}

/// Every operator, beside its definition.
void write_operators(CaseWriter& writer) {
  for (size_t i = 0; i < test::kOperatorCases.size(); ++i)
    for (const int opset : {13, 17}) {
      const test::OperatorCase& tested = test::kOperatorCases[i];
      const Graph network = test::network_of(tested);
      const graph::Weights weights = test::random_weights(network, 3);
      writer.begin(fmt::format("{}-{}-{}", tested.op, i, opset), onnx::to_onnx(network, weights, opset),
                   2e-5);
      for (const int batch : {1, 3}) {
        std::vector<float> input, expected;
        for (int sample = 0; sample < batch; ++sample) {
          Random random{7, static_cast<uint64_t>(sample)};
          test::Values values(graph::element_count(network.input_shape()));
          for (double& value : values) value = static_cast<float>(random.uniform(-3, 3));
          input.insert(input.end(), values.begin(), values.end());
          for (const double value : test::reference_run(network, weights, values))
            expected.push_back(static_cast<float>(value));
        }
        writer.run(with_batch(batch, network.input_shape()), input, with_batch(batch, network.output_shape()),
                   expected);
      }
    }
}

/// Waves and noise, so that every kernel has something to do.
Image picture_of(int width, int height, uint64_t seed) {
  Image picture(width, height);
  Random random{seed, 11};
  const double tilt = random.uniform(0.05, 0.4), bend = random.uniform(0.02, 0.3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < 3; ++c)
        picture.pixels[(static_cast<size_t>(y) * width + x) * 3 + c] = static_cast<uint8_t>(
            128 + 90 * std::sin(tilt * x + bend * y * (c + 1)) + random.uniform(-37, 37));
  return picture;
}

/// A file that fits pixels, and no more.
std::string preprocessing_alone(const image::Preprocess& spec) {
  ::onnx::ModelProto file;
  file.set_ir_version(7);
  file.add_opset_import()->set_version(13);
  file.mutable_graph()->set_name("preprocessing");
  onnx::GraphWriter writer(*file.mutable_graph(), 13, {"input", "output"});
  const onnx::Value pixels =
      writer.input("input", onnx::ElementType::u8, {"batch", "height", "width", int64_t{3}}, "");
  const onnx::Value fitted = onnx::emit_preprocessing(pixels, spec);
  writer.output(writer.add_named("output", "Identity", {fitted}),
                {"batch", int64_t{3}, int64_t{spec.height}, int64_t{spec.width}}, "");
  return file.SerializeAsString();
}

/// [3, H, W] of what a network gets to see.
void append_planes(ImageView picture, const image::Preprocess& spec, std::vector<float>& planes) {
  const size_t cells = static_cast<size_t>(picture.width) * picture.height;
  std::vector<float> values(cells * 3);
  image::normalize({picture.pixels, cells * 3}, spec, values);
  for (size_t c = 0; c < 3; ++c)
    for (size_t i = 0; i < cells; ++i) planes.push_back(values[i * 3 + c]);
}

/// Bytes from one size to another: each kernel in each fit, on pictures smaller, larger, odd and thin.
void write_fits(CaseWriter& writer) {
  using image::Kernel, image::ResizeMode;
  struct Fit {
    ResizeMode fit;
    int resize;
  };
  for (const Fit& fit :
       {Fit{ResizeMode::squash, 0}, {ResizeMode::crop, 0}, {ResizeMode::crop, 53}, {ResizeMode::pad, 0}})
    for (const Kernel kernel : {Kernel::box, Kernel::bilinear, Kernel::bicubic, Kernel::lanczos}) {
      image::Preprocess spec;
      spec.fit = fit.fit;
      spec.resize = fit.resize;
      spec.kernel = kernel;
      spec.width = 40;
      spec.height = 33;
      spec.pad_value = fit.fit == ResizeMode::pad ? 114 : 0;
      spec.scale = 1;
      writer.begin_pixels(fmt::format("fit-{}-{}-{}", name_of(fit.fit), fit.resize, name_of(kernel)),
                          preprocessing_alone(spec), 1e-4);
      for (const auto& [width, height] : {std::pair{40, 33},
                                          {40, 60},
                                          {97, 61},
                                          {61, 97},
                                          {500, 375},
                                          {7, 5},
                                          {1, 1},
                                          {3, 200},
                                          {333, 33}}) {
        const Image picture = picture_of(width, height, 5);
        std::vector<float> expected;
        append_planes(image::fit_picture(picture, spec), spec, expected);
        writer.run({1, height, width, 3}, picture.pixels, {1, 3, spec.height, spec.width}, expected);
      }
    }
}

/// Answers on two sides of the middle, neither alike nor certain: the last layer's weights are scaled.
void spread_logits(model::Model& model, const std::vector<Image>& pictures) {
  const auto executor = runtime::make_executor(model.graph, model.weights, {.is_trusted = true});
  std::vector<float> values;
  for (const Image& picture : pictures) {
    const Image fitted = image::fit_picture(picture, model.preprocess);
    const size_t begin = values.size();
    values.resize(begin + fitted.pixels.size());
    image::normalize(fitted.pixels, model.preprocess, std::span(values).subspan(begin));
  }
  float greatest = 0;
  for (const float logit : executor->run(values, static_cast<int>(pictures.size())))
    greatest = std::max(greatest, std::abs(logit));
  for (int i = model.graph.output(); i > 0; --i) {
    const auto names = graph::parameter_names_of(model.graph, i);
    for (const std::string& name : names)
      for (float& value : model.weights.at(name).values) value *= 2 / greatest;
    if (!names.empty()) return;
  }
}

std::vector<float> probabilities_of(predict::Predictor& predictor, const std::vector<Image>& pictures) {
  std::vector<float> all;
  for (const predict::Answer& answer :
       predictor.predict(std::vector<ImageView>(pictures.begin(), pictures.end())))
    all.insert(all.end(), answer.probabilities.begin(), answer.probabilities.end());
  return all;
}

/// A model as it takes the network's input, and as it takes pictures.
void write_model(CaseWriter& writer, const std::string& name, const model::Model& model,
                 const std::vector<Image>& pictures, int opset) {
  predict::Predictor predictor = runtime::make_predictor(model, {.is_trusted = true});
  const auto classes = static_cast<int64_t>(model.classes.size());
  writer.begin(name, onnx::to_onnx(model, {.opset = opset}), 1e-4);
  for (const size_t batch : {1, 3}) {
    const std::vector<Image> some(pictures.begin(), pictures.begin() + static_cast<std::ptrdiff_t>(batch));
    std::vector<float> planes;
    for (const Image& picture : some)
      append_planes(image::fit_picture(picture, model.preprocess), model.preprocess, planes);
    const auto count = static_cast<int64_t>(batch);
    writer.run(with_batch(count, model.graph.input_shape()), planes, {count, classes},
               probabilities_of(predictor, some));
  }
  writer.begin(name + "-pictures", onnx::to_onnx(model, {.opset = opset, .with_preprocessing = true}), 1e-4);
  for (const Image& picture : pictures)
    writer.run({1, picture.height, picture.width, 3}, picture.pixels, {1, classes},
               probabilities_of(predictor, {picture}));
}

std::vector<std::string> some_classes(int64_t outputs) {
  std::vector<std::string> names;
  for (int64_t i = 0; i < std::max<int64_t>(outputs, 2); ++i) names.push_back(fmt::format("class {}", i));
  return names;
}

std::vector<Image> some_pictures() {
  return {picture_of(320, 240, 1), picture_of(97, 201, 2), picture_of(256, 256, 3)};
}

void write_networks(CaseWriter& writer) {
  int opset = 13;
  for (const char* name : {"resnet18", "mobilenet_v2", "mobilenet_v3_small", "efficientnet_b0", "densenet121",
                           "squeezenet1_1"}) {
    const graph::zoo::ZooNetwork& network = graph::zoo::find_network(name);
    model::Model model;
    model.preprocess = weights::preprocess_of(network);
    model.preprocess.width = model.preprocess.height = 96;
    model.preprocess.resize = 110;
    model.graph = network.build({.height = 96, .width = 96, .outputs = 5});
    model.weights = graph::initialize(model.graph, network.initializer, 3);
    model.classes = some_classes(5);
    spread_logits(model, some_pictures());
    write_model(writer, name, model, some_pictures(), opset);
    opset = opset == 13 ? 17 : 13;
  }
}

void write_recipes(CaseWriter& writer) {
  // The article's has ten million weights: once.
  for (const auto& [name, classes] : {std::pair{"article", 2}, {"scratch", 2}, {"scratch", 4}}) {
    const recipe::Config config = recipe::load_recipe(name);
    model::Model model;
    model.preprocess = config.input;
    model.graph = recipe::build_network(config, classes);
    model.weights = graph::initialize(model.graph, graph::Initializer::glorot_uniform, 3);
    model.classes = some_classes(classes);
    spread_logits(model, some_pictures());
    write_model(writer, fmt::format("{}-{}", name, classes), model, some_pictures(), 13);
  }
}

/// Tokens, attention and all that is around them, as a ViT of a few thousand weights.
void write_transformer(CaseWriter& writer) {
  graph::Builder builder({3, 32, 48});
  builder.conv2d(24, 8, {.stride = 8}).apply("tokens").apply("class_token").apply("position_embedding");
  builder.tap("tokens").apply("layer_norm").apply("self_attention", {{"heads", 4}}).linear(24).add("tokens");
  builder.tap("mixed").apply("layer_norm").linear(48).apply("gelu").linear(24).add("mixed");
  builder.apply("layer_norm").apply("first_token").linear(3);
  model::Model model;
  model.graph = builder.build();
  model.weights = test::random_weights(model.graph, 3);
  model.classes = some_classes(3);
  model.preprocess.width = 48;
  model.preprocess.height = 32;
  model.preprocess.fit = image::ResizeMode::pad;
  model.preprocess.kernel = image::Kernel::lanczos;
  spread_logits(model, some_pictures());
  for (const int opset : {13, 17})
    write_model(writer, fmt::format("transformer-{}", opset), model, some_pictures(), opset);
}

/// Published weights, on photographs.
void write_photographs(CaseWriter& writer) {
  const auto weights = test::find_asset("weights/mobilenet_v2-imagenet.pth");
  const auto zip = test::find_asset("data/cats_and_dogs_filtered.zip");
  if (!weights || !zip) return;
  const test::TemporaryFolder folder;
  std::vector<Image> pictures;
  for (const char* name : {"validation/cats/cat.2010.jpg", "validation/cats/cat.2011.jpg",
                           "validation/dogs/dog.2010.jpg", "validation/dogs/dog.2011.jpg"})
    pictures.push_back(image::decode(read_file(test::unpack_photograph(*zip, name, folder.path()))));
  const model::Model model = weights::imagenet_model(graph::zoo::find_network("mobilenet_v2"), *weights);
  write_model(writer, "photographs", model, pictures, 13);
}

void write_all(const char* folder) {
  CaseWriter writer(folder);
  write_operators(writer);
  write_fits(writer);
  write_transformer(writer);
  write_networks(writer);
  write_recipes(writer);
  write_photographs(writer);
  writer.finish();
}

}  // namespace
}  // namespace margay

int main(int argc, char** argv) try {
  if (argc != 2) return 2;
  margay::write_all(argv[1]);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
