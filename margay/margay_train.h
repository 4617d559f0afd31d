// margay.h and what trains; needs libtorch when linked, not to compile.
#pragma once

#include "margay/core/cpu.h"
#include "margay/margay.h"
#include "margay/train/trainer.h"

namespace margay {

using train::CustomLoss;
using train::LossBatch;
using train::StepSnapshot;
using train::Trainer;
using train::TrainingData;
using train::TrainingObserver;
using train::TrainingResult;

}  // namespace margay
