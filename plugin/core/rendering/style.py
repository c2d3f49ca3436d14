"""How a page looks: on light and dark screens, narrow and wide, and on paper."""

from __future__ import annotations

CSS = """
:root { color-scheme: light dark; --ink: #1d2433; --soft: #566072; --paper: #fff }
:root { --line: #d5dae3; --fill: #f4f6fa; --mark: #14539a }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ef; --soft: #a3acbd; --paper: #161a22; --line: #39414f; --fill: #1f2530; --mark: #8ab8f0 }
}
* { box-sizing: border-box }
body { margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.55 system-ui, sans-serif }
main, header, nav { max-width: 62rem; margin: 0 auto; padding: 0 1.5rem }
main { padding-bottom: 4rem }
header { padding-top: 2.5rem }
h1 { margin: 0; font-size: 2.1rem; line-height: 1.2 }
h2 { margin: 3rem 0 .75rem; padding-bottom: .3rem; border-bottom: 2px solid var(--line); font-size: 1.5rem }
h3 { margin: 2rem 0 .5rem; font-size: 1.12rem }
p { margin: .5rem 0; max-width: 46rem }
.about { color: var(--soft) }
a { color: var(--mark) }
a:focus-visible, .wide:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px }
.skip { position: absolute; left: -99rem }
.skip:focus { position: static }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; list-style: none }
ul { padding-left: 1.25rem; margin: .5rem 0 }
main ul { max-width: 50rem }
li { margin: .2rem 0 }
.wide { overflow-x: auto }
table { width: 100%; border-collapse: collapse; margin: .75rem 0; font-size: .94rem }
caption { text-align: left; color: var(--soft); padding: .25rem 0 }
th, td { text-align: left; vertical-align: top; padding: .45rem .65rem; border: 1px solid var(--line) }
thead th { background: var(--fill) }
td span, th span { display: block; padding-left: .9em; text-indent: -.9em; min-width: 12rem }
td span + span { margin-top: .15rem }
figure { margin: .75rem 0 }
figcaption { color: var(--soft); font-size: .9rem }
pre { margin: .25rem 0 0; padding: .8rem 1rem; border: 1px solid var(--line); border-left: 4px solid var(--mark) }
pre { background: var(--fill); font: inherit; white-space: pre-wrap; overflow-wrap: anywhere }
.flow { max-width: 100%; height: auto; font: 15px system-ui, sans-serif }
.flow text { fill: var(--ink) }
.flow .first { font-weight: 600 }
.flow .beside { fill: var(--soft); font-size: 14px }
.flow .box { fill: var(--fill); stroke: var(--mark); stroke-width: 1.5 }
.flow .arrow { fill: none; stroke: var(--soft); stroke-width: 1.5 }
.flow .tip { fill: var(--soft) }
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #444; --paper: #fff; --line: #999; --fill: #f3f3f3; --mark: #000 }
  @page { margin: 18mm 16mm }
  body { font-size: 10.5pt }
  main, header, nav { max-width: none; padding: 0 }
  nav, .skip { display: none }
  h2, h3 { break-after: avoid }
  tr, figure, pre, li { break-inside: avoid }
  .wide { overflow: visible }
  table { font-size: 9pt }
  td span, th span { min-width: 0 }
  thead { display: table-header-group }
}
""".strip()
