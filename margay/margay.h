// The names that a program with a classifier in it needs, in one place.
#pragma once

#include "margay/data/content_split.h"
#include "margay/data/dataset.h"
#include "margay/data/pictures_in_memory.h"
#include "margay/graph/builder.h"
#include "margay/graph/graph.h"
#include "margay/image/pixel_view.h"
#include "margay/model/model.h"
#include "margay/predict/predictor.h"
#include "margay/recipe/recipe.h"
#include "margay/recipe/use_network.h"
#include "margay/runtime/runtime.h"

namespace margay {

using data::Dataset;           ///< a folder of pictures
using data::PicturesInMemory;  ///< one that was never files
using data::split_by_content;  ///< holds some back to check with
using Network = graph::Graph;  ///< a network as data
using graph::Builder;          ///< makes one by chained calls
using image::PixelOrder;
using image::PixelView;  ///< pixels of one's own, in whatever order
using model::load_model;
using model::Model;  ///< network, weights, classes and preprocessing
using model::save_model;
using predict::Answer;
using predict::Predictor;  ///< pictures in, probabilities out
using recipe::load_recipe;
using recipe::use_network;  ///< trains what a Builder has made
using runtime::load_predictor;

}  // namespace margay
