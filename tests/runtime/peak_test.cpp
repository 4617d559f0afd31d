#include "margay/runtime/peak.h"

#include <doctest/doctest.h>

#include "margay/core/cpu.h"
#include "margay/core/error.h"
#include "margay/runtime/cpu_engine.h"

using namespace margay;

TEST_CASE("a peak is a positive number where the processor has such a product") {
  const auto fp32 = runtime::measure_peak_flops(runtime::Factors::float32, 1, 0);
  REQUIRE(fp32);
  CHECK(*fp32 > 0);
  const auto bf16 = runtime::measure_peak_flops(runtime::Factors::bfloat16, 1, 0);
  CHECK(bf16.value_or(runtime::onednn_has_bf16() ? 0 : 1) > 0);
  CHECK_THROWS_AS(runtime::measure_peak_flops(runtime::Factors::float32, -1, 0), UsageError);
}
