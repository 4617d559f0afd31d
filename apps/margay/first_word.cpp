// Guesses by what lies at that path, then by names.
#include "apps/margay/first_word.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "apps/margay/command.h"
#include "margay/core/error.h"
#include "margay/core/file_kind.h"
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
                                 OtherName{"convert", "export RUN"},
                                 OtherName{"onnx", "export RUN"},
                                 OtherName{"server", "serve RUN"},
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
  return fmt::format("it is {}: {} trains on it, {} says what is in it", what,
                     quoted_command("margay train " + word), quoted_command("margay inspect " + word));
}

std::string hint_for_model(const std::string& word, std::string_view what) {
  return fmt::format("it is {}: {} asks its model, {} measures it", what,
                     quoted_command(fmt::format("margay predict {} photo.jpg", word)),
                     quoted_command(fmt::format("margay evaluate {} DATA", word)));
}

std::string hint_for_recipe(const std::string& word) {
  return fmt::format("it is a recipe: {} trains by it", quoted_command("margay train DATA --recipe " + word));
}

std::string hint_for_picture(const std::string& word) {
  return fmt::format("it is a picture: {} says what your model sees in it, {} what a published one does",
                     quoted_command("margay predict RUN " + word),
                     quoted_command("margay predict --model mobilenet_v2 " + word));
}

std::string hint_for_sweep(const std::string& word) {
  return fmt::format("it is a sweep: {} says which of its runs is better, {} measures one of them",
                     quoted_command(fmt::format("margay compare {}/trial-*", word)),
                     quoted_command(fmt::format("margay evaluate {}/trial-001 DATA", word)));
}

std::string hint_for_story(const std::string& word) {
  return fmt::format("it is a story: {}/story.html tells it, and the folders beside that page are its runs",
                     word);
}

std::string hint_for_class(const fs::path& folder) {
  const fs::path around = folder.has_parent_path() ? folder.parent_path() : fs::path(".");
  return fmt::format(
      "it is a folder of pictures, and has none for classes in it: {} trains on the one around it, {} "
      "says what your model sees in its pictures",
      quoted_command("margay train " + shell_word(around.string())),
      quoted_command("margay predict RUN " + shell_word(folder.string())));
}

/// Pictures lie in it, and no folders.
bool holds_pictures_alone(const fs::path& folder) {
  std::error_code error;
  bool has_picture = false;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code unreadable;
    if (entry->is_directory(unreadable)) return false;
    has_picture = has_picture || (entry->is_regular_file(unreadable) && is_picture(entry->path()));
  }
  return has_picture;
}

std::string hint_for_folder(const fs::path& given) {
  const fs::path folder = given.has_filename() ? given : given.parent_path();  // without a '/' at its end
  const std::string word = shell_word(folder.string());
  std::error_code unreadable;
  if (fs::exists(folder / "sweep.json", unreadable)) return hint_for_sweep(word);
  if (fs::exists(folder / "story.html", unreadable)) return hint_for_story(word);
  if (run::RunDirectory{folder}.holds_run()) return hint_for_model(word, "a run");
  return holds_pictures_alone(folder) ? hint_for_class(folder) : hint_for_data(word, "a folder");
}

/// By what is there; empty where nothing is.
std::string hint_for_path(const fs::path& path) {
  const std::string word = shell_word(path.string());
  std::error_code unreadable;
  if (fs::is_directory(path, unreadable)) return hint_for_folder(path);
  if (!fs::is_regular_file(path, unreadable)) return {};
  if (has_extension(path, {".safetensors"})) return hint_for_model(word, "a model file");
  if (has_extension(path, {".toml"})) return hint_for_recipe(word);
  if (has_extension(path, {".csv", ".tsv", ".jsonl"})) return hint_for_data(word, "a table of pictures");
  if (data::is_named_as_archive(path)) return hint_for_data(word, "an archive");
  if (is_picture(path)) return hint_for_picture(word);
  const KnownFile known = known_file(path);
  if (known.kind == FileKind::foreign_model)
    return fmt::format("it is {}: {} begins with weights of PyTorch or safetensors", known.name,
                       quoted_command("margay train DATA --network NAME --weights " + word));
  return known.name.empty() ? "" : fmt::format("it is {}; 'margay --help' lists the commands", known.name);
}

template <class List>
bool has_name(const List& list, const std::string& word) {
  return std::ranges::any_of(list, [&](const auto& entry) { return entry.name == word; });
}

/// By what margay knows under that name; empty where it is nothing.
std::string hint_for_known_name(const std::string& word) {
  for (const OtherName& other : kOtherNames)
    if (other.name == word) return fmt::format("did you mean 'margay {}'?", other.command);
  if (has_name(datasets::published_datasets(), word)) return hint_for_data(word, "a data set");
  if (has_name(recipe::embedded_recipes(), word)) return hint_for_recipe(word);
  if (std::ranges::count(graph::zoo::network_names(), word) > 0)
    return fmt::format(
        "it is a network: 'margay train DATA --network {0}' trains it, 'margay summary {0}' lists its "
        "layers",
        word);
  return {};
}

std::string hint_for(const std::string& word) {
  for (const std::string& hint : {hint_for_path(word), hint_for_known_name(word)})
    if (!hint.empty()) return hint;
  std::vector<std::string> names;
  for (const Command& command : commands()) names.emplace_back(command.name);
  return hint_for_name(word, names, "'margay --help' lists the commands");
}

}  // namespace

std::vector<std::string> with_help_option(std::vector<std::string> words) {
  const auto asks_for_help = [&] {
    if (words.size() < 2) return false;
    if (words[1] == "help") return true;
    const bool is_option = words[1] == "--help" || words[1] == "-h";
    return is_option && words.size() > 2 && !words[2].empty() && words[2].front() != '-';
  };
  if (!asks_for_help()) return words;
  while (asks_for_help()) words.erase(words.begin() + 1);  // "help help" as well
  if (std::ranges::find(words, "--help") == words.end()) words.emplace_back("--help");
  return words;
}

std::vector<std::string> with_plain_paths(std::vector<std::string> words) {
  const auto end_of_options = std::ranges::find(words, "--");
  if (end_of_options == words.end()) return words;
  for (auto word = end_of_options + 1; word != words.end(); ++word)
    if (word->starts_with('-')) *word = "./" + *word;
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
