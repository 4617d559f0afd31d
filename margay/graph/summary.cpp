// Counting and printing the layers of a network.
#include "margay/graph/summary.h"

#include <algorithm>
#include <array>

#include "margay/core/error.h"
#include "margay/core/number_text.h"
#include "margay/graph/operator.h"

namespace margay::graph {
namespace {

using Cells = std::array<std::string, 4>;

/// 142981504 as "143.0 M".
std::string abbreviated(double number) {
  const char* const units[] = {"", " k", " M", " G", " T"};
  int unit = 0;
  while (number >= 1000 && unit < 4) number /= 1000, ++unit;
  return fmt::format("{:.{}f}{}", number, unit == 0 ? 0 : 1, units[unit]);
}

std::string line(const Cells& cells, const std::array<size_t, 4>& widths) {
  return fmt::format("{:<{}}   {:<{}}   {:>{}}   {:>{}}\n", cells[0], widths[0], cells[1], widths[1],
                     cells[2], widths[2], cells[3], widths[3]);
}

std::string table(const std::vector<Cells>& rows) {
  std::array<size_t, 4> widths{};
  for (const Cells& cells : rows)
    for (size_t i = 0; i < 4; ++i) widths[i] = std::max(widths[i], cells[i].size());
  const std::string rule = std::string(widths[0] + widths[1] + widths[2] + widths[3] + 9, '-') + "\n";
  std::string text = line(rows.front(), widths) + rule;
  for (size_t i = 1; i < rows.size(); ++i) text += line(rows[i], widths);
  return text + rule;
}

}  // namespace

Summary summarize(const Graph& graph) {
  Summary summary;
  for (int i = 0; i <= graph.output(); ++i)
    summary.rows.push_back(
        {graph.nodes()[i].name, graph.nodes()[i].op, graph.shape(i), 0, flops_of(graph, i)});
  for (const GraphParameter& parameter : parameters_of(graph)) {
    const int64_t count = element_count(parameter.spec.shape);
    summary.rows[parameter.node].parameters += count;
    (parameter.spec.trained ? summary.trained_parameters : summary.untrained_parameters) += count;
  }
  summary.size_bytes =
      (summary.trained_parameters + summary.untrained_parameters) * static_cast<int64_t>(sizeof(float));
  summary.flops = flops_of(graph);
  return summary;
}

std::string format_summary(const Summary& summary) {
  std::vector<Cells> rows{{"Layer", "Output shape", "Parameters", "FLOPs"}};
  for (const SummaryRow& row : summary.rows) {
    const std::string layer = row.name == row.op ? row.name : fmt::format("{} ({})", row.name, row.op);
    rows.push_back({layer, to_string(row.output), grouped(row.parameters), grouped(row.flops)});
  }
  std::string text = table(rows);
  text += fmt::format("Parameters: {} trained, {} not trained, {:.1f} MB in fp32\n",
                      grouped(summary.trained_parameters), grouped(summary.untrained_parameters),
                      static_cast<double>(summary.size_bytes) / 1e6);
  text += fmt::format("FLOPs: {} forward per picture\n", abbreviated(static_cast<double>(summary.flops)));
  return text;
}

Json Summary::to_json() const {
  Json layers = Json::array();
  for (const SummaryRow& row : rows)
    layers.push_back({{"name", row.name},
                      {"op", row.op},
                      {"output", row.output},
                      {"parameters", row.parameters},
                      {"flops", row.flops}});
  return {{"layers", layers},
          {"trained_parameters", trained_parameters},
          {"untrained_parameters", untrained_parameters},
          {"size_bytes", size_bytes},
          {"flops", flops}};
}

}  // namespace margay::graph
