// The weights that torchvision publishes for the networks of graph/zoo, and how pictures are prepared for
// them.
#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "margay/core/progress.h"
#include "margay/fetch/download.h"
#include "margay/graph/zoo/zoo.h"
#include "margay/image/preprocess.h"
#include "margay/model/model.h"

namespace margay::weights {

using graph::zoo::kImageNet;

/// Where published weights are looked for, and where they go.
struct GetOptions {
  std::filesystem::path cache;        ///< empty = margay::cache_folder()
  std::optional<std::string> mirror;  ///< colon-separated folders and addresses; nothing = $MARGAY_MIRROR
  std::string address = "https://download.pytorch.org/models/";  ///< of the published files
  fetch::DownloadOptions download;
};

/// The published file of a network: from a mirror, where it may also be called NAME-imagenet.safetensors or
/// NAME-imagenet.pth, from CACHE/weights, or downloaded into that. A file of the published name has a SHA-256
/// that begins as the name says. Throws IoError with all that was tried, Interrupted.
std::filesystem::path get_weights(const graph::zoo::ZooNetwork& network, const GetOptions& options = {},
                                  const ProgressObserver& progress = {}, const std::stop_token& stop = {});

/// The same where it is on this machine, in a folder of the mirrors or in the cache; nothing is downloaded.
std::optional<std::filesystem::path> find_weights(const graph::zoo::ZooNetwork& network,
                                                  const GetOptions& options = {});

/// Throws IoError that says what weights can be, unless the word or a path is one: see resolve_weights.
void require_weights_there(const std::string& imagenet_or_file);

/// What a user means by weights for a network: "imagenet" for the published ones, else a file or a run
/// directory. Throws UsageError where `network` is not one that has published weights, IoError, Interrupted.
std::filesystem::path resolve_weights(std::string_view network, const std::string& imagenet_or_file,
                                      const ProgressObserver& progress = {},
                                      const std::stop_token& stop = {});

/// What is other than when torchvision's weights of a network were measured.
struct PictureChoice {
  /// Where it is not 0 and the network takes pictures of any size: squares of so many pixels, as wide as the
  /// shorter side.
  int resolution = 0;
  std::optional<image::ResizeMode> fit{};  ///< else the centre is cut out
};

/// How pictures were prepared when torchvision's weights of this network were measured, but for `choice`.
image::Preprocess preprocess_of(const graph::zoo::ZooNetwork& network, const PictureChoice& choice = {});

/// How pictures are to be prepared for a file of weights: as a model of margay says, else as the published
/// weights of the network were measured, but for `choice`; nothing where neither is known.
/// Throws FormatError or IoError.
std::optional<image::Preprocess> preprocess_for(std::string_view network, const std::filesystem::path& file,
                                                const PictureChoice& choice = {});

/// The network with a file of weights for its 1,000 outputs, ImageNet's class names and its preprocessing.
/// Throws ModelError when the weights do not fit, FormatError or IoError.
model::Model imagenet_model(const graph::zoo::ZooNetwork& network, const std::filesystem::path& file);

}  // namespace margay::weights
