// libtorch's headers, in one place: only this room, train/ and their tests include them. Of all that
// <torch/torch.h> brings, tensors alone: every file instantiates again the templates that it sees. See also
// autograd.h.
#pragma once

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/InferenceMode.h>
#include <torch/version.h>
