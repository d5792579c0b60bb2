/** How the report looks: on paper, on light and on dark screens. */

/** Every pair of text and ground has a contrast of 4.5 to 1 or more. */
export const STYLE = `
:root { color-scheme: light dark; --ground: #fff; --ink: #1b1f24; --quiet: #57606a; --line: #d0d7de;
  --good: #1a7f52; --bad: #c4232d; --unsure: #8a5a00; --dark: #3f4a56; --light: #9aa7b4; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14181d; --ink: #e6e9ec; --quiet: #a3adb8; --line: #333c46;
    --good: #4cc38a; --bad: #ff7b7f; --unsure: #e3b341; --dark: #c3ccd5; --light: #6b7886; } }
@media print {
  :root { --ground: #fff; --ink: #000; --quiet: #444; --line: #bbb; --good: #1a7f52; --bad: #c4232d;
    --unsure: #8a5a00; --dark: #3f4a56; --light: #9aa7b4; }
  body { font-size: 10pt; } figure, tr, .anomaly { break-inside: avoid; } h2, h3 { break-after: avoid; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1rem 4rem; max-width: 72rem; background: var(--ground);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { margin: 3rem 0 .5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { margin: 1.5rem 0 .25rem; }
p { margin: .25rem 0 .75rem; max-width: 46rem; }
small, .quiet, figcaption small { color: var(--quiet); font-size: .85em; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 1rem 0; }
caption { text-align: left; color: var(--quiet); padding-bottom: .5rem; }
th, td { padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); text-align: right;
  white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
thead th { color: var(--quiet); font-weight: 500; vertical-align: bottom; white-space: normal; }
tbody th { font-weight: 600; }
.words td { text-align: left; white-space: normal; }
a { color: inherit; }
.verdict { font-weight: 700; }
.ok { color: var(--good); } .violation, .wrong { color: var(--bad); } .inconclusive { color: var(--unsure); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1.5rem; }
figure { margin: 0; } figcaption { font-size: .9rem; }
svg { display: block; width: 100%; height: auto; font: 12px system-ui, sans-serif; fill: var(--ink); }
.tick { fill: var(--quiet); } .grid { stroke: var(--line); } .axis { stroke: var(--quiet); }
.good { fill: var(--good); } .bad { fill: var(--bad); } .dark { fill: var(--dark); }
.light { fill: var(--light); } .open { opacity: .5; }
.span { stroke: var(--light); stroke-width: 3; }
.ring { fill: var(--ground); stroke: var(--dark); stroke-width: 2; }
.capacity { fill: none; stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 6 3; }
.anomaly { border-left: 3px solid var(--bad); padding-left: 1rem; margin: 1.5rem 0; max-width: 46rem; }
details { margin: .5rem 0; } summary { cursor: pointer; } ol { font-size: .9rem; }
ul { color: var(--quiet); font-size: .9rem; }
`
