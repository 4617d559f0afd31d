#include "margay/engine/dropout.h"

#include <doctest/doctest.h>

using namespace margay;

namespace {

const std::vector<uint32_t> kSamples{3, 9, 4, 1000};

at::Tensor ones_like_pictures(at::ScalarType type = at::kFloat) {
  return at::ones({4, 5, 33, 31}, type).contiguous(at::MemoryFormat::ChannelsLast);
}

}  // namespace

TEST_CASE("the pass over memory and the tensor operations choose the same values") {
  const auto keys = engine::dropout_keys(1, 2, kSamples, "drop");
  for (const double rate : {0.1, 0.2, 0.5, 0.9}) {
    const at::Tensor x = ones_like_pictures();
    CHECK(at::equal(engine::keyed_dropout(x, keys, rate), engine::dropout_factors(x, keys, rate)));
    const at::Tensor flat = at::ones({4, 1003});
    CHECK(at::equal(engine::keyed_dropout(flat, keys, rate), engine::dropout_factors(flat, keys, rate)));
    const at::Tensor half = engine::keyed_dropout(ones_like_pictures(at::kBFloat16), keys, rate);
    CHECK(at::equal(half, engine::dropout_factors(x, keys, rate).to(at::kBFloat16)));
    const at::Tensor doubles = engine::keyed_dropout(ones_like_pictures(at::kDouble), keys, rate);
    CHECK(at::allclose(doubles.to(at::kFloat), engine::dropout_factors(x, keys, rate)));
  }
}

TEST_CASE("dropout does not depend on the layout or on the place in the batch") {
  const auto keys = engine::dropout_keys(1, 2, kSamples, "drop");
  const at::Tensor x = ones_like_pictures();
  const at::Tensor all = engine::keyed_dropout(x, keys, 0.2);
  CHECK(at::equal(all, engine::keyed_dropout(x.contiguous(), keys, 0.2)));
  const std::vector<uint32_t> one{kSamples[2]};
  const at::Tensor alone =
      engine::keyed_dropout(x.slice(0, 2, 3), engine::dropout_keys(1, 2, one, "drop"), 0.2);
  CHECK(at::equal(alone, all.slice(0, 2, 3)));
}

TEST_CASE("dropout drops at its rate and keeps the mean") {
  std::vector<uint32_t> samples(64);
  for (uint32_t i = 0; i < 64; ++i) samples[i] = i;
  const at::Tensor out =
      engine::keyed_dropout(at::ones({64, 10000}), engine::dropout_keys(5, 1, samples, "d"), 0.2);
  // 640,000 draws: five standard deviations are 0.0025.
  CHECK((out == 0).to(at::kFloat).mean().item<double>() == doctest::Approx(0.2).epsilon(0.0125));
  CHECK(out.mean().item<double>() == doctest::Approx(1.0).epsilon(0.005));
}

TEST_CASE("seed epoch sample and node each change the choices") {
  const at::Tensor x = at::ones({4, 500});
  const at::Tensor base = engine::keyed_dropout(x, engine::dropout_keys(1, 1, kSamples, "a"), 0.5);
  CHECK_FALSE(at::equal(base, engine::keyed_dropout(x, engine::dropout_keys(2, 1, kSamples, "a"), 0.5)));
  CHECK_FALSE(at::equal(base, engine::keyed_dropout(x, engine::dropout_keys(1, 2, kSamples, "a"), 0.5)));
  CHECK_FALSE(at::equal(base, engine::keyed_dropout(x, engine::dropout_keys(1, 1, kSamples, "b"), 0.5)));
  CHECK_FALSE(at::equal(base[0], base[1]));
}

TEST_CASE("the gradient of dropout is its factor") {
  const auto keys = engine::dropout_keys(1, 2, kSamples, "drop");
  const at::Tensor x = at::randn({4, 5, 8, 7}).contiguous(at::MemoryFormat::ChannelsLast).requires_grad_();
  const at::Tensor weight = at::randn({4, 5, 8, 7});
  (engine::keyed_dropout(x, keys, 0.2) * weight).sum().backward();
  CHECK(at::allclose(x.grad(), weight * engine::dropout_factors(x, keys, 0.2)));
}
