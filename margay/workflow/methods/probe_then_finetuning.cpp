// Fits the last layer first, so that the first steps of all layers do not undo what the others have learned.
#include "margay/workflow/methods/all_layers.h"
#include "margay/workflow/transfer.h"

namespace margay::workflow {
namespace {

class ProbeThenFinetuning : public AllLayers {
 public:
  explicit ProbeThenFinetuning(const MethodRequest& request)
      : AllLayers(request), request_(request.training), tell_(request.observers), goes_on_(request.goes_on) {}

  std::optional<model::Model> train(TrainingRun& run, std::stop_token stop) override {
    if (goes_on_ || fit_last_layer(stop)) return AllLayers::train(run, std::move(stop));
    run.result.stopped = true;
    run.saved = Saved::nothing;
    return {};
  }

 private:
  /// False when stopped, which leaves nothing to go on from.
  bool fit_last_layer(const std::stop_token& stop) try {
    HeadStart start = begin_head(config(), *request_.data);
    train::PretrainedWeights pretrained = std::move(start.pretrained);
    const HeadFit fit =
        fit_head(config(), *request_.data, std::move(start), {.progress = tell_.progress(), .stop = stop});
    trainer().begin_with(fit.weights, std::move(pretrained));
    return true;
  } catch (const Interrupted&) {
    return false;
  }

  const TrainingRequest& request_;
  Observers tell_;
  bool goes_on_;
};

}  // namespace

std::unique_ptr<Method> make_probe_then_finetuning(const MethodRequest& request) {
  return std::make_unique<ProbeThenFinetuning>(request);
}

}  // namespace margay::workflow
