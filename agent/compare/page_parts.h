// Style and script of the comparison page.
#pragma once

namespace dlfix::agent {

// Colours of techniques: Okabe and Ito's, darker on white and lighter on black, so that each keeps
// a contrast of three to one.
inline constexpr const char* kPageStyle = R"css(
:root{color-scheme:light dark;--ink:#1b1b1b;--paper:#fff;--soft:#595959;--line:#d0d0d0;--head:#f3f3f3;--focus:#0b57d0;--bad:#c02020;--good:#1a7f37;
--c0:#0072b2;--c1:#b85c00;--c2:#00795a;--c3:#b04a8f;--c4:#2f7fb8;--c5:#8a6d00;--c6:#6a4fc4;--c7:#7a5230}
@media (prefers-color-scheme:dark){:root{--ink:#e8e8e8;--paper:#151515;--soft:#b0b0b0;--line:#444;--head:#222;--focus:#8ab4f8;--bad:#ff7b72;--good:#56d364;
--c0:#56b4e9;--c1:#f0a040;--c2:#2fc79a;--c3:#e58cc4;--c4:#8ecbff;--c5:#e0cc40;--c6:#b39ddb;--c7:#d2a679}}
*{box-sizing:border-box}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:1.5rem auto;max-width:100rem;padding:0 1.25rem}
h1{font-size:1.6rem;margin:.5rem 0}h2{font-size:1.25rem;margin:2rem 0 .5rem}h3{font-size:1.1rem;margin:1.75rem 0 .5rem;padding-top:.75rem;border-top:1px solid var(--line)}
h3 small,caption{font-weight:400;color:var(--soft)}
a{color:inherit}
p{max-width:60rem}
.skip{position:absolute;left:-999rem}.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.25rem .5rem}
table{border-collapse:collapse;margin:.25rem 0 .5rem;font-variant-numeric:tabular-nums}
caption{text-align:left;font-size:.85rem;padding:.1rem 0}
th,td{border-bottom:1px solid var(--line);padding:.25rem .5rem;text-align:right;white-space:nowrap;vertical-align:top}
th:first-child,td:first-child{text-align:left}
thead th{background:var(--head);vertical-align:bottom;white-space:normal;min-width:5.5rem}
tbody th{font-weight:600;position:sticky;left:0;background:var(--paper)}
tbody tr:hover,tbody tr:hover th{background:var(--head)}
th button{all:unset;cursor:pointer;font-weight:600;display:inline-block}
th button::after{content:"\2195";opacity:.35;padding-left:.25em}
th[aria-sort=ascending] button::after{content:"\25b2";opacity:1}
th[aria-sort=descending] button::after{content:"\25bc";opacity:1}
:focus-visible,th button:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
td.best{font-weight:700}td.best small,td small{font-weight:400;color:var(--soft)}
.scroll{overflow-x:auto;max-width:100%}
#filters{display:flex;gap:1rem 2rem;flex-wrap:wrap;align-items:end}
#filters input[type=search]{font:inherit;padding:.25rem .5rem;min-width:16rem;display:block}
fieldset{border:1px solid var(--line);border-radius:4px;padding:.1rem .75rem .4rem}
fieldset label{margin-right:.9rem;white-space:nowrap}
fieldset i{display:inline-block;width:.7em;height:.7em;border-radius:50%;margin-right:.15em}
#said{min-height:1.5em;color:var(--soft);margin:.5rem 0}
[hidden],.off{display:none!important}
section{content-visibility:auto;contain-intrinsic-size:auto 60rem}
.figures{display:flex;flex-wrap:wrap;gap:.5rem 2rem;align-items:start}
figure{margin:.5rem 0;max-width:100%;display:inline-block;vertical-align:top}
.figures>.wide{flex-basis:100%}
figcaption{font-size:.85rem;color:var(--soft);max-width:29rem;margin-bottom:.25rem}
.plot{max-width:100%;height:auto}
.plot text{fill:currentColor;font:11px system-ui,sans-serif}
.plot .grid{stroke:var(--line)}
.plot .line{stroke:currentColor;fill:none;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}
.plot .thick{stroke-width:3;stroke-linecap:butt}
.plot .dashed{stroke-dasharray:5 4}
.plot .box{fill:currentColor;fill-opacity:.18;stroke:currentColor;stroke-width:1.4}
.plot .mark{stroke:currentColor;stroke-dasharray:4 3;stroke-width:1.5}
.plot circle{fill:currentColor}
.plot .cloud circle{fill-opacity:.5;stroke:currentColor;stroke-opacity:.8}
.wide svg text{paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}
.legend{list-style:none;margin:.1rem 0;padding:0;font-size:.8rem;max-width:29rem;display:flex;flex-wrap:wrap;gap:.1rem 1rem}
.legend i{display:inline-block;width:1.4em;margin-right:.35em;vertical-align:middle}
summary{cursor:pointer;margin:.25rem 0}
@media print{
@page{size:A4 landscape;margin:12mm}
:root{color-scheme:light;--ink:#000;--paper:#fff;--soft:#444;--line:#bbb;--head:#eee;--bad:#c02020;--good:#1a7f37;
--c0:#0072b2;--c1:#b85c00;--c2:#00795a;--c3:#b04a8f;--c4:#2f7fb8;--c5:#8a6d00;--c6:#6a4fc4;--c7:#7a5230}
body{max-width:none;margin:0;padding:0;font-size:9pt}
#filters,#said,.skip,th button::after{display:none}
.scroll{overflow:visible}
.figures{display:block}figure{margin-right:1.5rem}
section{content-visibility:visible}
tbody th{position:static}
th,td{padding:.1rem .3rem;font-size:7.5pt}thead th{min-width:0;max-width:18mm}
thead{display:table-header-group}
tr,figure,h2,h3{break-inside:avoid}h2,h3{break-after:avoid}
svg{max-width:100%;height:auto}.figures .plot{width:100mm}
}
)css";

inline constexpr const char* kPageScript = R"js(
'use strict';
const said = document.getElementById('said');
const absent = '–';

function keyOf(row, column) {
  const cell = row.cells[column], text = cell.dataset.value ?? cell.textContent.trim();
  if (text === '' || text === absent) return null;
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}
function order(x, y) {
  return typeof x === 'number' && typeof y === 'number' ? x - y
    : String(x).localeCompare(String(y), 'en', {numeric: true});
}
function sortBy(table, column) {
  const heads = [...table.tHead.rows[0].cells], head = heads[column];
  const up = head.getAttribute('aria-sort') !== 'ascending';
  heads.forEach(other => other.removeAttribute('aria-sort'));
  head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
  const rows = [...table.tBodies[0].rows].map(row => [keyOf(row, column), row]);
  // What has no value comes last either way.
  rows.sort(([x], [y]) => x === null || y === null ? (x === null) - (y === null)
    : up ? order(x, y) : order(y, x));
  table.tBodies[0].append(...rows.map(([, row]) => row));
  said.textContent = `${table.caption.textContent}: by ${head.textContent}, ${up ? 'ascending' : 'descending'}`;
}
document.querySelectorAll('table.sortable').forEach(table =>
  [...table.tHead.rows[0].cells].forEach((head, column) =>
    head.querySelector('button').addEventListener('click', () => sortBy(table, column))));

const wordsOf = new Map();
document.querySelectorAll('[data-program]').forEach(part => {
  const {program, words = ''} = part.dataset;
  wordsOf.set(program, `${wordsOf.get(program) ?? program.toLowerCase()} ${words.toLowerCase()}`);
});
function filterPrograms(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = new Set([...wordsOf].filter(([, of]) => words.every(word => of.includes(word))).map(([name]) => name));
  document.querySelectorAll('[data-program]').forEach(part => { part.hidden = !shown.has(part.dataset.program); });
  said.textContent = words.length ? `${shown.size} of ${wordsOf.size} programs` : '';
}
document.getElementById('words').addEventListener('input', event => filterPrograms(event.target.value));
document.getElementById('filters').addEventListener('submit', event => event.preventDefault());
document.querySelectorAll('#filters input[type=checkbox]').forEach(box => box.addEventListener('change', () => {
  document.querySelectorAll(`[data-technique="${box.value}"]`).forEach(part => part.classList.toggle('off', !box.checked));
}));

// On paper graphs are shown; the lists of patches stay as the reader left them.
let closed = [];
addEventListener('beforeprint', () => {
  closed = [...document.querySelectorAll('details.wide:not([open])')];
  closed.forEach(part => { part.open = true; });
});
addEventListener('afterprint', () => closed.forEach(part => { part.open = false; }));
)js";

}  // namespace dlfix::agent
