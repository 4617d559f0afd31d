// Style sheet: one quiet column, large figures, both colour schemes.
#include "margay/report/page_style.h"

namespace margay::report {

const std::string_view kPageStyle = R"css(
:root {
  color-scheme: light dark;
  --ground: #faf9f6; --card: #ffffff; --text: #22262a; --quiet: #62686e; --line: #e3e0d8;
  --accent: #0b6e75; --code: #f1efe8; --good: #1a7f4b; --bad: #b3401c; --shade: 11, 110, 117;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #15181b; --card: #1d2125; --text: #e7e5e0; --quiet: #a0a6ac; --line: #343a40;
    --accent: #59c3ca; --code: #23282d; --good: #5fd096; --bad: #ff9468; --shade: 89, 195, 202;
  }
  .plot [fill="black"] { fill: var(--text); }
  .plot [stroke="rgb(217, 217, 217)"] { stroke: #3a4047; }
  .plot [fill="rgb(118,118,118)"] { fill: var(--quiet); }
  .plot [fill="rgb(  0, 114, 178)"] { fill: #5db4ee; }
  .plot [stroke="rgb(  0, 114, 178)"] { stroke: #5db4ee; } .plot [color="rgb(  0, 114, 178)"] { color: #5db4ee; }
  .plot [stroke="rgb(213,  94,   0)"] { stroke: #ff8f45; } .plot [color="rgb(213,  94,   0)"] { color: #ff8f45; }
  .plot [stroke="rgb(  0, 158, 115)"] { stroke: #37cfa0; } .plot [color="rgb(  0, 158, 115)"] { color: #37cfa0; }
}
* { box-sizing: border-box; }
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
th, td:first-child { white-space: normal; max-width: 11rem; overflow-wrap: anywhere; }
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
@media print { body { background: #fff; } .card, .tile { break-inside: avoid; } }
)css";

}  // namespace margay::report
