// Autocast from C++: its interface changed in libtorch 2.4.
#include "margay/engine/precision.h"

#include <ATen/autocast_mode.h>

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
#define MARGAY_AUTOCAST_BY_DEVICE 1
#endif

namespace margay::engine {
namespace {

#ifdef MARGAY_AUTOCAST_BY_DEVICE

at::DeviceType device_type(bool cuda) {
  return cuda ? at::kCUDA : at::kCPU;
}
bool is_enabled(bool cuda) {
  return at::autocast::is_autocast_enabled(device_type(cuda));
}
void set_enabled(bool cuda, bool enabled) {
  at::autocast::set_autocast_enabled(device_type(cuda), enabled);
}
at::ScalarType type_of(bool cuda) {
  return at::autocast::get_autocast_dtype(device_type(cuda));
}
void set_type(bool cuda, at::ScalarType type) {
  at::autocast::set_autocast_dtype(device_type(cuda), type);
}

#else

bool is_enabled(bool cuda) {
  return cuda ? at::autocast::is_enabled() : at::autocast::is_cpu_enabled();
}
void set_enabled(bool cuda, bool enabled) {
  if (cuda)
    at::autocast::set_enabled(enabled);
  else
    at::autocast::set_cpu_enabled(enabled);
}
at::ScalarType type_of(bool cuda) {
  return cuda ? at::autocast::get_autocast_gpu_dtype() : at::autocast::get_autocast_cpu_dtype();
}
void set_type(bool cuda, at::ScalarType type) {
  if (cuda)
    at::autocast::set_autocast_gpu_dtype(type);
  else
    at::autocast::set_autocast_cpu_dtype(type);
}

#endif

}  // namespace

AutocastGuard::AutocastGuard(at::Device device, bool enabled)
    : cuda_(device.is_cuda()), was_enabled_(is_enabled(cuda_)), former_type_(type_of(cuda_)) {
  at::autocast::increment_nesting();
  set_enabled(cuda_, enabled);
  set_type(cuda_, at::kBFloat16);
}

at::ScalarType active_precision(at::Device device) {
  return is_enabled(device.is_cuda()) ? type_of(device.is_cuda()) : at::kFloat;
}

AutocastGuard::~AutocastGuard() {
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  set_enabled(cuda_, was_enabled_);
  set_type(cuda_, former_type_);
}

}  // namespace margay::engine
