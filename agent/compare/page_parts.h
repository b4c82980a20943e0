// Style and script of the comparison page.
#pragma once

namespace dlfix::agent {

inline constexpr const char* kPageStyle = R"css(
:root{color-scheme:light dark;--line:#8886;--mark:#1f77b4;--fix:#2ca02c;--bad:#d62728}
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;margin:.5rem 0}
th,td{border-bottom:1px solid var(--line);padding:.25rem .6rem;text-align:right;white-space:nowrap}
th:first-child,td:first-child{text-align:left}
th button{all:unset;cursor:pointer;font-weight:600}
th button:focus-visible,input:focus-visible{outline:2px solid var(--mark)}
th[aria-sort=ascending] button::after{content:" \25b2"}
th[aria-sort=descending] button::after{content:" \25bc"}
td.best{font-weight:700}
.scroll{overflow-x:auto}
figure{display:inline-block;margin:.5rem 1rem .5rem 0;vertical-align:top}
figcaption{font-size:.9rem}
svg text{fill:currentColor;font:11px system-ui,sans-serif}
.quiet{opacity:.75}
@media print{input{display:none}body{max-width:none;margin:0}figure{break-inside:avoid}}
)css";

inline constexpr const char* kPageScript = R"js(
const number = cell => { const v = parseFloat(cell.dataset.value ?? cell.textContent); return isNaN(v) ? null : v; };
document.querySelectorAll('table.sortable').forEach(table => {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => head.querySelector('button').addEventListener('click', () => {
    const up = head.getAttribute('aria-sort') !== 'ascending';
    heads.forEach(other => other.removeAttribute('aria-sort'));
    head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
    const rows = [...table.tBodies[0].rows];
    const key = row => number(row.cells[column]) ?? row.cells[column].textContent;
    rows.sort((a, b) => {
      const x = key(a), y = key(b);
      const order = typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y));
      return up ? order : -order;
    });
    table.tBodies[0].append(...rows);
  }));
});
document.getElementById('filter')?.addEventListener('input', event => {
  const word = event.target.value.toLowerCase();
  document.querySelectorAll('[data-program]').forEach(part => {
    part.hidden = !part.dataset.program.toLowerCase().includes(word);
  });
});
)js";

}  // namespace dlfix::agent
