// A training of a few hundred weights, run as a program that may be disturbed, and what it must have come to.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/model/model.h"
#include "margay/model/safetensors.h"
#include "margay/run/history.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_dataset.h"

namespace margay::test {

namespace fs = std::filesystem;

/// Whether MARGAY_TEST_EXHAUSTIVE asks for every fault, 200 kills and 50 interruptions instead of a few.
inline bool is_exhaustive() {
  return std::getenv("MARGAY_TEST_EXHAUSTIVE") != nullptr;
}

/// A folder with the data set `pets`, small.toml, and runs of it that save a checkpoint after every step.
class SmallTraining {
 public:
  explicit SmallTraining(std::vector<std::string> settings = {}) : settings_(std::move(settings)) {
    write_tiny_dataset(folder_ / "pets", {"cats", "dogs"}, 6, 2, 8);
    write_file_atomically(folder_ / "small.toml", std::string_view(R"(
input = { width = 8, height = 8 }
augment = { transforms = "flip,rotate=10" }
network.layers = [
  { op = "conv2d", out_channels = 4, kernel = 3, padding = "same" }, { op = "batch_norm2d" }, { op = "relu" },
  { op = "max_pool2d", kernel = 2 }, { op = "dropout", rate = 0.2 }, { op = "flatten" },
  { op = "linear", out_features = "classes" },
]
[training]
epochs = 2
batch_size = 6
threads = 1
precision = "fp32"
)"));
  }

  fs::path operator/(const std::string& name) const { return folder_ / name; }

  /// Trains into `run`, with words such as "FAULT_AT=3" in the environment.
  Program train(const std::string& run, const std::vector<std::string>& environment = {}) const {
    std::vector<std::string> words{"train", "pets", "--recipe", "small.toml", "--out", path(run)};
    for (const std::string& setting : settings_) words.insert(words.end(), {"--set", setting});
    return start(words, environment);
  }
  /// Goes on with it; anew where nothing was saved.
  Program go_on(const std::string& run) const {
    if (fs::exists(*this / run / "config.toml")) return start({"train", "--resume", path(run)}, {});
    fs::remove_all(*this / run);
    return train(run);
  }

 private:
  std::string path(const std::string& run) const { return (folder_ / run).string(); }

  Program start(const std::vector<std::string>& command, const std::vector<std::string>& environment) const {
    std::vector<std::string> words{"/usr/bin/env"};
    words.insert(words.end(), environment.begin(), environment.end());
    words.push_back(MARGAY_PROGRAM);
    words.insert(words.end(), command.begin(), command.end());
    words.insert(words.end(), {"--checkpoint-every", "0"});
    return {folder_.path(), words};
  }

  TemporaryFolder folder_;
  std::vector<std::string> settings_;
};

/// The history without what a clock decides.
inline std::string losses_of(const fs::path& run) {
  std::string text;
  for (const run::EpochRecord& r : run::read_history(run / "history.jsonl"))
    text += fmt::format("{} {} {} {} {} {}\n", r.epoch, r.loss, r.accuracy, r.val_loss, r.val_accuracy,
                        r.learning_rate);
  return text;
}

/// Less the event files, which have the time in their names, and of which every start makes another.
inline std::vector<std::string> files_of(const fs::path& folder) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    if (const std::string name = entry.path().filename().string(); !name.starts_with("events.out."))
      names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

/// Every file of the run is a whole one, whatever happened.
inline void check_whole(const fs::path& run, const fs::path& uninterrupted) {
  for (const std::string& name : fs::exists(run) ? files_of(run) : std::vector<std::string>()) {
    CAPTURE(name);
    const fs::path file = run / name;
    if (name.starts_with('.')) continue;  // what a killed program was writing
    if (name == "history.jsonl") {
      CHECK(read_text_file(uninterrupted / name).substr(0, 9) == read_text_file(file).substr(0, 9));
      CHECK(losses_of(uninterrupted).starts_with(losses_of(run)));
      CHECK(read_text_file(file).ends_with('\n'));
    } else if (name == "history.csv" || name == "environment.json" || name == "report.html") {
      CHECK(read_text_file(file).back() == read_text_file(uninterrupted / name).back());
    } else if (name.starts_with("checkpoint")) {
      CHECK_NOTHROW(model::read_safetensors(file));
    } else if (name == "curves.svg") {
      CHECK(read_text_file(file).find("</svg>") != std::string::npos);
    } else {
      CHECK(read_file(file) == read_file(uninterrupted / name));
    }
  }
}

/// The run came to what the uninterrupted one came to, and left nothing else.
inline void check_same_end(const fs::path& run, const fs::path& uninterrupted) {
  CHECK(read_file(run / "model.safetensors") == read_file(uninterrupted / "model.safetensors"));
  CHECK(losses_of(run) == losses_of(uninterrupted));
  CHECK(read_text_file(run / "history.csv").size() > 0);
  CHECK(files_of(run) == files_of(uninterrupted));
}

}  // namespace margay::test
