// What operators need that have a way back of their own, from libtorch.
#pragma once

#include <torch/autograd.h>
