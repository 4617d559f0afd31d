// Names, places and checks of torchvision's files.
#include "margay/weights/published.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

#include "margay/core/cache_folder.h"
#include "margay/core/error.h"
#include "margay/core/file_kind.h"
#include "margay/core/file_system.h"
#include "margay/core/option_text.h"
#include "margay/core/sha256.h"
#include "margay/fetch/mirrors.h"
#include "margay/fetch/published_file.h"
#include "margay/weights/imagenet_classes.h"
#include "margay/weights/read_weights.h"

namespace margay::weights {
namespace fs = std::filesystem;
namespace {

/// "f37072fd" of "resnet18-f37072fd.pth"
std::string_view digest_in(std::string_view file_name) {
  const size_t begin = file_name.rfind('-') + 1;
  return file_name.substr(begin, file_name.rfind('.') - begin);
}

/// A mirror's file under another name is what its owner put there; only the published name makes a promise.
void check_digest(const fs::path& file, std::string_view published_name) {
  if (file.filename() != published_name) return;
  const std::string_view expected = digest_in(published_name);
  const std::string found = sha256_hex_of_file(file);
  require<FormatError>(
      found.starts_with(expected), "weights",
      fmt::format("its SHA-256 begins with {}, expected {}", found.substr(0, expected.size()), expected));
}

void require_published(const graph::zoo::ZooNetwork& network) {
  require(network.is_published(), "weights",
          fmt::format("nobody publishes weights of {}, a network of margay's own", network.name),
          "train it from the start, without `weights=imagenet`"_worded);
}

/// What the file is called: as it is published, then as a mirror's owner may have called it.
std::vector<std::string> names_of(const graph::zoo::ZooNetwork& network) {
  const auto own = [&](std::string_view ending) {
    return fmt::format("{}-{}{}", network.name, kImageNet, ending);
  };
  return {std::string(network.weights.file), own(".safetensors"), own(".pth")};
}

/// Empty where there is no home folder: weights may lie in a mirror.
fs::path downloads_of(const GetOptions& options) {
  if (!options.cache.empty()) return options.cache / "weights";
  const auto cache = find_cache_folder();
  return cache ? *cache / "weights" : fs::path();
}

bool is_good(const fs::path& file, std::string_view published_name) try {
  std::error_code unreadable;
  if (!fs::is_regular_file(file, unreadable) || is_markup(file)) return false;
  check_digest(file, published_name);
  return true;
} catch (const Error&) {
  return false;
}

/// Float32, with as much again for buffers, names and padding: a server that declares more has another file.
uint64_t most_bytes_of(const graph::zoo::ZooNetwork& network) {
  return static_cast<uint64_t>(network.parameters) * 2 * sizeof(float) + (1 << 20);
}

}  // namespace

std::optional<fs::path> find_weights(const graph::zoo::ZooNetwork& network, const GetOptions& options) {
  const char* variable = std::getenv("MARGAY_MIRROR");
  const std::string mirror = options.mirror.value_or(variable == nullptr ? "" : variable);
  for (const std::string& entry : fetch::split_mirrors(mirror)) {
    if (fetch::is_address(entry)) continue;
    for (const std::string& name : names_of(network))
      if (const fs::path file = fetch::place_in_mirror(entry, name); is_good(file, network.weights.file))
        return file;
  }
  const fs::path downloads = downloads_of(options);
  if (downloads.empty()) return std::nullopt;
  const fs::path cached = downloads / network.weights.file;
  return is_good(cached, network.weights.file) ? std::optional(cached) : std::nullopt;
}

fs::path get_weights(const graph::zoo::ZooNetwork& network, const GetOptions& options,
                     const ProgressObserver& progress, const std::stop_token& stop) {
  require_published(network);
  const std::string name(network.weights.file);
  fetch::DownloadOptions download = options.download;
  download.max_bytes = std::min(download.max_bytes, most_bytes_of(network));
  return fetch::find_file({.names = names_of(network),
                           .url = options.address + name,
                           .check = [&](const fetch::FoundFile& found) { check_digest(found.path, name); }},
                          {.downloads = downloads_of(options),
                           .reuse = true,
                           .mirror = options.mirror,
                           .download = download},
                          progress, stop)
      .path;
}

void require_weights_there(const std::string& imagenet_or_file) {
  std::error_code unreadable;
  require<IoError>(
      imagenet_or_file == kImageNet || fs::exists(imagenet_or_file, unreadable), "weights",
      fmt::format("there is no file {}", imagenet_or_file),
      fmt::format("{}{} (the weights that are published with a network), a .pth or .safetensors file, or "
                  "a run directory",
                  nearest_name(imagenet_or_file, std::array{kImageNet}).empty()
                      ? "weights are "
                      : "did you mean 'imagenet'? Weights are ",
                  kImageNet));
}

fs::path resolve_weights(std::string_view network, const std::string& imagenet_or_file,
                         const ProgressObserver& progress, const std::stop_token& stop) {
  if (imagenet_or_file == kImageNet && !path_exists(imagenet_or_file)) {
    require(!network.empty(), "weights", "the weights 'imagenet' belong to a published network",
            "name it, such as `network=mobilenet_v2`; `models` lists them"_worded);
    return get_weights(graph::zoo::find_network(network), {}, progress, stop);
  }
  std::error_code unreadable;
  if (fs::is_directory(imagenet_or_file, unreadable)) return model::find_model_file(imagenet_or_file);
  require_weights_there(imagenet_or_file);
  return imagenet_or_file;
}

image::Preprocess preprocess_of(const graph::zoo::ZooNetwork& network, const PictureChoice& choice) {
  image::Preprocess spec;
  spec.kernel = image::kernel_from_name(network.weights.interpolation);
  spec.width = spec.height = network.weights.crop;
  spec.resize = network.weights.resize;
  if (choice.resolution != 0 && graph::zoo::takes_size(network, choice.resolution))
    spec.width = spec.height = spec.resize = choice.resolution;
  spec.fit = choice.fit.value_or(image::ResizeMode::crop);
  if (spec.fit != image::ResizeMode::crop) spec.resize = 0;
  spec.mean = graph::zoo::kImageNetMean;
  spec.std = graph::zoo::kImageNetStd;
  return spec;
}

std::optional<image::Preprocess> preprocess_for(std::string_view network, const fs::path& file,
                                                const PictureChoice& choice) {
  if (is_safetensors(file))
    if (auto stored = model::find_preprocess(file)) return stored;
  if (network.empty()) return std::nullopt;
  const graph::zoo::ZooNetwork& known = graph::zoo::find_network(network);
  return known.is_published() ? std::optional(preprocess_of(known, choice)) : std::nullopt;
}

model::Model imagenet_model(const graph::zoo::ZooNetwork& network, const fs::path& file) {
  require_published(network);
  model::Model model;
  model.preprocess = preprocess_of(network);
  model.graph = network.build({.height = model.preprocess.height,
                               .width = model.preprocess.width,
                               .outputs = static_cast<int64_t>(kImageNetClasses)});
  model.weights = read_weights(file);
  model.classes.assign(imagenet_classes().begin(), imagenet_classes().end());
  model.provenance = {{"network", network.name}, {"weights", file.filename().string()}};
  model.validate(file.string());
  return model;
}

}  // namespace margay::weights
