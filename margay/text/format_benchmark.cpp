// Lays the table out, and says what its figures count.
#include "margay/text/format_benchmark.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "margay/text/phrases.h"
#include "margay/text/text_table.h"

namespace margay::text {
namespace {

using analysis::Benchmark;
using analysis::LoadingSpeed;
using analysis::NetworkSpeed;
using analysis::StepsOfSize;

constexpr const char* kFlopsCounted =
    "two for each multiply-add of convolutions and matrix products, forward; a training step besides for the "
    "gradients of weights, and of inputs but for layers that read the pictures";
constexpr const char* kBytesCounted =
    "weights, gradients and what the optimiser remembers, in fp32, once for each time that forward, backward "
    "and the optimiser must read or write them if nothing stays in a cache; no pictures, no values between "
    "layers";

Json optional_number(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json speed_to_json(const NetworkSpeed& speed) {
  return {{"pictures", speed.pictures},      {"images_per_second", speed.images_per_second},
          {"seconds", speed.seconds},        {"repetitions", speed.repetitions},
          {"flops_per_second", speed.flops}, {"share_of_peak", optional_number(speed.share_of_peak)},
          {"least_bytes", speed.least_bytes}};
}

Json loading_to_json(const LoadingSpeed& loading) {
  return {{"decode_images_per_second", loading.decode},
          {"decode_images_per_second_one_core", loading.decode_one_core},
          {"batches_images_per_second", loading.batches},
          {"augment_images_per_second_one_core", optional_number(loading.augment_one_core)}};
}

std::string giga(double number) {
  return fmt::format("{:.1f}", number / 1e9);
}

std::string mega(int64_t number) {
  return fmt::format("{:.1f}", static_cast<double>(number) / 1e6);
}

std::string size_text(const StepsOfSize& size) {
  return fmt::format("{} x {}", size.width, size.height);
}

Json sizes_to_json(const std::vector<StepsOfSize>& sizes) {
  Json list = Json::array();
  for (const StepsOfSize& size : sizes) {
    list.push_back({{"width", size.width},
                    {"height", size.height},
                    {"share", size.share},
                    {"training_flops_per_picture", size.training_flops}});
    list.back().update(speed_to_json(size.speed));
  }
  return list;
}

/// More than this of the peak is no noise of two measurements.
constexpr double kImpossibleShare = 1.05;

void check_share(const std::string& what, const NetworkSpeed& speed, std::vector<std::string>& failed) {
  if (speed.share_of_peak.value_or(0) > kImpossibleShare)
    failed.push_back(fmt::format(
        "{} does {} of the peak, and nothing does more than that but for the noise of two measurements: "
        "either other programs ran while the peak was measured, or FLOP are counted that were not computed",
        what, percent_1(*speed.share_of_peak)));
}

using Row = std::vector<std::string>;

Row peak_row(const char* precision, const std::optional<double>& flops) {
  return {fmt::format("peak: matrix product, {}", precision), "", flops ? giga(*flops) : "none", "", ""};
}

Row loading_row(const char* what, double images_per_second) {
  return {what, grouped(static_cast<int64_t>(images_per_second + 0.5)), "", "", ""};
}

Row network_row(const std::string& what, const NetworkSpeed& speed) {
  return {what, grouped(static_cast<int64_t>(speed.images_per_second + 0.5)), giga(speed.flops),
          speed.share_of_peak ? percent_1(*speed.share_of_peak) : "", mega(speed.least_bytes)};
}

std::string describe_setting(const Benchmark& found) {
  const recipe::TrainingConfig& training = found.config.training;
  return fmt::format(
      "recipe '{}': {}, {} MFLOP forward and {} MFLOP a training step per picture\n"
      "{} {}, {}, batches of {}{}; {} of {}\n\n",
      found.config.source.recipe, counted(found.parameters, "parameter"), mega(found.forward_flops),
      mega(found.training_flops), recipe::name_of(training.device), recipe::name_of(training.precision),
      counted(training.threads, "thread"), training.batch_size,
      training.fuse == recipe::Fuse::on ? "" : ", not fused",
      counted(static_cast<int64_t>(found.pictures), "picture"), found.pictures_name);
}

}  // namespace

std::vector<std::string> failed_checks(const Benchmark& found) {
  std::vector<std::string> failed;
  for (const StepsOfSize& size : found.training_sizes)
    check_share(fmt::format("the training step with pictures of {}", size_text(size)), size.speed, failed);
  for (const NetworkSpeed& speed : found.prediction)
    check_share(fmt::format("prediction in batches of {}", speed.pictures), speed, failed);
  return failed;
}

Json to_json(const Benchmark& found) {
  const recipe::Config& config = found.config;
  Json predictions = Json::array();
  for (const NetworkSpeed& speed : found.prediction) predictions.push_back(speed_to_json(speed));
  return {
      {"recipe", config.source.recipe},
      {"device", recipe::name_of(config.training.device)},
      {"precision", recipe::name_of(config.training.precision)},
      {"fuse", config.training.fuse == recipe::Fuse::on},
      {"threads", config.training.threads},
      {"batch_size", config.training.batch_size},
      {"pictures", {{"from", found.pictures_name}, {"count", found.pictures}}},
      {"network",
       {{"parameters", found.parameters},
        {"forward_flops_per_picture", found.forward_flops},
        {"training_flops_per_picture", found.training_flops}}},
      {"peak_flops_per_second",
       {{"fp32", optional_number(found.fp32_peak_flops)}, {"bf16", optional_number(found.bf16_peak_flops)}}},
      {"training", speed_to_json(found.training)},
      {"training_sizes", sizes_to_json(found.training_sizes)},
      {"loading", loading_to_json(found.loading)},
      {"prediction", std::move(predictions)},
      {"memory",
       {{"peak_bytes", found.peak_memory_bytes}, {"peak_anonymous_bytes", found.peak_anonymous_bytes}}},
      {"failed_checks", failed_checks(found)},
      {"counted", {{"flops", kFlopsCounted}, {"least_bytes", kBytesCounted}}}};
}

std::string format_benchmark(const Benchmark& found) {
  std::vector<Row> rows{
      {"", "images/s", "GFLOP/s", "of the peak", "MB at least"},
      peak_row("fp32", found.fp32_peak_flops),
      peak_row("bf16", found.bf16_peak_flops),
      network_row(fmt::format("training, steps of {}", found.training.pictures), found.training),
  };
  if (found.training_sizes.size() > 1)
    for (const StepsOfSize& size : found.training_sizes)
      rows.push_back(network_row(
          fmt::format("of {} in {} of the epochs", size_text(size), percent_1(size.share)), size.speed));
  rows.push_back(loading_row("decode and fit", found.loading.decode));
  rows.push_back(loading_row("decode and fit, one core", found.loading.decode_one_core));
  if (found.loading.augment_one_core)
    rows.push_back(loading_row("augment, one core", *found.loading.augment_one_core));
  rows.push_back(loading_row("batches from the loader", found.loading.batches));
  for (const NetworkSpeed& speed : found.prediction)
    rows.push_back(network_row(fmt::format("prediction, fp32, batches of {}", speed.pictures), speed));
  std::string failed;
  for (const std::string& check : failed_checks(found)) failed += fmt::format("Check failed: {}.\n", check);
  return describe_setting(found) + format_text_table(rows, Align::right) +
         fmt::format(
             "\nA step took {:.1f} ms (median of {}). Peak memory of this program: {} MB (VmHWM), without "
             "files {} MB "
             "(RssAnon).\nFLOP: {}.\nMB at least, of a step or batch: {}.\n",
             1e3 * found.training.seconds, found.training.repetitions,
             mega(static_cast<int64_t>(found.peak_memory_bytes)),
             mega(static_cast<int64_t>(found.peak_anonymous_bytes)), kFlopsCounted, kBytesCounted) +
         failed;
}

}  // namespace margay::text
