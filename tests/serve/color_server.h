// A server of models that name the strongest colour of a picture.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "margay/core/json.h"
#include "margay/graph/builder.h"
#include "margay/image/encode.h"
#include "margay/model/model.h"
#include "margay/serve/server.h"
#include "tests/serve/raw_client.h"
#include "tests/support/temporary_folder.h"

namespace margay::test {

/// Answers the mean of each colour as its logits.
inline model::Model color_model(const std::vector<std::string>& classes = {"red", "green", "blue"}) {
  model::Model model;
  model.graph = graph::Builder({3, 4, 5}).global_avg_pool2d().build();
  model.classes = classes;
  model.preprocess.width = 5;
  model.preprocess.height = 4;
  return model;
}

/// A PNG of one colour, "red", "green" or "blue".
inline std::string plain_png(std::string_view color, int width = 9, int height = 7) {
  image::Image picture(width, height);
  const size_t channel = color == "red" ? 0 : color == "green" ? 1 : 2;
  for (size_t i = channel; i < picture.pixels.size(); i += 3) picture.pixels[i] = 255;
  const std::vector<uint8_t> png = image::encode_png(picture);
  return {png.begin(), png.end()};
}

class ColorServer {
 public:
  explicit ColorServer(serve::ServerOptions options = {},
                       const std::vector<std::string>& names = {"colors"}) {
    options.port = 0;
    std::vector<serve::ModelSource> sources;
    for (const std::string& name : names) {
      model::save_model(path_of(name), color_model());
      sources.push_back({name, path_of(name)});
    }
    server_ = std::make_unique<serve::Server>(
        sources, options,
        serve::ServerObserver{
            .log = [this](std::string_view line) { add(log_, line); },
            .reloaded =
                [this](const serve::Reload& reload) { add(reloads_, reload.model + ':' + reload.error); }});
  }

  serve::Server& server() { return *server_; }
  uint16_t port() const { return server_->port(); }
  std::filesystem::path path_of(const std::string& name) const { return folder_ / (name + ".safetensors"); }
  RawResponse ask(std::string_view request) const { return test::ask(port(), request); }
  Json ask_json(std::string_view request) const { return parse_json(ask(request).body, "answer"); }

  /// The lines of the access log so far.
  std::vector<Json> log() {
    const std::lock_guard lock(mutex_);
    std::vector<Json> lines;
    for (const std::string& line : log_) lines.push_back(parse_json(line, "log"));
    return lines;
  }
  std::vector<std::string> reloads() {
    const std::lock_guard lock(mutex_);
    return reloads_;
  }

 private:
  void add(std::vector<std::string>& lines, std::string_view line) {
    const std::lock_guard lock(mutex_);
    lines.emplace_back(line);
  }

  TemporaryFolder folder_;
  std::mutex mutex_;
  std::vector<std::string> log_, reloads_;
  std::unique_ptr<serve::Server> server_;
};

}  // namespace margay::test
