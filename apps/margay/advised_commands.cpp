// Puts command lines together.
#include "apps/margay/advised_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "margay/core/number_text.h"
#include "margay/core/shell_word.h"

namespace margay::app {
namespace {

using analysis::Action;
using analysis::ActionPictures;
using Words = std::vector<std::string>;

/// Settings that have an option of their own.
constexpr std::array kOptions{
    std::pair<std::string_view, std::string_view>("recipe", "--recipe"),
    std::pair<std::string_view, std::string_view>("training.precision", "--precision"),
    std::pair<std::string_view, std::string_view>("training.threads", "--threads"),
    std::pair<std::string_view, std::string_view>("training.epochs", "--epochs"),
    std::pair<std::string_view, std::string_view>("training.balance", "--balance"),
    std::pair<std::string_view, std::string_view>("budget.seconds", "--budget"),
    std::pair<std::string_view, std::string_view>("network.name", "--network"),
};

/// The words of one command.
class CommandLine {
 public:
  CommandLine(const workflow::AdviceSubject& subject, std::string_view name) : subject_(subject) {
    add({"margay", std::string(name)});
  }

  CommandLine& add(const Words& words) {
    words_.insert(words_.end(), words.begin(), words.end());
    return *this;
  }
  CommandLine& add_data() {
    return add({subject_.data_name}).add(recipe::data_words(subject_.source.reading));
  }
  CommandLine& add_run() { return add({subject_.run_path}); }
  CommandLine& add_manifest() { return add({in_run("manifest.csv")}); }
  CommandLine& add_reading_of_manifest() { return add(recipe::manifest_words(subject_.source.reading)); }
  std::string in_run(std::string_view name) const {
    return subject_.run_path + (subject_.run_path.ends_with('/') ? "" : "/") + std::string(name);
  }
  std::string text() const { return shell_words(words_); }

 private:
  const workflow::AdviceSubject& subject_;
  Words words_;
};

std::string train(const workflow::AdviceSubject& subject, const Action& action) {
  CommandLine line(subject, "train");
  line.add_data().add(recipe::split_words(subject.source)).add({"--recipe", action.recipe});
  if (action.same_network && !subject.network.empty()) line.add({"--network", subject.network});
  if (action.same_network && !subject.weights.empty()) line.add({"--weights", subject.weights});
  if (action.learning_rate) line.add({"--set", "optimizer.lr=" + format_rate(*action.learning_rate)});
  if (!action.augment.empty()) line.add({"--augment", action.augment});
  if (action.keep_best) line.add({"--keep", "best"});
  if (action.epochs > 0) line.add({"--epochs", std::to_string(action.epochs)});
  for (const auto& [table, values] : action.changes.items())
    for (const auto& [key, value] : values.items())
      line.add({"--set", fmt::format("{}.{}={}", table, key, value.dump())});
  return line.text();
}

std::string resume(const workflow::AdviceSubject& subject, const Action& action) {
  CommandLine line(subject, "train");
  line.add({"--resume", subject.run_path});
  if (action.epochs > 0) line.add({"--epochs", std::to_string(action.epochs)});
  if (action.without_patience) line.add({"--patience", "0"});
  return line.text();
}

std::string repeat(const workflow::AdviceSubject& subject) {
  CommandLine line(subject, "train");
  line.add_manifest().add({"--recipe", line.in_run("config.toml"), "--out", subject.run_path + "-again"});
  if (subject.has_broken_pictures) line.add({"--allow-broken"});  // the manifest has them too
  return line.add_reading_of_manifest().text();
}

/// Data that are not where they were are called DATA: their old place helps nobody.
std::string train_anew(const workflow::AdviceSubject& subject) {
  const recipe::SourceConfig& source = subject.source;
  std::error_code unreadable;
  const bool is_there = std::filesystem::exists(source.data, unreadable);
  CommandLine line(subject, "train");
  line.add({is_there ? source.data.string() : "DATA"});
  line.add(recipe::data_words(source.reading)).add(recipe::split_words(source));
  return line.add({"--recipe", line.in_run("config.toml"), "--out", "OTHER"}).text();
}

std::string show(const workflow::AdviceSubject& subject, const Action& action) {
  CommandLine line(subject, "show");
  line.add_data();
  if (action.count > 0) line.add({"--count", std::to_string(action.count)});
  if (!action.augment.empty()) line.add({"--augment", action.augment});
  return line.text();
}

std::string evaluate(const workflow::AdviceSubject& subject, const Action& action) {
  CommandLine line(subject, "evaluate");
  line.add_run();
  switch (action.pictures) {
    case ActionPictures::validation:
      return line.add_manifest().add_reading_of_manifest().add({"--split", "validation"}).text();
    case ActionPictures::test:
      return line.add_data().add({"--split", "test"}).text();
    case ActionPictures::data:
      return line.add_data().text();
    case ActionPictures::others:
      break;
  }
  return line.add({"OTHER-PICTURES"}).text();
}

}  // namespace

std::string CommandWords::command(const Action& action) const {
  switch (action.kind) {
    case Action::Kind::none:
      return {};
    case Action::Kind::train:
      return train(subject_, action);
    case Action::Kind::resume:
      return resume(subject_, action);
    case Action::Kind::repeat:
      return repeat(subject_);
    case Action::Kind::train_anew:
      return train_anew(subject_);
    case Action::Kind::inspect:
      return CommandLine(subject_, "inspect").add_data().text();
    case Action::Kind::show:
      return show(subject_, action);
    case Action::Kind::summarize:
      return CommandLine(subject_, "summary").add({action.recipe}).text();
    case Action::Kind::evaluate:
      return evaluate(subject_, action);
    case Action::Kind::predict:
      return CommandLine(subject_, "predict").add_run().add({"photo.jpg"}).text();
    case Action::Kind::copy_recipe:
      return fmt::format("margay recipe show {} > my.toml", shell_word(action.recipe));
    case Action::Kind::tell_story:
      return "margay story my-pictures";
  }
  return {};
}

std::string CommandWords::setting(std::string_view key, std::string_view value) const {
  const auto found = std::ranges::find(kOptions, key, [](const auto& option) { return option.first; });
  if (found == kOptions.end())
    return value.empty() ? fmt::format("--set {}", key) : fmt::format("--set {}={}", key, value);
  return value.empty() ? std::string(found->second) : fmt::format("{} {}", found->second, value);
}

std::string CommandWords::tool(text::Tool tool) const {
  switch (tool) {
    case text::Tool::range_test:
      return "margay lr-find";
    case text::Tool::holding_back:
      return "margay train --validation 0.2";
    case text::Tool::training:
      return "margay train";
    case text::Tool::inspection_as_json:
      return "margay inspect --json";
  }
  return {};
}

std::shared_ptr<const text::Wording> make_command_words(const workflow::AdviceSubject& subject,
                                                        text::Language language) {
  return std::make_shared<CommandWords>(subject, language);
}

}  // namespace margay::app
