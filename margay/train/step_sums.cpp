// Sums over pictures, of which some may count more than others.
#include "margay/train/step_sums.h"

#include <algorithm>

#include "margay/train/validation_score.h"

namespace margay::train {
namespace {

/// Of the step that the next batch belongs to.
int64_t pictures_of_step(const Training& training) {
  const int accumulate = training.config.training.accumulate;
  const int first = training.progress.next_step / accumulate * accumulate;
  const auto pictures_before = [&](int batches) {
    return std::min<int64_t>(
        int64_t{std::min(batches, training.batches_of_epoch())} * training.config.training.batch_size,
        static_cast<int64_t>(training.data->train.size()));
  };
  return pictures_before(first + accumulate) - pictures_before(first);
}

/// Whether pictures count differently in a step of several batches.
bool is_weighted(const Training& training, const BatchLoss& loss) {
  return training.config.training.accumulate > 1 && loss.weight.defined();
}

}  // namespace

void begin_step(Training& training) {
  training.step = {.pictures = pictures_of_step(training), .loss_sum_before = training.progress.loss_sum};
}

void refuse(Training& training, const std::string& reason) {
  const EpochProgress& progress = training.progress;
  if (training.step.refusal.empty())
    training.step.refusal =
        fmt::format("{} in epoch {}, step {}", reason, progress.epoch, progress.next_step);
}

double share_of_step(const Training& training, const data::Batch& batch, const BatchLoss& loss) {
  const double counted =
      is_weighted(training, loss) ? loss.weight.item<double>() : static_cast<double>(batch.size);
  return counted / static_cast<double>(training.step.pictures);
}

double gradient_scale(const Step& step) {
  return step.weight > 0 ? static_cast<double>(step.pictures) / step.weight : 1;
}

void count(Training& training, const data::Batch& batch, const BatchLoss& loss, double mean) {
  EpochProgress& epoch = training.progress;
  Step& step = training.step;
  if (is_weighted(training, loss)) {
    const auto weight = loss.weight.item<double>();
    step.loss_sum += mean * weight;
    step.weight += weight;
    step.seen += batch.size;
    epoch.loss_sum = step.loss_sum_before + step.loss_sum / step.weight * static_cast<double>(step.seen);
  } else {
    epoch.loss_sum += mean * batch.size;
  }
  epoch.highest_loss = std::max(epoch.highest_loss, mean);
  epoch.correct += loss.count_right();
  epoch.seen += batch.size;
}

run::EpochRecord record_of(const EpochProgress& epoch) {
  return {.epoch = epoch.epoch,
          .seconds = epoch.seconds,
          .images_per_second = static_cast<double>(epoch.seen) / epoch.seconds,
          .loss = epoch.mean(epoch.loss_sum),
          .accuracy = epoch.mean(static_cast<double>(epoch.correct)),
          .val_loss = kNotMeasured,
          .val_accuracy = kNotMeasured,
          .others = {{run::kHighestLoss, epoch.seen > 0 ? epoch.highest_loss : kNotMeasured}}};
}

}  // namespace margay::train
