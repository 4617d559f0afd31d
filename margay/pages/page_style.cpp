// Style sheet: one quiet column, large figures, both colour schemes.
#include "margay/pages/page_style.h"

namespace margay::pages {

const std::string_view kPageStyle = R"css(
:root {
  color-scheme: light dark;
  --ground: #faf9f6; --card: #ffffff; --text: #22262a; --quiet: #62686e; --line: #e3e0d8;
  --accent: #0b6e75; --code: #f1efe8; --good: #1a7f4b; --bad: #b3401c; --shade: 11, 110, 117;
  --c0: #0072b2; --c1: #d55e00; --c2: #009e73; --c3: #cc79a7; --c4: #e69f00; --c5: #56b4e9; --grid: #d9d9d9;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #15181b; --card: #1d2125; --text: #e7e5e0; --quiet: #a0a6ac; --line: #343a40;
    --accent: #59c3ca; --code: #23282d; --good: #5fd096; --bad: #ff9468; --shade: 89, 195, 202;
    --c0: #5db4ee; --c1: #ff8f45; --c2: #37cfa0; --c3: #e6a3c8; --c4: #f2bd4b; --c5: #8fd0f7; --grid: #3a4047;
  }
  .plot [fill="black"] { fill: var(--text); }
  .plot [stroke="rgb(217, 217, 217)"] { stroke: var(--grid); }
  .plot [fill="rgb(118,118,118)"] { fill: var(--quiet); }
  .plot [fill="rgb(  0, 114, 178)"] { fill: var(--c0); }
  .plot [stroke="rgb(  0, 114, 178)"] { stroke: var(--c0); } .plot [color="rgb(  0, 114, 178)"] { color: var(--c0); }
  .plot [stroke="rgb(213,  94,   0)"] { stroke: var(--c1); } .plot [color="rgb(213,  94,   0)"] { color: var(--c1); }
  .plot [stroke="rgb(  0, 158, 115)"] { stroke: var(--c2); } .plot [color="rgb(  0, 158, 115)"] { color: var(--c2); }
}
* { box-sizing: border-box; }
:lang(zh) body, :lang(zh) .plot text {
  font-family: system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC",
    "WenQuanYi Micro Hei", "DejaVu Sans", sans-serif;
}
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif;
  overflow-wrap: break-word;
}
main { max-width: 50rem; margin: 0 auto; padding: 2.5rem 1.25rem 5rem; }
h1 { font-size: clamp(1.7rem, 5vw, 2.5rem); line-height: 1.15; letter-spacing: -0.02em; margin: 0 0 0.75rem; text-wrap: balance; }
h2 { font-size: 1.4rem; line-height: 1.25; letter-spacing: -0.01em; margin: 3.25rem 0 0.75rem; }
h2 .step { color: var(--accent); margin-right: 0.5rem; font-variant-numeric: tabular-nums; }
h3 { font-size: 1.05rem; margin: 0 0 0.35rem; }
p { margin: 0.75rem 0; }
.lead { font-size: 1.15rem; color: var(--quiet); }
.quiet { color: var(--quiet); font-size: 0.92rem; }
pre, code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
pre { background: var(--code); border-radius: 8px; padding: 0.8rem 1rem; margin: 1rem 0; overflow-x: auto; font-size: 0.82rem; line-height: 1.5; }
pre.command { border-left: 3px solid var(--accent); white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.88rem; }
pre.command::before { content: "$ "; color: var(--accent); }
figure { margin: 1.25rem 0; }
figure img { display: block; max-width: 100%; height: auto; margin: 0 auto; border-radius: 8px; }
figcaption { color: var(--quiet); font-size: 0.9rem; margin-top: 0.5rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1rem 1.15rem; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: 1rem; }
.card.plot { padding: 0.5rem 0.25rem; }
.plot svg { display: block; width: 100%; height: auto; }
.live > .plots { touch-action: pan-y; border-radius: 12px; }
.live .plot { position: relative; padding: 0.6rem 0.35rem 0.35rem; }
.live .plot > svg { cursor: crosshair; user-select: none; }
.live text { fill: var(--quiet); font-size: 14px; }
.live .grid { stroke: var(--grid); stroke-width: 0.8; }
.live .cross { stroke: var(--quiet); stroke-dasharray: 3 3; }
.live .chosen { fill: var(--accent); fill-opacity: 0.15; }
.live .line { fill: none; stroke: var(--c); stroke-width: 2.2; stroke-linejoin: round; }
.live .line.dashed { stroke-dasharray: 9 5; }
.live .dot { fill: var(--c); }
.live .head { padding: 0 0.6rem; line-height: 1.4; }
.live .head strong { margin-right: 0.75rem; }
.live .head small { color: var(--quiet); margin-right: 0.75rem; display: inline-block; }
.c0 { --c: var(--c0); } .c1 { --c: var(--c1); } .c2 { --c: var(--c2); } .c3 { --c: var(--c3); } .c4 { --c: var(--c4); }
.c5 { --c: var(--c5); } .cx { --c: var(--quiet); }
.swatch { display: inline-block; width: 1.3rem; margin-right: 0.45rem; border-top: 3px solid var(--c); vertical-align: middle; }
.swatch.dashed { border-top-style: dashed; }
.tip { position: absolute; width: max-content; max-width: 100%; top: 2.6rem; z-index: 1; pointer-events: none; padding: 0.4rem 0.7rem; border-radius: 8px; background: var(--card); border: 1px solid var(--line); box-shadow: 0 2px 10px rgba(0, 0, 0, 0.18); font-size: 0.85rem; line-height: 1.5; overflow-wrap: anywhere; }
.tip.low { top: auto; bottom: 3.4rem; }
.tip small { float: right; margin-left: 1.5rem; color: var(--quiet); }
.tip div { display: flex; align-items: center; }
.tip b { white-space: nowrap; margin-left: auto; padding-left: 0.9rem; font-variant-numeric: tabular-nums; }
.chips, .chips > div { display: flex; flex-wrap: wrap; gap: 0.4rem; }
.chips { justify-content: space-between; margin-bottom: 0.75rem; }
.chip { font: inherit; font-size: 0.85rem; line-height: 1.4; color: var(--text); background: none; border: 1px solid var(--line); border-radius: 999px; padding: 0.2rem 0.75rem; cursor: pointer; }
.chip[aria-pressed="true"] { background: var(--card); border-color: var(--accent); }
.chip[aria-pressed="false"] { color: var(--quiet); text-decoration: line-through; }
.chips > div + div .chip[aria-pressed="false"] { text-decoration: none; }
.chip[hidden], .tip[hidden] { display: none; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media screen { .enhanced > .still { display: none; } }
.confusion td button { font: inherit; color: inherit; text-align: inherit; background: none; border: 0; padding: 0; }
.confusion.enhanced td button { cursor: pointer; text-decoration: underline; text-decoration-color: var(--accent); text-underline-offset: 0.25em; }
table.matrix td:not(:first-child):has(button) { padding: 0; }
table.matrix th:first-child, table.matrix td:first-child { position: sticky; left: 0; background: var(--ground); }
table.matrix.tall th:not(:first-child) { vertical-align: bottom; max-width: none; padding: 0.35rem 0.25rem; }
table.matrix.tall th span { display: inline-block; writing-mode: vertical-rl; transform: rotate(180deg); max-height: 10rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
table.matrix td button { width: 100%; padding: 0.35rem 0.6rem; }
.confusion button[aria-expanded="true"] { outline: 2px solid var(--accent); border-radius: 4px; }
svg.matrix { display: block; width: 100%; max-width: 32rem; background: var(--card); border: 1px solid var(--line); shape-rendering: crispEdges; }
svg.matrix .right { fill: var(--accent); } svg.matrix .wrong { fill: var(--bad); }
svg.matrix [aria-expanded] { cursor: pointer; }
svg.matrix [aria-expanded="true"] { stroke: var(--text); stroke-width: 0.25; }
.enhanced > .cells > summary, .enhanced > .cells > details:not([open]) { display: none; }
.evaluated { display: grid; grid-template-columns: repeat(auto-fill, minmax(6.25rem, 1fr)); gap: 1rem 0.75rem; margin: 0.75rem 0 1.5rem; }
.evaluated figure { margin: 0; min-width: 0; }
.evaluated img { width: 100%; border-radius: 6px; }
.evaluated figcaption { font-size: 0.78rem; line-height: 1.35; margin-top: 0.3rem; color: var(--text); overflow-wrap: anywhere; }
.evaluated bdi { display: block; color: var(--quiet); }
.evaluated .good { color: var(--good); font-weight: 600; } .evaluated .bad { color: var(--bad); font-weight: 600; }
.network small { color: var(--quiet); margin-left: 0.25rem; }
tfoot td { font-weight: 600; border-bottom: 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: 0.75rem; margin: 1.5rem 0; padding: 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 0.75rem 1rem; }
.tile dt { color: var(--quiet); font-size: 0.85rem; }
.tile dd { margin: 0; font-size: 1.45rem; line-height: 1.3; font-variant-numeric: tabular-nums; letter-spacing: -0.01em; }
.tile small { display: block; color: var(--quiet); font-size: 0.8rem; letter-spacing: 0; }
.finding { border-left: 4px solid var(--accent); margin: 1rem 0; }
.finding p { margin: 0.35rem 0; }
.finding pre { margin: 0.6rem 0 0.1rem; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-size: 0.92rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 0.35rem 0.6rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { color: var(--quiet); font-weight: 600; font-size: 0.85rem; }
th:first-child, td:first-child { text-align: left; }
th, td:first-child { white-space: normal; max-width: 11rem; overflow-wrap: break-word; }
td:first-child { min-width: 3.5rem; }
table.facts td { text-align: left; white-space: normal; overflow-wrap: anywhere; vertical-align: top; }
table.facts td:first-child { color: var(--quiet); white-space: nowrap; width: 1%; }
td.right { font-weight: 600; }
details { margin: 1rem 0; }
summary { cursor: pointer; color: var(--accent); }
.answers { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: 1rem; margin: 1.25rem 0; }
.answer { margin: 0; }
.answer img { width: 100%; border-radius: 8px; }
.answer figcaption { line-height: 1.35; }
.answer .good { color: var(--good); font-weight: 600; }
.answer .bad { color: var(--bad); font-weight: 600; }
.wall { display: grid; grid-template-columns: repeat(auto-fill, minmax(5.25rem, 1fr)); gap: 4px; margin: 0.5rem 0 1.75rem; }
.wall img { display: block; width: 100%; height: auto; border-radius: 4px; }
.facts-row { display: grid; grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr)); gap: 0.75rem; margin: 0.5rem 0 1.5rem; }
.turned { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 14rem), 1fr)); gap: 0.75rem; margin: 0.5rem 0 1.5rem; }
.card.facts-row { margin: 0; }
.plots + h3 { margin-top: 1.5rem; }
.facts-row figure, .turned figure { margin: 0; min-width: 0; }
.facts-row figure img { width: 100%; }
.facts-row figcaption, .turned figcaption { font-size: 0.8rem; line-height: 1.35; overflow-wrap: anywhere; }
.turned figure img { display: inline-block; vertical-align: middle; width: calc(50% - 1rem); max-width: 96px; }
.turned figure span { display: inline-block; width: 1.5rem; text-align: center; color: var(--quiet); }
ul { padding-left: 1.25rem; }
li { margin: 0.3rem 0; }
footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--quiet); font-size: 0.88rem; }
@media (max-width: 30rem) { table { font-size: 0.86rem; } th, td { padding: 0.35rem 0.4rem; } }
@media print { :root { color-scheme: light; } .live { display: none; } body { background: #fff; } .card, .tile { break-inside: avoid; } }
)css";

}  // namespace margay::pages
