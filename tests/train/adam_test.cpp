#include "margay/train/adam.h"

#include <doctest/doctest.h>

using namespace margay;

namespace {

std::vector<at::Tensor> make_parameters() {
  torch::manual_seed(4);
  std::vector<at::Tensor> parameters{at::randn({7, 3, 3, 3}).contiguous(at::MemoryFormat::ChannelsLast),
                                     at::randn({70001}), at::randn({5, 1})};
  for (at::Tensor& parameter : parameters) parameter.requires_grad_();
  return parameters;
}

/// A gradient that is a function of the values, so that differences would grow.
void set_gradients(std::vector<at::Tensor>& parameters, bool transposed) {
  for (at::Tensor& parameter : parameters) {
    at::Tensor gradient = (parameter.detach() * 1.7).sin();
    if (transposed && gradient.dim() == 4) gradient = gradient.contiguous();
    parameter.mutable_grad() = gradient;
  }
}

}  // namespace

TEST_CASE("ten steps of Adam are those of libtorch") {
  std::vector<at::Tensor> ours = make_parameters(), theirs = make_parameters();
  train::Adam adam(ours, {.lr = 0.01, .beta1 = 0.8, .beta2 = 0.99, .eps = 1e-6});
  torch::optim::Adam reference(theirs, torch::optim::AdamOptions(0.01).betas({0.8, 0.99}).eps(1e-6));
  for (int step = 0; step < 10; ++step) {
    adam.zero_grad();
    reference.zero_grad();
    set_gradients(ours, step % 2 == 1);  // the layout of a gradient must not matter
    set_gradients(theirs, false);
    adam.step();
    reference.step();
    for (size_t i = 0; i < ours.size(); ++i) CHECK(at::allclose(ours[i], theirs[i], 1e-5, 1e-6));
  }
  CHECK(adam.steps() == 10);
}

TEST_CASE("a parameter without gradient stays") {
  std::vector<at::Tensor> parameters = make_parameters();
  const at::Tensor before = parameters[2].detach().clone();
  train::Adam adam(parameters, {});
  set_gradients(parameters, false);
  parameters[2].mutable_grad().reset();
  adam.step();
  CHECK(at::equal(parameters[2], before));
}
