// libtorch's headers, in one place: only this room, train/ and their tests include them.
#pragma once

#include <torch/torch.h>
