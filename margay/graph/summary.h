// The table of a network's layers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "margay/core/json.h"
#include "margay/graph/graph.h"

namespace margay::graph {

/// A row: one node.
struct SummaryRow {
  std::string name;
  std::string op;
  Shape output;            ///< without the batch
  int64_t parameters = 0;  ///< trained and not trained
  int64_t flops = 0;       ///< forward, one picture; see Operator::flops
};

/// The layers of a network with their shapes and costs, and the totals.
struct Summary {
  std::vector<SummaryRow> rows;  ///< in the order of the graph
  int64_t trained_parameters = 0;
  int64_t untrained_parameters = 0;  ///< buffers such as running statistics
  int64_t size_bytes = 0;            ///< of all of them in float32
  int64_t flops = 0;                 ///< forward, one picture
  Json to_json() const;
};

Summary summarize(const Graph& graph);

/// An aligned table with totals below it; ends with a line feed.
std::string format_summary(const Summary& summary);

}  // namespace margay::graph
