// A counter-based stream of bits, 16 for each value: on the CPU in one pass, elsewhere with tensor
// operations.
#include "margay/engine/dropout.h"

#include <ATen/Parallel.h>

#include <cmath>
#include <cstring>

#include "margay/core/error.h"
#include "margay/core/random.h"
#include "margay/core/vector_clones.h"
#include "margay/engine/autograd.h"

namespace margay::engine {
namespace {

constexpr int kValuesPerWord = 4;  // 16 of 64 bits each
constexpr int64_t kWordsPerBlock = 256;
constexpr uint64_t kStep = 0x9E3779B97F4A7C15ull;

/// Values whose 16 bits are below this are dropped.
uint32_t drop_threshold(double rate) {
  return static_cast<uint32_t>(std::lround(rate * 65536.0));
}

MARGAY_VECTOR_CLONES void fill_words(uint64_t key, int64_t first, int64_t count, uint64_t* words) {
  for (int64_t i = 0; i < count; ++i) words[i] = mix_bits(key + static_cast<uint64_t>(first + i + 1) * kStep);
}

MARGAY_VECTOR_CLONES void apply_float(const float* in, const uint16_t* bits, int64_t count,
                                      uint32_t threshold, float scale, float* out) {
  for (int64_t i = 0; i < count; ++i) out[i] = bits[i] < threshold ? 0.0f : in[i] * scale;
}

/// bfloat16 as its bits: widened to float by a shift, narrowed by rounding to nearest even.
MARGAY_VECTOR_CLONES void apply_bfloat16(const uint16_t* in, const uint16_t* bits, int64_t count,
                                         uint32_t threshold, float scale, uint16_t* out) {
  for (int64_t i = 0; i < count; ++i) {
    const uint32_t widened = static_cast<uint32_t>(in[i]) << 16;
    float value;
    std::memcpy(&value, &widened, sizeof value);
    value *= scale;
    uint32_t word;
    std::memcpy(&word, &value, sizeof word);
    word += 0x7FFF + ((word >> 16) & 1);
    out[i] = bits[i] < threshold ? uint16_t{0} : static_cast<uint16_t>(word >> 16);
  }
}

void apply_values(const float* in, const uint16_t* bits, int64_t count, uint32_t threshold, float scale,
                  float* out) {
  apply_float(in, bits, count, threshold, scale, out);
}
void apply_values(const at::BFloat16* in, const uint16_t* bits, int64_t count, uint32_t threshold,
                  float scale, at::BFloat16* out) {
  apply_bfloat16(reinterpret_cast<const uint16_t*>(in), bits, count, threshold, scale,
                 reinterpret_cast<uint16_t*>(out));
}

/// One picture: `count` values in the order of channels last.
template <class T>
void drop_picture(const T* in, uint64_t key, int64_t count, uint32_t threshold, float scale, T* out) {
  uint64_t words[kWordsPerBlock];
  uint16_t bits[kWordsPerBlock * kValuesPerWord];
  for (int64_t first = 0; first < count; first += kWordsPerBlock * kValuesPerWord) {
    const int64_t values = std::min(count - first, kWordsPerBlock * kValuesPerWord);
    fill_words(key, first / kValuesPerWord, (values + kValuesPerWord - 1) / kValuesPerWord, words);
    std::memcpy(bits, words, sizeof bits);
    apply_values(in + first, bits, values, threshold, scale, out + first);
  }
}

/// The layout in which a picture's values are consecutive and ordered as the stream is.
at::Tensor ordered(const at::Tensor& x) {
  return x.dim() == 4 ? x.contiguous(at::MemoryFormat::ChannelsLast) : x.contiguous();
}

template <class T>
void drop_batch(const at::Tensor& x, const int64_t* keys, double rate, at::Tensor& out) {
  const int64_t count = x.numel() / x.size(0);
  const uint32_t threshold = drop_threshold(rate);
  const auto scale = static_cast<float>(1.0 / (1.0 - rate));
  const T* in = x.data_ptr<T>();
  T* result = out.data_ptr<T>();
  at::parallel_for(0, x.size(0), 1, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n)
      drop_picture(in + n * count, static_cast<uint64_t>(keys[n]), count, threshold, scale,
                   result + n * count);
  });
}

bool has_fast_path(const at::Tensor& x) {
  return x.is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16);
}

at::Tensor apply_dropout(const at::Tensor& x, const at::Tensor& keys, double rate) {
  const std::span<const uint64_t> key_words(reinterpret_cast<const uint64_t*>(keys.data_ptr<int64_t>()),
                                            keys.numel());
  if (!has_fast_path(x)) return x * dropout_factors(x, key_words, rate).to(x.scalar_type());
  const at::Tensor in = ordered(x);
  at::Tensor out = at::empty_like(in);
  if (in.scalar_type() == at::kFloat)
    drop_batch<float>(in, keys.data_ptr<int64_t>(), rate, out);
  else
    drop_batch<at::BFloat16>(in, keys.data_ptr<int64_t>(), rate, out);
  return out;
}

struct KeyedDropout : torch::autograd::Function<KeyedDropout> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                            const at::Tensor& keys, double rate) {
    context->saved_data["keys"] = keys;
    context->saved_data["rate"] = rate;
    return apply_dropout(x, keys, rate);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const at::Tensor keys = context->saved_data["keys"].toTensor();
    return {apply_dropout(gradients[0], keys, context->saved_data["rate"].toDouble()), at::Tensor(),
            at::Tensor()};
  }
};

/// x >> bits without the sign, which libtorch's shift of int64 would copy.
at::Tensor shift_right(const at::Tensor& x, int bits) {
  return at::bitwise_and(at::bitwise_right_shift(x, bits), (int64_t{1} << (64 - bits)) - 1);
}

at::Tensor mix_bits(at::Tensor x) {
  x = at::bitwise_xor(x, shift_right(x, 30)) * static_cast<int64_t>(0xBF58476D1CE4E5B9ull);
  x = at::bitwise_xor(x, shift_right(x, 27)) * static_cast<int64_t>(0x94D049BB133111EBull);
  return at::bitwise_xor(x, shift_right(x, 31));
}

at::Tensor key_tensor(std::span<const uint64_t> keys) {
  at::Tensor tensor = at::empty({static_cast<int64_t>(keys.size())}, at::kLong);
  std::memcpy(tensor.data_ptr<int64_t>(), keys.data(), keys.size_bytes());
  return tensor;
}

}  // namespace

std::vector<uint64_t> dropout_keys(uint64_t seed, int epoch, std::span<const uint32_t> samples,
                                   std::string_view node) {
  std::vector<uint64_t> keys;
  keys.reserve(samples.size());
  const uint64_t node_word = hash_text(node);
  for (const uint32_t sample : samples)
    keys.push_back(hash_key({hash_text("dropout"), seed, static_cast<uint64_t>(epoch), sample, node_word}));
  return keys;
}

at::Tensor dropout_factors(const at::Tensor& x, std::span<const uint64_t> keys, double rate) {
  const int64_t count = x.numel() / x.size(0);
  const int64_t words = (count + kValuesPerWord - 1) / kValuesPerWord;
  const auto options = at::TensorOptions().dtype(at::kLong).device(x.device());
  const at::Tensor counters = at::arange(1, words + 1, options) * static_cast<int64_t>(kStep);
  const at::Tensor mixed = mix_bits(key_tensor(keys).to(x.device()).unsqueeze(1) + counters);
  std::vector<at::Tensor> parts;
  parts.push_back(at::bitwise_and(mixed, 0xFFFF));
  for (int i = 1; i < kValuesPerWord; ++i)
    parts.push_back(at::bitwise_and(shift_right(mixed, 16 * i), 0xFFFF));
  const at::Tensor bits = at::stack(parts, 2).reshape({x.size(0), -1}).slice(1, 0, count);
  const at::Tensor factors =
      at::where(bits < static_cast<int64_t>(drop_threshold(rate)), 0.0, 1.0 / (1.0 - rate)).to(at::kFloat);
  if (x.dim() != 4) return factors.reshape(x.sizes());
  return factors.reshape({x.size(0), x.size(2), x.size(3), x.size(1)}).permute({0, 3, 1, 2});
}

at::Tensor keyed_dropout(const at::Tensor& x, std::span<const uint64_t> keys, double rate) {
  require<ModelError>(static_cast<int64_t>(keys.size()) == x.size(0), "engine.dropout",
                      fmt::format("{} keys for {} pictures", keys.size(), x.size(0)));
  return KeyedDropout::apply(x, key_tensor(keys), rate);
}

at::Tensor keyed_stochastic_depth(const at::Tensor& x, std::span<const uint64_t> keys, double rate) {
  std::vector<int64_t> sizes(x.dim(), 1);
  sizes[0] = x.size(0);
  return x * dropout_factors(at::empty(sizes, x.options().dtype(at::kFloat)), keys, rate).to(x.scalar_type());
}

}  // namespace margay::engine
