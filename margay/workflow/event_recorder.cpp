// Names the numbers of an epoch as users of TensorBoard expect them.
#include "margay/workflow/event_recorder.h"

#include <cmath>
#include <filesystem>
#include <string_view>
#include <utility>

#include "margay/core/atomic_file.h"
#include "margay/core/file_system.h"
#include "margay/image/decode.h"

namespace margay::workflow {
namespace {

constexpr std::string_view kValidation = "val_";

/// "val_loss" is "loss/validation".
std::string tag_of(std::string_view column) {
  const bool validation = column.starts_with(kValidation);
  if (validation) column.remove_prefix(kValidation.size());
  return std::string(column) + (validation ? "/validation" : "/train");
}

}  // namespace

std::vector<run::Scalar> scalars_of(const run::EpochRecord& record) {
  std::vector<run::Scalar> scalars{
      {"learning_rate", record.learning_rate}, {"images_per_second", record.images_per_second},
      {tag_of("loss"), record.loss},           {tag_of("accuracy"), record.accuracy},
      {tag_of("val_loss"), record.val_loss},   {tag_of("val_accuracy"), record.val_accuracy}};
  for (const auto& [name, value] : record.others) scalars.push_back({tag_of(name), value});
  std::erase_if(scalars, [](const run::Scalar& scalar) { return std::isnan(scalar.value); });
  return scalars;
}

EventRecorder::EventRecorder(run::RunDirectory directory, bool resumed, Warn warn)
    : directory_(std::move(directory)), resumed_(resumed), warn_(std::move(warn)) {}

void EventRecorder::write(const std::function<void()>& change) {
  write_optional(
      "the event file for TensorBoard",
      [&](const std::string& warning) {
        file_.reset();
        warn_(warning);
      },
      change);
}

void EventRecorder::on_start(const train::TrainingStart& start) {
  // One that was killed before its first checkpoint may have told of epochs that are told again.
  const bool is_first = run::event_files_in(directory_.root).empty();
  write([&] {
    file_.emplace(directory_.root);
    if (!is_first) file_->restart_at(resumed_ ? start.first_epoch : 0);
    if (!resumed_) add_pictures();
  });
}

void EventRecorder::add_pictures() {
  for (const std::filesystem::path& path : {directory_.samples(), directory_.augmented()}) {
    if (!path_exists(path)) continue;
    const std::vector<uint8_t> png = read_file(path);
    const image::PictureInfo picture = image::probe(png);
    file_->add(0, path.stem().string(), {picture.width, picture.height, png});
  }
}

void EventRecorder::on_epoch(const run::History& history, const recipe::Config&) {
  if (file_) write([&] { file_->add(history.back().epoch, scalars_of(history.back())); });
}

}  // namespace margay::workflow
