// margay show: a row of pictures, or one picture augmented, as PNG.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>

#include "apps/margay/command.h"
#include "apps/margay/data_options.h"
#include "apps/margay/number_options.h"
#include "apps/margay/output.h"
#include "apps/margay/overwrite_option.h"
#include "apps/margay/picture_size.h"
#include "margay/augment/pipeline.h"
#include "margay/core/error.h"
#include "margay/core/output_file.h"
#include "margay/data/dataset.h"
#include "margay/image/encode.h"
#include "margay/plot/samples.h"

namespace margay::app {
namespace {

struct ShowOptions {
  DataOptions data;
  int count = 5;
  std::string split;
  std::string augment;
  uint64_t seed = 1;
  recipe::PictureSize size{150, 150};
  std::string out;
  ExistingFile existing = ExistingFile::keep_foreign;
};

/// The split asked for; else train, or all of a folder that is not split.
const data::Split& chosen_split(const data::Dataset& dataset, const std::string& name) {
  if (!name.empty()) return dataset.split(name);
  return dataset.has_split("train") ? dataset.split("train") : dataset.splits.front();
}

image::Image draw(const ShowOptions& options) {
  constexpr int kLargest = 4096;
  require(std::max(options.size.width, options.size.height) <= kLargest, "show",
          fmt::format("--size {} is too large to draw", options.size.to_text()),
          fmt::format("{} pixels at most", kLargest));
  image::Preprocess spec;
  spec.width = options.size.width;
  spec.height = options.size.height;
  spec.validate();
  // An augmentation that cannot be read is told before anything is decoded.
  const auto pipeline = augment::Pipeline::parse(options.augment);
  const data::Dataset dataset = open_data(options.data, {});
  print_understood(dataset, options.data.verbose);
  const data::Split& split = chosen_split(dataset, options.split);
  const bool one = !options.augment.empty() && pipeline.mix().empty();
  const auto pictures = plot::choose_pictures(dataset, split, spec, one ? 1 : options.count, options.seed);
  if (options.augment.empty()) return plot::draw_samples(pictures, split.name);
  if (!one) return plot::draw_mixed(pictures, pipeline, options.seed);
  const plot::ShownPicture& picture = pictures.front();
  return plot::draw_augmented(picture.fitted, pipeline, options.count, options.seed, picture.class_name);
}

void show(const ShowOptions& options) {
  const std::string default_out = options.augment.empty() ? "show.png" : "augmented.png";
  const std::filesystem::path out = options.out.empty() ? default_out : options.out;
  require(out.extension() == ".png", "show", fmt::format("--out {}: only PNG is written", out.string()),
          "let the name end in .png");
  require_own_output(out, "--out", "show", options.existing);
  write_output_file(out, image::encode_png(draw(options)));
  print_out("{}\n", out.string());
}

}  // namespace

void add_show(CLI::App& command, Outcome&) {
  auto options = std::make_shared<ShowOptions>();
  add_data_options(command, options->data)->required();
  command.add_option("--count", options->count, "pictures, or variants with --augment")
      ->check(whole_number("--count", 1, 400))
      ->capture_default_str();
  command.add_option("--split", options->split, "train, validation or test [default: train, else all]");
  command.add_option(
      "--augment", options->augment,
      "show one picture in random variants: a name, all (flip, rotate, zoom, shift), or a list "
      "such as flip,rotate=45. Names: " +
          fmt::format("{}", fmt::join(augment::transform_names(), ", ")) +
          ". mixup and cutmix show pictures mixed in pairs [default: none]");
  command.add_option("--seed", options->seed, "chooses the pictures and the variants")
      ->check(seed_number("--seed"))
      ->capture_default_str();
  command.add_option_function<std::string>(
      "--size", [options](const std::string& text) { options->size = parse_size(text); },
      "width and height of the network's input in pixels: 150, or 160x120 (default: 150)");
  command.add_option("--out", options->out, "the PNG [default: show.png, with --augment augmented.png]");
  add_overwrite_option(command, options->existing);
  command.footer(
      "Examples:\n  margay show cats-and-dogs --count 5\n  margay show cats-and-dogs --augment all --seed 7\n"
      "  margay show cats-and-dogs --augment brightness,contrast,hue=0.2\n"
      "  margay show cats-and-dogs --augment grayscale=1\n"
      "The pixels are exactly those that the network gets. Prints the path of the PNG.");
  command.callback([options] { show(*options); });
}

}  // namespace margay::app
