// A folder with a small data set and a small recipe, where commands are run as a user would.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "margay/core/atomic_file.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_dataset.h"

namespace margay::test {

inline constexpr const char* kSmallRecipe = R"(
[input]
width = 16
height = 16
[augment]
transforms = "flip,rotate=10"
[network]
layers = [
  { op = "conv2d", out_channels = 8, kernel = 3, padding = "same" }, { op = "relu" }, { op = "max_pool2d", kernel = 2 },
  { op = "dropout", rate = 0.1 }, { op = "flatten" }, { op = "linear", out_features = "classes" },
]
[training]
epochs = 3
batch_size = 10
threads = 1
)";

/// A command that makes no sense, and what it gets.
struct RefusedCommand {
  std::vector<std::string> words;
  int exit_code;
  std::string expected;  ///< part of the message
};

/// A folder with the data set `pets` and the recipe small.toml, where commands are run.
class PetsPlace {
 public:
  PetsPlace() {
    write_tiny_dataset(folder_ / "pets", {"cats", "dogs"});
    write_file_atomically(folder_ / "small.toml", std::string_view(kSmallRecipe));
  }

  Program start(std::vector<std::string> words) const {
    words.insert(words.begin(), MARGAY_PROGRAM);
    return Program(folder_.path(), words);
  }
  ProgramResult run(const std::vector<std::string>& words) const { return start(words).wait(); }
  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }

  /// One clear line and the exit status for each.
  void check_refused(std::span<const RefusedCommand> commands) const {
    for (const RefusedCommand& command : commands) {
      std::string words;
      for (const std::string& word : command.words) words += word + " ";
      CAPTURE(words);
      const ProgramResult result = run(command.words);
      CAPTURE(result.err);
      CHECK(result.exit_code == command.exit_code);
      CHECK(result.err.find(command.expected) != std::string::npos);
      CHECK(result.err.find("[internal]") == std::string::npos);
      CHECK(result.out.empty());
    }
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace margay::test
