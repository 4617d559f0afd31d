// Writes the table of a network's layers.
#include "margay/report/network_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "margay/report/page.h"
#include "margay/report/phrases.h"

namespace margay::report {
namespace {

constexpr const char* kWhere = "report.network";
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
       {"share", text(percent_1(share))},
       {"number", text(shown)}});
}

Markup layer_row(const Json& layer, int64_t all_parameters, int64_t all_flops) {
  const auto name = json_value<std::string>(layer, "name", kWhere),
             op = json_value<std::string>(layer, "op", kWhere);
  const auto parameters = json_value<int64_t>(layer, "parameters", kWhere),
             flops = json_value<int64_t>(layer, "flops", kWhere);
  const Markup kind = name == op ? Markup{} : fill(" <small>{{op}}</small>", {{"op", text(op)}});
  return fill(
      "<tr><td>{{name}}{{kind}}</td><td>{{output}}</td>{{parameters}}{{flops}}</tr>\n",
      {{"name", text(name)},
       {"kind", kind},
       {"output",
        text(fmt::format("{}", fmt::join(json_value<std::vector<int64_t>>(layer, "output", kWhere), " × ")))},
       {"parameters", shaded(parameters, all_parameters, grouped(parameters))},
       {"flops", shaded(flops, all_flops, abbreviated(flops))}});
}

}  // namespace

Markup network_table(const Json& summary) {
  if (summary.is_null()) return {};
  const auto trained = json_value<int64_t>(summary, "trained_parameters", kWhere),
             fixed = json_value<int64_t>(summary, "untrained_parameters", kWhere),
             bytes = json_value<int64_t>(summary, "size_bytes", kWhere),
             flops = json_value<int64_t>(summary, "flops", kWhere);
  const auto layers = json_value<std::vector<Json>>(summary, "layers", kWhere);
  Markup rows;
  for (const Json& layer : layers) rows += layer_row(layer, trained + fixed, flops);
  const Markup made = fill(
      R"(<div class="scroll"><table class="network"><thead><tr><th scope="col">layer</th><th scope="col">output</th><th scope="col">parameters</th><th scope="col">FLOPs</th></tr></thead>
<tbody>
{{rows}}</tbody><tfoot><tr><td>all</td><td></td><td>{{parameters}}</td><td>{{flops}}</td></tr></tfoot></table></div>
)",
      {{"rows", rows}, {"parameters", text(grouped(trained + fixed))}, {"flops", text(abbreviated(flops))}});
  const std::string untrained =
      fixed > 0
          ? fmt::format(", {} of them running statistics, which are measured and not trained", grouped(fixed))
          : "";
  const Markup note =
      fill("<p class=\"quiet\">{{note}}</p>\n",
           {{"note",
             text(fmt::format("{} parameters{}, {:.1f} MB in float32. FLOPs are of the forward pass of one "
                              "picture. The stronger the colour, the larger the layer's share.",
                              grouped(trained + fixed), untrained, static_cast<double>(bytes) / 1e6))}});
  return (layers.size() > kOpenLayers ? details(fmt::format("All {} layers", layers.size()), made) : made) +
         note;
}

}  // namespace margay::report
