// margay watch: follows a training in the terminal.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "apps/margay/command.h"
#include "apps/margay/console.h"
#include "apps/margay/run_argument.h"
#include "margay/analysis/run_progress.h"
#include "margay/core/atomic_file.h"
#include "margay/core/json.h"
#include "margay/core/shell_word.h"
#include "margay/plot/progress_screen.h"
#include "margay/recipe/recipe.h"
#include "margay/run/run_directory.h"

namespace margay::app {
namespace {

constexpr std::chrono::milliseconds kInterval{500};

struct WatchOptions {
  std::string run;
  bool once = false;
  bool ascii = false;
};

int epochs_of(const run::RunDirectory& directory) {
  const std::string where = directory.config().string();
  const Json config = recipe::parse_toml(read_text_file(directory.config()), where);
  return json_value<int>(json_value<Json>(config, "training", where), "epochs", where);
}

analysis::RunProgress read_progress(const run::RunDirectory& directory) {
  return analysis::read_progress(directory, epochs_of(directory));
}

std::string draw(const analysis::RunProgress& progress, const WatchOptions& options, bool terminal) {
  const auto [columns, rows] = terminal_size();
  const std::string drawn = plot::draw_progress(
      progress, columns, rows,
      {.unicode = !options.ascii && terminal_speaks_utf8(), .colour = terminal && terminal_wants_colour()});
  if (!progress.killed) return drawn;
  return drawn + fmt::format("Go on with: margay train --resume {}\n", shell_word(options.run));
}

/// Draws over what it drew before.
class Screen {
 public:
  void show(const std::string& text) {
    if (text == shown_) return;
    const auto lines = std::count(shown_.begin(), shown_.end(), '\n');
    if (lines > 0) draw_out(fmt::format("\033[{}A", lines));
    draw_out("\r\033[J" + text);
    flush_out();
    shown_ = text;
  }

 private:
  std::string shown_;
};

/// True when a stop was requested meanwhile.
bool wait(std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, kInterval, [] { return false; });
  return stop.stop_requested();
}

void follow(const run::RunDirectory& directory, const WatchOptions& options) {
  const std::stop_token stop = stop_on_signals();
  Screen screen;
  do {
    const analysis::RunProgress progress = read_progress(directory);
    const std::string text = draw(progress, options, true);
    const bool is_over = progress.ended || progress.killed;
    screen.show(is_over ? text : text + "Ctrl-C ends the watching, not the training.\n");
    if (is_over) return;
  } while (!wait(stop));
}

void watch(const WatchOptions& options) {
  refuse_other_than_run(options.run, "watch", [](const std::string& run) { return "margay watch " + run; });
  const run::RunDirectory directory = run::RunDirectory::open(options.run);
  const bool terminal = stdout_is_terminal();
  if (options.once || !terminal)
    draw_out(draw(read_progress(directory), options, terminal));
  else
    follow(directory, options);
}

}  // namespace

void add_watch(CLI::App& command, Outcome&) {
  auto options = std::make_shared<WatchOptions>();
  command.add_option("RUN", options->run, "run directory of a training")->required();
  command.add_flag("--once", options->once,
                   "print how it is now and end, as where the output is no terminal");
  command.add_flag("--ascii", options->ascii, "plain characters, as where the locale is not UTF-8");
  command.footer(
      "Example: margay watch runs/article\n"
      "Draws accuracy and loss anew after every epoch, and ends when the training does. Ctrl-C ends the "
      "watching,\nnot the training. NO_COLOR in the environment turns colours off.");
  command.callback([options] { watch(*options); });
}

}  // namespace margay::app
