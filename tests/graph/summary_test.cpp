// The table of layers, on the article's network.
#include "margay/graph/summary.h"

#include <doctest/doctest.h>

#include "margay/core/json.h"
#include "margay/graph/builder.h"

using namespace margay;
using namespace margay::graph;

namespace {

/// Three times convolution and pool, then two dense layers, as in many introductions to image classification.
Graph article_network() {
  Builder builder({3, 150, 150});
  for (const int64_t channels : {16, 32, 64})
    builder.conv2d(channels, 3, {.padding = kSame}).relu().max_pool2d(2);
  return builder.flatten().linear(512).relu().linear(1).build();
}

}  // namespace

TEST_CASE("the article's network has its published size") {
  const Summary summary = summarize(article_network());
  CHECK(summary.trained_parameters == 10'641'441);  // what Keras prints for it
  CHECK(summary.untrained_parameters == 0);
  CHECK(summary.size_bytes == 42'565'764);
  // 2 (150^2 16 27 + 75^2 32 144 + 37^2 64 288 + 20736 512 + 512)
  CHECK(summary.flops == 142'981'504);
  CHECK(summary.rows.size() == 14);
  CHECK(summary.rows[7].output == Shape{64, 37, 37});
  CHECK(summary.rows[11].parameters == 10'617'344);
}

TEST_CASE("the table is aligned and groups digits") {
  const std::string text = format_summary(
      summarize(Builder({3, 4, 4}).conv2d(1000, 3).batch_norm2d().global_avg_pool2d().linear(2).build()));
  CHECK(text ==
        "Layer                                  Output shape   Parameters     FLOPs\n"
        "--------------------------------------------------------------------------\n"
        "input                                  3 x 4 x 4               0         0\n"
        "conv1 (conv2d)                         1000 x 2 x 2       28,000   216,000\n"
        "batch_norm1 (batch_norm2d)             1000 x 2 x 2        4,000         0\n"
        "global_avg_pool1 (global_avg_pool2d)   1000                    0         0\n"
        "linear1 (linear)                       2                   2,002     4,000\n"
        "--------------------------------------------------------------------------\n"
        "Parameters: 32,002 trained, 2,000 not trained, 0.1 MB in fp32\n"
        "FLOPs: 220.0 k forward per picture\n");
}

TEST_CASE("the summary as JSON has the same numbers") {
  const Json json = summarize(article_network()).to_json();
  CHECK(json["trained_parameters"] == 10'641'441);
  CHECK(json["layers"][1]["output"] == Json({16, 150, 150}));
  CHECK(json["layers"][1]["name"] == "conv1");
}
