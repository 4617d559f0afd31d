// The vector loops of augment/ and fused/ beside the same loops written with Highway, which decision 0011
// weighs. Each pair is checked to give the same bytes before it is timed.
//   highway_bench [--benchmark_filter=...]
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "margay/augment/batch_mix.h"
#include "margay/augment/color.h"
#include "margay/core/random.h"
#include "margay/fused/pool_rows.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "highway_bench.cpp"
#include <hwy/foreach_target.h>  // reads this file again for every processor
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace with_highway::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Bytes blended with whole shares of 256.
void blend_bytes(const uint8_t* partner, size_t count, int own_share, uint8_t* own) {
  const hn::ScalableTag<uint16_t> wide;
  const hn::Rebind<uint8_t, decltype(wide)> narrow;
  const hn::RebindToSigned<decltype(wide)> whole;
  const auto mine = hn::Set(wide, static_cast<uint16_t>(own_share));
  const auto theirs = hn::Set(wide, static_cast<uint16_t>(256 - own_share)), half = hn::Set(wide, 128);
  const size_t lanes = hn::Lanes(wide);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto a = hn::PromoteTo(wide, hn::LoadU(narrow, own + i)),
               b = hn::PromoteTo(wide, hn::LoadU(narrow, partner + i));
    const auto sum = hn::Add(hn::Add(hn::Mul(a, mine), hn::Mul(b, theirs)), half);
    hn::StoreU(hn::DemoteTo(narrow, hn::BitCast(whole, hn::ShiftRight<8>(sum))), narrow, own + i);
  }
  for (; i < count; ++i)
    own[i] = static_cast<uint8_t>((own[i] * own_share + partner[i] * (256 - own_share) + 128) >> 8);
}

/// Pixels blended with their own gray.
void saturate(uint8_t* pixels, size_t count, float factor) {
  const hn::ScalableTag<int32_t> words;
  const hn::Rebind<uint8_t, decltype(words)> bytes;
  const hn::Rebind<float, decltype(words)> floats;
  const auto scale = hn::Set(floats, factor);
  const auto blended = [&](auto gray, auto value) {
    const auto change = hn::Mul(scale, hn::ConvertTo(floats, hn::Sub(value, gray)));
    return hn::DemoteTo(bytes, hn::ConvertTo(words, hn::Add(hn::ConvertTo(floats, gray), change)));
  };
  const size_t lanes = hn::Lanes(words);
  for (size_t i = 0; i + lanes <= count; i += lanes, pixels += 3 * lanes) {
    hn::Vec<decltype(bytes)> r, g, b;
    hn::LoadInterleaved3(bytes, pixels, r, g, b);
    const auto red = hn::PromoteTo(words, r), green = hn::PromoteTo(words, g), blue = hn::PromoteTo(words, b);
    const auto weighed =
        hn::Add(hn::Add(hn::Mul(red, hn::Set(words, 19595)), hn::Mul(green, hn::Set(words, 38470))),
                hn::Add(hn::Mul(blue, hn::Set(words, 7471)), hn::Set(words, 32768)));
    const auto gray = hn::ShiftRight<16>(weighed);
    hn::StoreInterleaved3(blended(gray, red), blended(gray, green), blended(gray, blue), bytes, pixels);
  }
}

/// Greatest of 2 x 2 bfloat16 and of 0, and where it came from; channels are a multiple of 32.
void pool_row(const margay::fused::PoolRow& row, const uint16_t* top, const uint16_t* bottom, uint16_t* out,
              uint8_t* choice) {
  const hn::ScalableTag<int16_t> lanes_of;
  const hn::Rebind<uint8_t, decltype(lanes_of)> bytes;
  const auto magnitude = hn::Set(lanes_of, 0x7FFF), infinity = hn::Set(lanes_of, 0x7F80),
             none = hn::Zero(lanes_of);
  const auto bits_of = [&](auto order) {
    return hn::Xor(order, hn::And(hn::ShiftRight<15>(order), magnitude));
  };
  const auto load = [&](const uint16_t* from) {
    const auto bits = hn::LoadU(lanes_of, reinterpret_cast<const int16_t*>(from));
    return hn::IfThenElse(hn::Gt(hn::And(bits, magnitude), infinity), magnitude, bits_of(bits));
  };
  const size_t lanes = hn::Lanes(lanes_of);
  const auto channels = static_cast<size_t>(row.channels);
  for (int x = 0; x < row.out_width;
       ++x, top += 2 * channels, bottom += 2 * channels, out += channels, choice += channels)
    for (size_t c = 0; c < channels; c += lanes) {
      const auto v0 = load(top + c), v1 = load(top + channels + c), v2 = load(bottom + c),
                 v3 = load(bottom + channels + c);
      const auto most = hn::Max(hn::Max(v0, v1), hn::Max(v2, v3));
      auto which = hn::IfThenElse(hn::Eq(v2, most), hn::Set(lanes_of, 2), hn::Set(lanes_of, 3));
      which = hn::IfThenElse(hn::Eq(v1, most), hn::Set(lanes_of, 1), which);
      which = hn::IfThenElse(hn::Eq(v0, most), none, which);
      which = hn::IfThenElse(hn::Gt(most, none), which, hn::Set(lanes_of, margay::fused::kTakenByRelu));
      hn::StoreU(hn::DemoteTo(bytes, which), bytes, choice + c);
      hn::StoreU(bits_of(hn::Max(most, none)), lanes_of, reinterpret_cast<int16_t*>(out + c));
    }
}

}  // namespace with_highway::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace with_highway {
HWY_EXPORT(blend_bytes);
HWY_EXPORT(saturate);
HWY_EXPORT(pool_row);
}  // namespace with_highway

namespace {

using namespace margay;
using namespace with_highway;

constexpr int kSide = 224;
constexpr size_t kPixels = size_t{kSide} * kSide;
constexpr int kShare = 77;
constexpr float kFactor = 1.3f;
constexpr fused::PoolRow kRow{.out_width = 112, .channels = 64, .relu = true};

std::vector<uint8_t> random_bytes(uint64_t seed) {
  std::vector<uint8_t> bytes(3 * kPixels);
  Random random{seed};
  for (uint8_t& value : bytes) value = static_cast<uint8_t>(random.below(256));
  return bytes;
}

std::vector<uint16_t> random_row(uint64_t seed) {
  std::vector<uint16_t> row(2 * size_t{kRow.out_width} * kRow.channels);
  Random random{seed};
  for (uint16_t& bits : row) bits = static_cast<uint16_t>(random.below(1 << 16));
  return row;
}

void blend_as_margay(const std::vector<uint8_t>& partner, std::vector<uint8_t>& own) {
  augment::Mix mix;
  mix.blended = kShare;
  augment::mix_picture(mix, kSide, kSide, partner.data(), own.data());
}
void blend_with_highway(const std::vector<uint8_t>& partner, std::vector<uint8_t>& own) {
  HWY_DYNAMIC_DISPATCH(blend_bytes)(partner.data(), own.size(), kShare, own.data());
}

void saturate_as_margay(std::vector<uint8_t>& pixels) {
  augment::ColorPass pass(pixels.data(), kPixels);
  augment::adjust_saturation(pass, kFactor);
  pass.finish();
}
void saturate_with_highway(std::vector<uint8_t>& pixels) {
  HWY_DYNAMIC_DISPATCH(saturate)(pixels.data(), kPixels, kFactor);
}

struct Pooled {
  std::vector<uint16_t> out = std::vector<uint16_t>(size_t{kRow.out_width} * kRow.channels);
  std::vector<uint8_t> choice = std::vector<uint8_t>(size_t{kRow.out_width} * kRow.channels);
  bool operator==(const Pooled&) const = default;
};
void pool_as_margay(const std::vector<uint16_t>& top, const std::vector<uint16_t>& bottom, Pooled& to) {
  fused::pool_row(kRow, top.data(), bottom.data(), to.out.data(), to.choice.data());
}
void pool_with_highway(const std::vector<uint16_t>& top, const std::vector<uint16_t>& bottom, Pooled& to) {
  HWY_DYNAMIC_DISPATCH(pool_row)(kRow, top.data(), bottom.data(), to.out.data(), to.choice.data());
}

void expect_equal(bool equal, const char* what) {
  if (equal) return;
  std::fprintf(stderr, "%s: the two ways differ\n", what);
  std::exit(1);
}

void check_all() {
  auto a = random_bytes(1), b = a;
  const auto partner = random_bytes(2);
  blend_as_margay(partner, a), blend_with_highway(partner, b);
  expect_equal(a == b, "blend");
  saturate_as_margay(a), saturate_with_highway(b);
  expect_equal(a == b, "saturate");
  Pooled c, d;
  pool_as_margay(random_row(3), random_row(4), c), pool_with_highway(random_row(3), random_row(4), d);
  expect_equal(c == d, "pool");
}

void blend(benchmark::State& state, decltype(blend_as_margay)* run) {
  auto own = random_bytes(1);
  const auto partner = random_bytes(2);
  for (auto _ : state) run(partner, own);
}
void saturate(benchmark::State& state, decltype(saturate_as_margay)* run) {
  auto pixels = random_bytes(1);
  for (auto _ : state) run(pixels);
}
void pool(benchmark::State& state, decltype(pool_as_margay)* run) {
  const auto top = random_row(3), bottom = random_row(4);
  Pooled to;
  for (auto _ : state) run(top, bottom, to);
}

BENCHMARK_CAPTURE(blend, margay, blend_as_margay);
BENCHMARK_CAPTURE(blend, highway, blend_with_highway);
BENCHMARK_CAPTURE(saturate, margay, saturate_as_margay);
BENCHMARK_CAPTURE(saturate, highway, saturate_with_highway);
BENCHMARK_CAPTURE(pool, margay, pool_as_margay);
BENCHMARK_CAPTURE(pool, highway, pool_with_highway);

}  // namespace

int main(int argc, char** argv) {
  check_all();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
#endif
