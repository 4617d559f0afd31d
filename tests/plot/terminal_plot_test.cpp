// Plots down to the character.
#include "margay/plot/terminal_plot.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "margay/analysis/run_progress.h"
#include "margay/core/atomic_file.h"
#include "margay/core/utf8.h"
#include "margay/plot/progress_screen.h"
#include "tests/analysis/made_history.h"
#include "tests/support/temporary_folder.h"

namespace margay::plot {
namespace {

using Lines = std::vector<std::string>;

TerminalPlot small_plot() {
  TerminalPlot plot;
  plot.title = "Loss";
  plot.curves = {{"up", {{1, 0}, {5, 4}}}};
  plot.axis = {0, 4, 1};
  plot.columns = 20, plot.rows = 5, plot.first_epoch = 1, plot.last_epoch = 5;
  return plot;
}

TEST_CASE("a plot in ASCII") {
  TerminalPlot plot = small_plot();
  plot.curves.push_back({"down", {{1, 4}, {2, std::nan("")}, {4, 1}, {5, 0}}});
  CHECK(draw_terminal_plot(plot, {.unicode = false}) == Lines{
                                                            "Loss   ** up        ",
                                                            "4 +o              **",
                                                            "  |           ****  ",
                                                            "2 +       ****      ",
                                                            "  |   ****     oo   ",
                                                            "0 +***           ooo",
                                                            "  +-----------------",
                                                            "   1               5",
                                                        });
}

TEST_CASE("a plot in braille") {
  TerminalPlot plot = small_plot();
  plot.columns = 7, plot.rows = 2;
  // 8 x 8 dots, one diagonal.
  CHECK(draw_terminal_plot(plot, {}) == Lines{
                                            "Loss   ",
                                            "4 ┤  ⡠⠊",
                                            "0 ┤⡠⠊  ",
                                            "  └────",
                                            "   1  5",
                                        });
}

TEST_CASE("the second curve is dashed in braille") {
  TerminalPlot plot = small_plot();
  plot.columns = 11, plot.rows = 2;
  plot.curves = {{"a", {{1, 4}, {5, 4}}}, {"b", {{1, 0}, {5, 0}}}};
  const Lines lines = draw_terminal_plot(plot, {});
  CHECK(lines[1] == "4 ┤⠉⠉⠉⠉⠉⠉⠉⠉");
  CHECK(lines[2] == "0 ┤⣀⡀ ⣀⡀ ⣀⡀");
}

TEST_CASE("values beyond the axis and not finite ones leave gaps and a single epoch is a dot") {
  TerminalPlot plot = small_plot();
  plot.curves = {{"a", {{1, 1e300}, {2, std::nan("")}, {3, 2}, {4, HUGE_VAL}, {5, -1e300}}}};
  const Lines lines = draw_terminal_plot(plot, {.unicode = false});
  CHECK(lines[3] == "2 +        *        ");
  for (const size_t row : {1u, 2u, 4u, 5u}) CHECK(lines[row].find('*') == std::string::npos);
  plot.curves = {{"a", {{1, 2}}}};
  plot.last_epoch = 1;
  const Lines single = draw_terminal_plot(plot, {.unicode = false});
  CHECK(single[3] == "2 +*                ");
  CHECK(single.back() == "   1                ");
}

TEST_CASE("every line is as wide as asked and colours do not count") {
  for (const int columns : {20, 33, 80}) {
    TerminalPlot plot = small_plot();
    plot.columns = columns, plot.unit = " %";
    for (const std::string& line : draw_terminal_plot(plot, {}))
      CHECK(count_letters(line) == static_cast<size_t>(columns));
    std::string plain, coloured;
    for (const std::string& line : draw_terminal_plot(plot, {})) plain += line;
    for (const std::string& line : draw_terminal_plot(plot, {.colour = true})) coloured += line;
    for (const std::string sequence : {"\033[38;5;33m", "\033[0m"})
      for (size_t at = coloured.find(sequence); at != std::string::npos; at = coloured.find(sequence))
        coloured.erase(at, sequence.size());
    CHECK(coloured == plain);
  }
}

/// Epochs of 10 s, each followed by 2 s of validation.
analysis::RunProgress progress_of(int done, int epochs) {
  analysis::RunProgress progress{.name = "runs/a", .epochs = epochs, .history = {}};
  progress.history = test::made_history({.epochs = done});
  for (run::EpochRecord& record : progress.history) record.seconds = 10;
  progress.running_s = 12.0 * done;
  return progress;
}

TEST_CASE("the time left counts what is between epochs and what has passed since") {
  CHECK_FALSE(analysis::seconds_left(progress_of(0, 10)));
  analysis::RunProgress progress = progress_of(4, 10);
  CHECK(*analysis::seconds_left(progress) == doctest::Approx(72));
  progress.since_last_s = 5;
  CHECK(*analysis::seconds_left(progress) == doctest::Approx(67));
  progress.running_s = 24;  // resumed: the first two epochs were in another life
  CHECK(*analysis::seconds_left(progress) == doctest::Approx(67));
  for (const double copied : {0.0, 1e6}) {
    progress.running_s = copied;
    CHECK(*analysis::seconds_left(progress) == doctest::Approx(55));
  }
  CHECK(*analysis::seconds_left(progress_of(10, 10)) == 0);
}

TEST_CASE("the header says how far the training is") {
  const auto header = [](const analysis::RunProgress& progress) {
    const std::string text = draw_progress(progress, 80, 24, {});
    return text.substr(0, text.find('\n'));
  };
  CHECK(analysis::state_of(progress_of(0, 10)) == analysis::RunState::waiting);
  CHECK(analysis::state_of(progress_of(10, 10)) == analysis::RunState::complete);
  analysis::RunProgress progress = progress_of(4, 10);
  CHECK(analysis::state_of(progress) == analysis::RunState::running);
  const std::string running = header(progress);
  CAPTURE(running);
  for (const char* part : {"runs/a", "4 of 10", "1 min 12 s"}) CHECK(running.find(part) != std::string::npos);
  progress.since_last_s = 200;
  CHECK(analysis::state_of(progress) == analysis::RunState::silent);
  CHECK(header(progress).find("3 min 20 s") != std::string::npos);
  progress.ended = true;
  CHECK(analysis::state_of(progress) == analysis::RunState::ended);
  CHECK(header(progress).find("4 of 10") != std::string::npos);
  progress.history.clear();
  CHECK(analysis::state_of(progress) == analysis::RunState::failed);
  CHECK(header(progress_of(1, 1)).find("1 epochs") == std::string::npos);
  analysis::RunProgress killed = progress_of(4, 10);
  killed.killed = true;
  CHECK(analysis::state_of(killed) == analysis::RunState::killed);
  CHECK(header(killed).find("killed after epoch 4 of 10") != std::string::npos);
}

TEST_CASE("a screen fits into its terminal") {
  for (const auto& size : {std::pair{40, 20}, {80, 24}, {119, 40}, {120, 24}, {300, 100}}) {
    const int columns = size.first, rows = size.second;
    CAPTURE(columns);
    const std::string text = draw_progress(progress_of(30, 60), columns, rows, {});
    CHECK(std::count(text.begin(), text.end(), '\n') <= rows - 2);
    for (size_t at = 0, end = 0; at < text.size(); at = end + 1) {
      end = text.find('\n', at);
      CHECK(count_letters(std::string_view(text).substr(at, end - at)) <= static_cast<size_t>(columns));
    }
    CHECK(text.find("images/s") != std::string::npos);
  }
  analysis::RunProgress blind = progress_of(3, 5);
  blind.history = test::without_validation(blind.history);
  CHECK(draw_progress(blind, 80, 24, {}).find("validation") == std::string::npos);
}

TEST_CASE("progress is read from the files of a run and their times") {
  namespace fs = std::filesystem;
  const test::TemporaryFolder folder;
  const run::RunDirectory directory{folder.path()};
  const auto start = fs::file_time_type::clock::now() - std::chrono::hours(1);
  const auto write = [&](const fs::path& path, const std::string& text, int seconds) {
    write_file_atomically(path, text);
    fs::last_write_time(path, start + std::chrono::seconds(seconds));
  };
  write(directory.config(), "", 0);
  CHECK(analysis::read_progress(directory, 5).history.empty());
  CHECK_FALSE(analysis::read_progress(directory, 5).ended);
  write(directory.history_jsonl(), run::to_jsonl(test::made_history({.epochs = 3})), 36);
  const analysis::RunProgress progress = analysis::read_progress(directory, 5);
  CHECK(progress.history.size() == 3);
  CHECK(progress.running_s == doctest::Approx(36));
  CHECK(progress.since_last_s > 3500);
  CHECK_FALSE(progress.ended);
  CHECK(analysis::read_progress(directory, 3).ended);
  write(directory.model(), "", 40);
  CHECK(analysis::read_progress(directory, 5).ended);
  write(directory.config(), "", 50);  // resumed
  CHECK_FALSE(analysis::read_progress(directory, 5).ended);
}

}  // namespace
}  // namespace margay::plot
