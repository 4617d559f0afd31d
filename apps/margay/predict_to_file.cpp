// Leaves out what is answered already, and counts.
#include "apps/margay/predict_to_file.h"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <vector>

#include "apps/margay/console.h"
#include "apps/margay/output.h"
#include "margay/core/cpu.h"
#include "margay/core/error.h"
#include "margay/core/json.h"
#include "margay/core/lower_case.h"
#include "margay/core/printable.h"
#include "margay/core/random.h"
#include "margay/core/unicode.h"
#include "margay/data/quoted_cell.h"
#include "margay/run/predictions_file.h"
#include "margay/text/phrases.h"

namespace margay::app {
namespace {

/// What became of the pictures.
struct Counts {
  size_t already = 0, answered = 0, broken = 0;
  double seconds = 0;

  double pictures_per_second() const {
    return seconds > 0 ? static_cast<double>(answered + broken) / seconds : 0;
  }
};

void print_counts(const PredictionsOutput& output, const Counts& counts) {
  if (output.json) {
    print_out("{}\n", format_json({{"output", output.path.string()},
                                   {"answered", counts.answered},
                                   {"broken", counts.broken},
                                   {"already_there", counts.already},
                                   {"pictures_per_second", counts.pictures_per_second()}},
                                  2));
    return;
  }
  std::string text = counted(static_cast<int64_t>(counts.answered), "picture") + " answered";
  if (counts.broken > 0)
    text += fmt::format(", {} broken (column error)", grouped(static_cast<int64_t>(counts.broken)));
  if (counts.already > 0)
    text += fmt::format(", {} answered before", grouped(static_cast<int64_t>(counts.already)));
  const double speed = counts.pictures_per_second();
  if (speed > 0) text += fmt::format("; {:.{}f} pictures/s", speed, speed < 10 ? 1 : 0);
  print_err("{}\n", text);

  print_out("{}\n", output.path.string());
}

/// Whoever looks for such a name in the file does not find it as it is.
void say_quoted_names(const data::PictureStore& pictures, const PredictionsOutput& output) {
  const bool is_table = lower_case(output.path.extension().string()) == ".csv";
  int64_t odd = 0;
  std::string first;
  for (size_t i = 0; i < pictures.size(); ++i) {
    const std::string name = pictures.path(i).string();
    const std::string shown = is_table ? data::quoted_cell(name) : printable(name);
    if (is_table ? shown == name : is_utf8(name)) continue;
    if (++odd == 1) first = shown;
  }
  if (odd == 0) return;
  print_err("{} such as {}: {}\n", counted(odd, "name", "names"), first,
            is_table
                ? "so they stand in the table, quoted, since they are not UTF-8 or would act on a terminal"
                : "not UTF-8, so that their bytes are in path_bytes, in hexadecimal digits");
}

/// Changes when the picture's bytes may have.
std::string file_mark(const data::PictureStore& pictures, size_t picture) {
  std::string identity;
  pictures.append_identity(picture, identity);
  return fmt::format("{:016x}", hash_text(identity));
}

}  // namespace

bool predict_to_file(predict::Predictor& predictor, const data::PictureStore& pictures,
                     const std::function<std::vector<uint8_t>(size_t)>& read, const PredictionsOutput& output,
                     std::vector<data::NotedFile>& noted, const std::stop_token& stop) {
  run::PredictionsFile file(output.path, predictor.class_names(), output.model, output.overwrite);
  std::vector<size_t> left;
  std::vector<std::string> marks;  // from before a picture is read: what changes meanwhile is asked again
  for (size_t i = 0; i < pictures.size(); ++i) {
    std::string mark = file_mark(pictures, i);
    if (file.has_answer(pictures.path(i).string(), mark)) continue;
    left.push_back(i);
    marks.push_back(std::move(mark));
  }
  Counts counts{.already = pictures.size() - left.size()};
  const auto receive = [&](const predict::FileAnswer& result) {
    const std::string path = pictures.path(left[result.index]).string();
    if (!result.note.empty()) noted.push_back({path, result.note});
    const auto& answer = result.augmented ? result.augmented : result.answer;
    ++(answer ? counts.answered : counts.broken);
    if (answer)
      file.add(path, marks[result.index], answer->probabilities);
    else
      file.add_broken(path, marks[result.index], result.error);
  };
  const auto start = std::chrono::steady_clock::now();
  WorkerPool pool(output.threads > 0 ? output.threads : usable_cpus());
  try {
    predict::predict_pictures(predictor, {left.size(), [&](size_t i) { return read(left[i]); }}, pool,
                              output.batch, receive, console_progress(output.json), stop);
  } catch (const Interrupted& stopped) {
    file.finish();
    throw Interrupted("predict", reason_of(stopped), "the same command goes on from there");
  }
  file.finish();
  counts.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  say_quoted_names(pictures, output);
  print_counts(output, counts);
  return counts.broken == 0;
}

}  // namespace margay::app
