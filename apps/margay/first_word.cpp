// Guesses by what lies at that path, then by names.
#include "apps/margay/first_word.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "apps/margay/command.h"
#include "margay/core/error.h"
#include "margay/core/shell_word.h"
#include "margay/data/entry_kind.h"
#include "margay/datasets/registry.h"
#include "margay/graph/zoo/zoo.h"
#include "margay/image/decode.h"
#include "margay/recipe/recipe.h"
#include "margay/run/run_directory.h"

namespace margay::app {
namespace {

namespace fs = std::filesystem;

/// What other programs call a command.
struct OtherName {
  std::string_view name, command;
};
constexpr std::array kOtherNames{OtherName{"fit", "train DATA"},
                                 OtherName{"resume", "train --resume RUN"},
                                 OtherName{"finetune", "train DATA --recipe finetune"},
                                 OtherName{"classify", "predict RUN photo.jpg"},
                                 OtherName{"infer", "predict RUN photo.jpg"},
                                 OtherName{"eval", "evaluate RUN DATA"},
                                 OtherName{"test", "evaluate RUN DATA"},
                                 OtherName{"val", "evaluate RUN DATA"},
                                 OtherName{"validate", "evaluate RUN DATA"},
                                 OtherName{"benchmark", "bench"},
                                 OtherName{"download", "dataset get NAME"},
                                 OtherName{"find-lr", "lr-find DATA"},
                                 OtherName{"tune", "sweep DATA"},
                                 OtherName{"info", "inspect DATA"},
                                 OtherName{"list", "models', 'margay recipe list' or 'margay dataset list"},
                                 OtherName{"version", "--version"}};

bool has_extension(const fs::path& path, std::initializer_list<std::string_view> known) {
  return std::ranges::find(known, path.extension().string()) != known.end();
}

bool is_picture(const fs::path& path) {
  std::array<uint8_t, 64> head{};
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(head.data()), head.size());
  return image::sniff_format({head.data(), static_cast<size_t>(file.gcount())}).has_value();
}

std::string hint_for_data(const std::string& word, std::string_view what) {
  return fmt::format("it is {0}: 'margay train {1}' trains on it, 'margay inspect {1}' says what is in it",
                     what, word);
}

std::string hint_for_model(const std::string& word, std::string_view what) {
  return fmt::format(
      "it is {0}: 'margay predict {1} photo.jpg' asks its model, 'margay evaluate {1} DATA' "
      "measures it",
      what, word);
}

/// By what is there; empty where nothing is.
std::string hint_for_path(const fs::path& path) {
  const std::string word = shell_word(path.string());
  std::error_code unreadable;
  if (fs::is_directory(path, unreadable))
    return run::RunDirectory{path}.holds_run() ? hint_for_model(word, "a run")
                                               : hint_for_data(word, "a folder");
  if (!fs::is_regular_file(path, unreadable)) return {};
  if (has_extension(path, {".safetensors"})) return hint_for_model(word, "a model file");
  if (has_extension(path, {".toml"}))
    return fmt::format("it is a recipe: 'margay train DATA --recipe {}' trains by it", word);
  if (has_extension(path, {".csv", ".tsv", ".jsonl"})) return hint_for_data(word, "a table of pictures");
  if (data::is_named_as_archive(path)) return hint_for_data(word, "an archive");
  if (is_picture(path))
    return fmt::format(
        "it is a picture: 'margay predict RUN {0}' says what your model sees in it, 'margay predict "
        "--model mobilenet_v2 {0}' what a published one does",
        word);
  return {};
}

template <class List>
bool has_name(const List& list, const std::string& word) {
  return std::ranges::any_of(list, [&](const auto& entry) { return entry.name == word; });
}

/// By what margay knows under that name; empty where it is nothing.
std::string hint_for_name(const std::string& word) {
  for (const OtherName& other : kOtherNames)
    if (other.name == word) return fmt::format("did you mean 'margay {}'?", other.command);
  if (has_name(datasets::published_datasets(), word)) return hint_for_data(word, "a data set");
  if (has_name(recipe::embedded_recipes(), word))
    return fmt::format("it is a recipe: 'margay train DATA --recipe {}' trains by it", word);
  if (std::ranges::count(graph::zoo::network_names(), word) > 0)
    return fmt::format(
        "it is a network: 'margay train DATA --network {0}' trains it, 'margay summary {0}' lists its "
        "layers",
        word);
  return {};
}

std::string hint_for(const std::string& word) {
  for (const std::string& hint : {hint_for_path(word), hint_for_name(word)})
    if (!hint.empty()) return hint;
  std::vector<std::string> names;
  for (const Command& command : commands()) names.emplace_back(command.name);
  const std::string nearest = nearest_name(word, names);
  return nearest.empty() ? "'margay --help' lists the commands" : fmt::format("did you mean '{}'?", nearest);
}

}  // namespace

std::vector<std::string> with_help_option(std::vector<std::string> words) {
  if (words.size() < 2 || words[1] != "help") return words;
  words.erase(words.begin() + 1);
  words.emplace_back("--help");
  return words;
}

void require_command(const std::vector<std::string>& words) {
  if (words.size() < 2 || words[1].empty() || words[1].front() == '-') return;
  const std::string& first = words[1];
  for (const Command& command : commands())
    if (first == command.name) return;
  throw UsageError("command", fmt::format("there is no command '{}'", first), hint_for(first));
}

}  // namespace margay::app
