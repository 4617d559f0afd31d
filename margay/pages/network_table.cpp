// Writes the table of a network's layers.
#include "margay/pages/network_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "margay/pages/page.h"
#include "margay/text/phrases.h"

namespace margay::pages {
namespace {

constexpr size_t kOpenLayers = 40;

/// 142981504 as "143.0 M".
std::string abbreviated(int64_t number) {
  const char* const units[] = {"", " k", " M", " G", " T"};
  auto value = static_cast<double>(number);
  int unit = 0;
  while (value >= 1000 && unit < 4) value /= 1000, ++unit;
  return fmt::format("{:.{}f}{}", value, unit == 0 ? 0 : 1, units[unit]);
}

/// The number, on a ground as strong as its share of `all`.
Markup shaded(int64_t number, int64_t all, const std::string& shown) {
  if (number == 0) return Markup{"<td></td>"};
  const double share = all > 0 ? static_cast<double>(number) / static_cast<double>(all) : 0;
  return fill(
      R"html(<td style="background: rgba(var(--shade), {{shade}})" title="{{share}}">{{number}}</td>)html",
      {{"shade", Markup{fmt::format("{:.2f}", 0.35 * std::clamp(share, 0.0, 1.0))}},
       {"share", escaped(text::percent_1(share))},
       {"number", escaped(shown)}});
}

Markup layer_row(const graph::SummaryRow& layer, const graph::Summary& all) {
  const Markup kind =
      layer.name == layer.op ? Markup{} : fill(" <small>{{op}}</small>", {{"op", escaped(layer.op)}});
  return fill("<tr><td>{{name}}{{kind}}</td><td>{{output}}</td>{{parameters}}{{flops}}</tr>\n",
              {{"name", escaped(layer.name)},
               {"kind", kind},
               {"output", escaped(fmt::format("{}", fmt::join(layer.output, " × ")))},
               {"parameters", shaded(layer.parameters, all.trained_parameters + all.untrained_parameters,
                                     grouped(layer.parameters))},
               {"flops", shaded(layer.flops, all.flops, abbreviated(layer.flops))}});
}

}  // namespace

Markup network_table(const graph::Summary& summary, const text::PageText& words) {
  const int64_t parameters = summary.trained_parameters + summary.untrained_parameters;
  Markup rows, head;
  for (const std::string& name : words.network_columns())
    head += fill("<th scope=\"col\">{{name}}</th>", {{"name", escaped(name)}});
  for (const graph::SummaryRow& layer : summary.rows) rows += layer_row(layer, summary);
  const Markup made = fill(
      R"(<div class="scroll"><table class="network"><thead><tr>{{head}}</tr></thead>
<tbody>
{{rows}}</tbody><tfoot><tr><td>{{all}}</td><td></td><td>{{parameters}}</td><td>{{flops}}</td></tr></tfoot></table></div>
)",
      {{"head", head},
       {"all", escaped(words.all())},
       {"rows", rows},
       {"parameters", escaped(grouped(parameters))},
       {"flops", escaped(abbreviated(summary.flops))}});
  const std::string untrained =
      summary.untrained_parameters > 0 ? words.running_statistics(summary.untrained_parameters) : "";
  const Markup note = fill(
      "<p class=\"quiet\">{{note}}</p>\n",
      {{"note",
        escaped(words.network_note(parameters, untrained, static_cast<double>(summary.size_bytes) / 1e6))}});
  return (summary.rows.size() > kOpenLayers ? details(words.all_layers(summary.rows.size()), made) : made) +
         note;
}

}  // namespace margay::pages
