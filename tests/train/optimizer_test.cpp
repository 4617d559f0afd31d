#include "margay/train/optimizer/optimizer.h"

#include <doctest/doctest.h>
#include <torch/optim.h>

#include <cmath>
#include <vector>

using namespace margay;
using recipe::OptimizerName;

namespace {

/// A matrix with weight decay and a bias without.
std::vector<train::OptimizedParameter> small_problem() {
  const at::Tensor weight = at::tensor({0.5f, -1.0f, 2.0f, 1.5f, 0.25f, -0.75f}).reshape({2, 3});
  const at::Tensor bias = at::tensor({0.1f, -0.2f});
  return {{weight.clone().requires_grad_(), true}, {bias.clone().requires_grad_(), false}};
}

/// The values after ten steps with gradients sin(1.7 p + 0.3 step + parameter's number).
std::vector<float> ten_steps(const recipe::OptimizerConfig& config) {
  std::vector<train::OptimizedParameter> parameters = small_problem();
  const auto optimizer = train::make_optimizer(parameters, config);
  for (int step = 0; step < 10; ++step) {
    optimizer->zero_grad();
    for (size_t k = 0; k < parameters.size(); ++k)
      parameters[k].tensor.mutable_grad() =
          (parameters[k].tensor.detach() * 1.7 + 0.3 * step + static_cast<double>(k)).sin();
    optimizer->step();
  }
  CHECK(optimizer->steps() == 10);
  std::vector<float> values;
  for (const train::OptimizedParameter& parameter : parameters)
    values.insert(values.end(), parameter.tensor.data_ptr<float>(),
                  parameter.tensor.data_ptr<float>() + parameter.tensor.numel());
  return values;
}

struct Golden {
  const char* reference;
  recipe::OptimizerConfig config;
  std::vector<double> values;
};

recipe::OptimizerConfig adam(OptimizerName name, double decay, double clip = 0) {
  return {.name = name,
          .lr = 0.01,
          .beta1 = 0.8,
          .beta2 = 0.99,
          .eps = 1e-6,
          .weight_decay = decay,
          .clip_norm = clip};
}

recipe::OptimizerConfig sgd(double momentum, double decay, bool nesterov = false, double clip = 0) {
  return {.name = OptimizerName::sgd,
          .lr = 0.05,
          .momentum = momentum,
          .nesterov = nesterov,
          .weight_decay = decay,
          .clip_norm = clip};
}

// Made with torch.optim 1.13 in float64: the same problem, decay in the group of the matrix only,
// clip_grad_norm_ where a limit is given.
const std::vector<Golden> kGolden{
    {"SGD",
     sgd(0, 0),
     {0.115526122, -0.96350504, 2.25892044, 1.70447809, -0.149466203, -0.822574034, -0.223771536,
      -0.599540454}},
    {"SGD momentum=0.9",
     sgd(0.9, 0.1),
     {-1.38785008, -0.569011764, 2.64013345, 1.41033581, -1.31867594, -0.695415657, -1.91769475,
      -1.96135766}},
    {"SGD momentum=0.9 nesterov",
     sgd(0.9, 0.1, true),
     {-1.46094686, -0.811850803, 2.53970549, 1.30903817, -1.38772167, -0.923108324, -2.08429041,
      -2.05610229}},
    {"SGD momentum=0.9 clipped to 0.5",
     sgd(0.9, 0.1, false, 0.5),
     {0.0181040129, -0.65345911, 1.92434743, 1.29889594, -0.15963263, -0.553268642, -0.258554456,
      -0.590667926}},
    {"Adam",
     adam(OptimizerName::adam, 0),
     {0.409764957, -0.940274262, 2.09765734, 1.51666112, 0.151001525, -0.715427491, 0.0200923215,
      -0.29484413}},
    {"Adam weight_decay=0.1",
     adam(OptimizerName::adam, 0.1),
     {0.409159946, -0.935200503, 2.09308291, 1.49929755, 0.150945796, -0.709681938, 0.0200923215,
      -0.29484413}},
    {"AdamW weight_decay=0.1",
     adam(OptimizerName::adamw, 0.1),
     {0.405103211, -0.931149792, 2.07765008, 1.50137261, 0.14893438, -0.708621871, 0.0200923215,
      -0.29484413}},
    {"AdamW weight_decay=0.1 clipped to 0.5",
     adam(OptimizerName::adamw, 0.1, 0.5),
     {0.404171783, -0.934595553, 2.07934433, 1.50192591, 0.147181136, -0.712390643, 0.0209504232,
      -0.29635422}},
};

}  // namespace

TEST_CASE("ten steps of every optimiser are those of PyTorch") {
  for (const Golden& golden : kGolden) {
    CAPTURE(golden.reference);
    const std::vector<float> values = ten_steps(golden.config);
    REQUIRE(values.size() == golden.values.size());
    for (size_t i = 0; i < values.size(); ++i) {
      CAPTURE(i);
      CHECK(std::abs(values[i] - golden.values[i]) < 1e-5);
    }
  }
}

TEST_CASE("ten steps of rmsprop are those of libtorch's RMSprop") {
  for (const double momentum : {0.0, 0.9})
    for (const double decay : {0.0, 0.1}) {
      CAPTURE(momentum);
      CAPTURE(decay);
      const recipe::OptimizerConfig config{.name = OptimizerName::rmsprop,
                                           .lr = 0.01,
                                           .eps = 1e-6,
                                           .rho = 0.95,
                                           .momentum = momentum,
                                           .weight_decay = decay};
      std::vector<train::OptimizedParameter> theirs = small_problem();
      const auto options = [&](double l2) {
        auto made = std::make_unique<torch::optim::RMSpropOptions>(config.lr);
        made->alpha(config.rho).eps(config.eps).momentum(momentum).weight_decay(l2);
        return made;
      };
      std::vector<torch::optim::OptimizerParamGroup> groups;
      groups.emplace_back(std::vector<at::Tensor>{theirs[0].tensor}, options(decay));
      groups.emplace_back(std::vector<at::Tensor>{theirs[1].tensor}, options(0));
      torch::optim::RMSprop reference(groups);
      for (int step = 0; step < 10; ++step) {
        for (size_t k = 0; k < theirs.size(); ++k)
          theirs[k].tensor.mutable_grad() =
              (theirs[k].tensor.detach() * 1.7 + 0.3 * step + static_cast<double>(k)).sin();
        reference.step();
      }
      const std::vector<float> ours = ten_steps(config);
      size_t i = 0;
      for (const train::OptimizedParameter& parameter : theirs)
        for (int64_t j = 0; j < parameter.tensor.numel(); ++j, ++i)
          CHECK(ours[i] == doctest::Approx(parameter.tensor.data_ptr<float>()[j]).epsilon(1e-5));
    }
}

TEST_CASE("a scale of the gradient is one of what clipping sees") {
  const auto step = [](double factor, double scale) {
    std::vector<train::OptimizedParameter> parameters = small_problem();
    const auto optimizer = train::make_optimizer(parameters, sgd(0, 0.1, false, 0.5));
    for (train::OptimizedParameter& parameter : parameters)
      parameter.tensor.mutable_grad() = parameter.tensor.detach().cos() * factor;
    optimizer->step({}, scale);
    return parameters[0].tensor.detach().clone();
  };
  for (const double factor : {0.01, 1.0, 8.0})
    CHECK(at::allclose(step(factor, 1), step(factor / 4, 4), 1e-6, 1e-7));
}

TEST_CASE("the layout of a gradient does not matter") {
  for (const OptimizerName name :
       {OptimizerName::adam, OptimizerName::adamw, OptimizerName::sgd, OptimizerName::rmsprop}) {
    std::vector<at::Tensor> results;
    for (const bool channels_last : {false, true}) {
      at::manual_seed(4);
      // Large enough for several threads.
      at::Tensor tensor =
          at::randn({64, 40, 9, 9}).contiguous(at::MemoryFormat::ChannelsLast).requires_grad_();
      const auto optimizer = train::make_optimizer({{tensor, true}}, {.name = name, .weight_decay = 0.1});
      for (int step = 0; step < 3; ++step) {
        const at::Tensor gradient = (tensor.detach() * 1.7).sin();
        tensor.mutable_grad() = channels_last ? gradient : gradient.contiguous();
        optimizer->step();
      }
      results.push_back(tensor.detach());
    }
    CHECK(at::equal(results[0], results[1]));
  }
}

TEST_CASE("a parameter without gradient stays") {
  for (const OptimizerName name :
       {OptimizerName::adam, OptimizerName::adamw, OptimizerName::sgd, OptimizerName::rmsprop}) {
    std::vector<train::OptimizedParameter> parameters = small_problem();
    const at::Tensor before = parameters[0].tensor.detach().clone();
    const auto optimizer =
        train::make_optimizer(parameters, {.name = name, .weight_decay = 0.1, .clip_norm = 1});
    optimizer->step();
    CHECK(at::equal(parameters[0].tensor, before));
  }
}

TEST_CASE("averages follow every optimiser in its step") {
  for (const recipe::OptimizerConfig& config :
       {adam(OptimizerName::adam, 0.1), sgd(0.9, 0.1), adam(OptimizerName::rmsprop, 0.1),
        recipe::OptimizerConfig{.name = OptimizerName::rmsprop, .lr = 0.01, .momentum = 0}}) {
    std::vector<train::OptimizedParameter> parameters = small_problem(), others = small_problem();
    const auto optimizer = train::make_optimizer(parameters, config),
               plain = train::make_optimizer(others, config);
    std::vector<at::Tensor> averages, expected;
    for (const train::OptimizedParameter& parameter : others) {
      averages.push_back(parameter.tensor.detach().clone());
      expected.push_back(parameter.tensor.detach().clone());
    }
    for (int step = 0; step < 5; ++step) {
      // The bias has no gradient, and is averaged all the same.
      parameters[0].tensor.mutable_grad() = others[0].tensor.mutable_grad() =
          at::full({2, 3}, 0.5f - 0.2f * step);
      optimizer->step({averages, 0.25});
      plain->step();
      for (size_t i = 0; i < expected.size(); ++i) expected[i].lerp_(others[i].tensor.detach(), 0.25);
    }
    for (size_t i = 0; i < expected.size(); ++i) {
      CHECK(parameters[i].tensor.equal(others[i].tensor));
      CHECK(at::allclose(averages[i], expected[i], 1e-6, 1e-7));
    }
  }
}

TEST_CASE("libtorch knows that a step has changed a parameter") {
  for (const recipe::OptimizerConfig& config : {adam(OptimizerName::adam, 0), sgd(0, 0)}) {
    const std::vector<train::OptimizedParameter> parameters = small_problem();
    const auto before = parameters[0].tensor._version();
    parameters[0].tensor.mutable_grad() = at::ones({2, 3});
    train::make_optimizer(parameters, config)->step();
    CHECK(parameters[0].tensor._version() > before);
  }
}

TEST_CASE("a parameter with half the rate moves as with an optimiser of half the rate") {
  for (const OptimizerName name :
       {OptimizerName::adam, OptimizerName::adamw, OptimizerName::sgd, OptimizerName::rmsprop}) {
    CAPTURE(recipe::name_of(name));
    std::vector<train::OptimizedParameter> slow = small_problem(), halved = small_problem();
    for (train::OptimizedParameter& parameter : slow) parameter.rate = 0.5;
    const auto with_factor = train::make_optimizer(slow, {.name = name, .lr = 0.1, .weight_decay = 0.1});
    const auto with_half = train::make_optimizer(halved, {.name = name, .lr = 0.05, .weight_decay = 0.1});
    for (int step = 0; step < 3; ++step) {
      for (size_t k = 0; k < slow.size(); ++k) {
        slow[k].tensor.mutable_grad() = slow[k].tensor.detach().sin();
        halved[k].tensor.mutable_grad() = halved[k].tensor.detach().sin();
      }
      with_factor->step();
      with_half->step();
    }
    for (size_t k = 0; k < slow.size(); ++k) CHECK(slow[k].tensor.equal(halved[k].tensor));
  }
}
