// The table of the ways to train.
#include "margay/workflow/methods/method.h"

namespace margay::workflow {

std::unique_ptr<Method> make_method(const MethodRequest& request) {
  switch (request.training.config.training.method) {
    case recipe::Method::head:
      return make_linear_probe(request);
    case recipe::Method::finetune:
      return make_probe_then_finetuning(request);
    default:
      return make_all_layers(request);
  }
}

}  // namespace margay::workflow
