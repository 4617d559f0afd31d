// One step of the optimiser: the gradients of one batch or of several, and what they change.
#include <algorithm>
#include <cmath>
#include <optional>

#include "margay/core/bare_reason.h"
#include "margay/core/number_text.h"
#include "margay/recipe/usual_rate.h"
#include "margay/train/targets.h"
#include "margay/train/trainer_session.h"
#include "margay/train/update_ratio.h"

namespace margay::train {

void Trainer::Session::train_batch(data::Batch& batch) {
  if (at_step_boundary()) begin_step();
  const Targets targets =
      make_targets(batch, mix_of_batch(), config_.training.seed, progress_.epoch, device_);
  const BatchLoss loss = loss_(forward(batch, training_context(batch)), targets);
  const auto mean = loss.mean.item<double>();
  ++progress_.next_step;
  if (std::isfinite(mean)) {
    const double share = share_of_step(batch, loss);
    (share == 1 ? loss.mean : loss.mean * share).backward();
    count(batch, loss, mean);
  } else if (step_.refusal.empty()) {
    step_.refusal = fmt::format("the loss became {}", mean);
  }
  if (at_step_boundary() || (!step_.refusal.empty() && !may_skip())) end_step();
}

void Trainer::Session::begin_step() {
  optimizer_->zero_grad();
  step_ = {.pictures = pictures_of_step(), .loss_sum_before = progress_.loss_sum};
  if (!may_skip()) return;
  // The forward pass of a step that is left out must leave no trace in the statistics of normalisation.
  for (const engine::NamedTensor& tensor : network_.tensors())
    if (!tensor.trained) step_.buffers.push_back(tensor.tensor.clone());
}

/// A range test wants to see where the loss is lost.
bool Trainer::Session::may_skip() const {
  return config_.training.non_finite == recipe::NonFinite::skip && !tested_rate_;
}

/// Of the step that the next batch belongs to.
int64_t Trainer::Session::pictures_of_step() const {
  const int accumulate = config_.training.accumulate;
  const int first = progress_.next_step / accumulate * accumulate;
  const auto pictures_before = [&](int batches) {
    return std::min<int64_t>(int64_t{std::min(batches, batches_of_epoch())} * config_.training.batch_size,
                             static_cast<int64_t>(data_->train.size()));
  };
  return pictures_before(first + accumulate) - pictures_before(first);
}

/// Whether pictures count differently in a step of several batches. What all of them count together is known
/// at its end only.
bool Trainer::Session::is_weighted(const BatchLoss& loss) const {
  return config_.training.accumulate > 1 && loss.weight.defined();
}

/// What the batch has in the gradient of the step, so that it is that of all its pictures at once; where they
/// have weights, but for a factor that `step_optimizer` knows.
double Trainer::Session::share_of_step(const data::Batch& batch, const BatchLoss& loss) const {
  const double counted = is_weighted(loss) ? loss.weight.item<double>() : static_cast<double>(batch.size);
  return counted / static_cast<double>(step_.pictures);
}

void Trainer::Session::count(const data::Batch& batch, const BatchLoss& loss, double mean) {
  if (is_weighted(loss)) {
    const auto weight = loss.weight.item<double>();
    step_.loss_sum += mean * weight;
    step_.weight += weight;
    step_.seen += batch.size;
    progress_.loss_sum =
        step_.loss_sum_before + step_.loss_sum / step_.weight * static_cast<double>(step_.seen);
  } else {
    progress_.loss_sum += mean * batch.size;
  }
  progress_.highest_loss = std::max(progress_.highest_loss, mean);
  progress_.correct += loss.count_right();
  progress_.seen += batch.size;
}

void Trainer::Session::end_step() {
  if (step_.refusal.empty() && !optimizer_->has_finite_gradients())
    step_.refusal = "the gradient became infinite or NaN";
  if (!step_.refusal.empty()) return refuse_step();
  refused_in_a_row_ = 0;
  step_optimizer();
}

void Trainer::Session::step_optimizer() {
  optimizer_->set_lr(tested_rate_.value_or(schedule_.lr(progress_of_step())));
  // Measuring takes a pass over the weights: once an epoch is enough to see its size.
  std::optional<UpdateRatio> ratio;
  if (progress_.next_step == batches_of_epoch()) ratio.emplace(optimized_parameters());
  const double gradient_scale = step_.weight > 0 ? static_cast<double>(step_.pictures) / step_.weight : 1;
  optimizer_->step(average_ ? average_->step(optimizer_->steps() + 1) : Averages{}, gradient_scale);
  if (ratio) update_ratio_ = ratio->value();
}

/// What to do against a training whose numbers are lost.
std::string Trainer::Session::lower_rate_hint() const {
  const bool is_fp32 = config_.training.precision == recipe::Precision::fp32;
  return fmt::format(
      "try a lower rate, --lr {}, or measure one with margay lr-find and the same options; or {}",
      format_rate(recipe::lower_rate(config_.optimizer)),
      is_fp32 ? "smaller gradients, --set optimizer.clip_norm=1" : "--precision fp32");
}

/// Weights that are lost while losses were still finite.
void Trainer::Session::throw_not_finite(const ModelError& found) const {
  throw NotFiniteError("train", bare_reason(found), lower_rate_hint());
}

/// Leaves the weights as they were before the step.
void Trainer::Session::refuse_step() {
  const std::string found =
      fmt::format("{} in epoch {}, step {}", step_.refusal, progress_.epoch, progress_.next_step);
  const std::string hint = lower_rate_hint();
  if (!may_skip()) throw NotFiniteError("train", found, hint);
  if (++refused_in_a_row_ >= kMostRefused)
    throw NotFiniteError("train", fmt::format("{}, as in the {} steps before", found, kMostRefused - 1),
                         hint);
  const at::NoGradGuard no_gradient;
  auto before = step_.buffers.begin();
  for (const engine::NamedTensor& tensor : network_.tensors())
    if (!tensor.trained) at::Tensor(tensor.tensor).copy_(*before++);
  for (TrainingObserver* observer : observers_) observer->on_warning(found + ": the step is left out");
}

}  // namespace margay::train
