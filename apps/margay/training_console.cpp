// Progress as Keras' users know it, and the same as JSON.
#include "apps/margay/training_console.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <string>

#include "apps/margay/console.h"
#include "apps/margay/output.h"
#include "margay/core/json.h"
#include "margay/core/number_text.h"
#include "margay/text/phrases.h"

namespace margay::app {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kBarWidth = 20;

std::string bar(int step, int steps) {
  const int filled = steps == 0 ? 0 : kBarWidth * step / steps;
  std::string text;
  for (int i = 0; i < kBarWidth; ++i) text += i < filled ? "━" : "─";
  return text;
}

/// "loss 0.4021  accuracy 0.812"
std::string metrics(double loss, double accuracy) {
  if (std::isnan(loss) && std::isnan(accuracy)) return "no finite loss";
  return fmt::format("loss {}  accuracy {:.4f}", text::decimal_4(loss), accuracy);
}

std::string validation_metrics(const run::EpochRecord& record) {
  if (std::isnan(record.val_loss)) return {};
  return fmt::format("  val_loss {}  val_accuracy {:.4f}", text::decimal_4(record.val_loss),
                     record.val_accuracy);
}

/// Says nothing but what somebody has to know.
class QuietConsole : public train::TrainingObserver {
 public:
  void on_warning(const std::string& warning) override { print_err("warning: {}\n", warning); }
};

class LineConsole : public QuietConsole {
 public:
  void on_start(const train::TrainingStart& start) override {
    const recipe::TrainingConfig& training = start.config.training;
    if (training.method == recipe::Method::head) return print_head_start(start);
    print_err("training '{}' on {}, validating on {}: {} classes, {} {}, {}, batches of {}\n",
              start.config.source.recipe, counted(start.training_pictures, "picture"),
              start.validation_pictures, start.config.source.classes.size(), recipe::name_of(training.device),
              recipe::name_of(training.precision), counted(training.threads, "thread"), training.batch_size);
    print_err("{}", format_pretrained(start.pretrained));
    if (start.ending)
      print_err("nothing is left to train: {}; {}\n", start.ending->reason, start.ending->way_on);
    else if (start.first_epoch > 1)
      print_err("going on with epoch {}\n", start.first_epoch);
  }

  void on_progress(const Progress& progress) override { show_progress_(progress); }

  void on_step(const train::StepSnapshot& snapshot) override {
    step_ = snapshot.step;
    if (!terminal_ || std::chrono::duration<double>(Clock::now() - shown_).count() < 0.1) return;
    shown_ = Clock::now();
    draw_err(fmt::format("\r{} {} {}/{}  {:.0f} images/s  {} left  {}\033[K",
                         title(snapshot.epoch, snapshot.epochs), bar(snapshot.step, snapshot.steps),
                         snapshot.step, snapshot.steps, snapshot.images_per_second,
                         format_duration(snapshot.seconds_left), metrics(snapshot.loss, snapshot.accuracy)));
  }

  void on_time_left(double seconds) override { left_s_ = seconds; }

  void on_epoch(const run::History& history, const recipe::Config& config) override {
    const run::EpochRecord& record = history.back();
    if (config.training.method == recipe::Method::head) return print_head(record);
    const int left = config.training.epochs - record.epoch;
    draw_err(fmt::format(
        "{}{} {} {}/{}  {:.0f} images/s  {}  {}{}{}\n", terminal_ ? "\r" : "",
        title(record.epoch, config.training.epochs), bar(1, 1), step_, step_, record.images_per_second,
        left > 0 ? format_duration(left_s_) + " left" : format_duration(record.seconds),
        metrics(record.loss, record.accuracy), validation_metrics(record), terminal_ ? "\033[K" : ""));
  }

 private:
  static std::string title(int epoch, int epochs) {
    const size_t width = std::to_string(epochs).size();
    return fmt::format("epoch {:>{}}/{}", epoch, width, epochs);
  }

  static void print_head_start(const train::TrainingStart& start) {
    print_err("fitting a head on {}, {} each, validating on {}: {} classes, {}\n",
              counted(start.training_pictures, "picture"), counted(start.config.head.views, "view"),
              start.validation_pictures, start.config.source.classes.size(),
              counted(start.config.training.threads, "thread"));
    print_err("{}", format_pretrained(start.pretrained));
  }

  static void print_head(const run::EpochRecord& record) {
    print_err("head  {:.0f} images/s  {}  L2 {:g}", record.images_per_second, format_duration(record.seconds),
              run::other_value(record, run::kL2));
    const double held_out = run::other_value(record, run::kHeldOutAccuracy);
    if (!std::isnan(held_out)) print_err(" ({:.2f} % of held-out pictures right)", 100 * held_out);
    print_err("  {}{}\n", metrics(record.loss, record.accuracy), validation_metrics(record));
  }

  const bool terminal_ = stderr_is_terminal();
  const ProgressObserver show_progress_ = console_progress();
  int step_ = 0;  ///< the last that was done: an epoch that a budget cuts short has fewer than were planned
  double left_s_ = 0;
  Clock::time_point shown_;
};

class JsonConsole : public train::TrainingObserver {
 public:
  void on_warning(const std::string& warning) override { print_warning_event(warning); }

  void on_start(const train::TrainingStart& start) override {
    Json event = {{"event", "start"},
                  {"training_pictures", start.training_pictures},
                  {"validation_pictures", start.validation_pictures},
                  {"classes", start.config.source.classes},
                  {"first_epoch", start.first_epoch},
                  {"steps_per_epoch", start.steps_per_epoch},
                  {"config", start.config.to_document()}};
    if (!start.pretrained.name.empty())
      event["weights"] = {{"name", start.pretrained.name},
                          {"taken", start.pretrained.taken},
                          {"fresh", start.pretrained.fresh},
                          {"about_head", start.pretrained.about_head}};
    print_event(event);
  }

  void on_progress(const Progress& progress) override {
    if (progress.done < progress.total && std::chrono::duration<double>(Clock::now() - shown_).count() < 1)
      return;
    shown_ = Clock::now();
    print_event({{"event", "progress"},
                 {"task", progress.task},
                 {"done", progress.done},
                 {"total", progress.total},
                 {"unit", progress.unit}});
  }

  void on_step(const train::StepSnapshot& snapshot) override {
    if (std::chrono::duration<double>(Clock::now() - shown_).count() < 1) return;
    shown_ = Clock::now();
    print_event({{"event", "step"},
                 {"epoch", snapshot.epoch},
                 {"step", snapshot.step},
                 {"loss", snapshot.loss},
                 {"accuracy", snapshot.accuracy},
                 {"images_per_second", snapshot.images_per_second},
                 {"seconds_left", snapshot.seconds_left}});
  }

  void on_time_left(double seconds) override { left_s_ = seconds; }

  void on_epoch(const run::History& history, const recipe::Config&) override {
    Json event = {{"event", "epoch"}};
    event.update(parse_json(run::to_jsonl({history.back()}), "history"));
    event["seconds_left"] = left_s_;
    print_event(event);
  }

  void on_checkpoint(const train::CheckpointSnapshot& written) override {
    print_event({{"event", "checkpoint"},
                 {"path", written.path.string()},
                 {"epoch", written.epoch},
                 {"step", written.step}});
  }

 private:
  double left_s_ = 0;
  Clock::time_point shown_;
};

}  // namespace

std::string format_pretrained(const train::PretrainedWeights& pretrained) {
  if (pretrained.name.empty()) return {};
  std::string text =
      fmt::format("begins with the weights {}: {} parameters and buffers", pretrained.name, pretrained.taken);
  if (!pretrained.fresh.empty()) text += fmt::format("; {} start anew", fmt::join(pretrained.fresh, " and "));
  if (!pretrained.about_head.empty())
    text += fmt::format("{} {}", pretrained.fresh.empty() ? ";" : ", because", pretrained.about_head);
  return text + '\n';
}

void print_event(const Json& event) {
  stream_line(format_json(event));
}

void print_warning_event(const std::string& warning) {
  print_event({{"event", "warning"}, {"message", warning}});
}

std::unique_ptr<train::TrainingObserver> make_training_console(TrainingOutput output) {
  if (output == TrainingOutput::json) return std::make_unique<JsonConsole>();
  if (output == TrainingOutput::quiet) return std::make_unique<QuietConsole>();
  return std::make_unique<LineConsole>();
}

}  // namespace margay::app
