"use strict";
const byId = (id) => document.getElementById(id);
let token = "";
let shown = null;          // the job that is watched
let watching = null;       // its AbortController
let points = [];

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

async function ask(method, path, body, headers) {
  const response = await fetch(path, {
    method, body: body === undefined ? undefined : JSON.stringify(body),
    headers: Object.assign({ Authorization: "Bearer " + token, "Dlfix-Client": "page" },
      body === undefined ? {} : { "Content-Type": "application/json" }, headers || {}),
  });
  if (!response.ok) {
    const problem = await response.json().catch(() => ({ detail: response.statusText }));
    throw Object.assign(new Error(problem.detail), { status: response.status, line: problem.line });
  }
  return response;
}
const get = async (path) => (await ask("GET", path)).json();

function say(error) { byId("problem").textContent = error ? error.message : ""; }

async function signIn() {
  try {
    const version = await get("/v1/version");
    sessionStorage.setItem("token", token);
    byId("server").textContent = "version " + version.version + (version.allow_run ? "" : ", reads programs and does not run them");
    byId("root").textContent = version.root;
    byId("repair").disabled = !version.allow_run;
    byId("repair").title = version.allow_run ? "" : "The server has to be started with --allow-run";
    byId("sign-in").hidden = true;
    byId("work").hidden = false;
    byId("technique").replaceChildren(...(await get("/v1/techniques")).repair.map(
      ({ name, description }) => element("option", { value: name, title: description }, name)));
    await listJobs();
  } catch (error) {
    byId("sign-in").hidden = false;
    byId("sign-in-problem").textContent = token ? error.message : "";
    byId("token").focus();
  }
}

// Findings

async function look(path) {
  const answer = await (await ask("POST", "/v1/localise", { path })).json();
  const list = byId("findings");
  list.replaceChildren();
  for (const finding of answer.diagnostics) {
    const fix = answer.fixes.find((candidate) => candidate.finding === finding.data.finding);
    const [title, ...rest] = finding.message.split("\n");
    const item = element("li", {}, element("strong", {}, "line " + (finding.range.start.line + 1) + ": " + finding.code + " "), title);
    if (rest.length) item.append(element("p", {}, rest.join("\n")));
    if (fix) item.append(element("p", {}, "Proposed: " + fix.title));
    list.append(item);
  }
  if (!answer.diagnostics.length) list.append(element("li", {}, "No fault found in the text. A repair finds more."));
  showSource(answer);
}

function showSource(answer) {
  const codes = new Map();
  for (const finding of answer.diagnostics) {
    const line = finding.range.start.line;
    codes.set(line, (codes.get(line) ? codes.get(line) + " " : "") + finding.code);
  }
  const pre = byId("source");
  pre.replaceChildren();
  (answer.source || "").split("\n").forEach((text, line) => {
    const attributes = codes.has(line) ? { class: "found", title: codes.get(line) } : {};
    pre.append(element("span", attributes, String(line + 1).padStart(4) + "  " + text + (codes.has(line) ? "    \u25c0 " + codes.get(line) : "")));
  });
  pre.hidden = !answer.source;
}

// Jobs

async function listJobs() {
  const { jobs } = await get("/v1/jobs");
  const body = byId("jobs").tBodies[0];
  body.replaceChildren();
  byId("no-jobs").hidden = jobs.length > 0;
  for (const job of jobs) {
    const name = decodeURIComponent(job.uri.split("/").pop());
    const open = element("button", { type: "button", "aria-label": "Show job of " + name }, name);
    open.addEventListener("click", () => watch(job.id));
    body.append(element("tr", {}, element("td", {}, open), element("td", {}, job.kind), element("td", {}, job.status),
      element("td", {}, job.outcome || ""), element("td", {}, new Date(job.created * 1000).toLocaleString())));
    byId("known").append(element("option", { value: name }));
  }
  await compare(jobs);
}

// Comparison

const COMPARED = 40;       // repairs that are looked at, the newest
const COLUMNS = [["technique", false], ["budget", false], ["outcome", false], ["as it is", true], ["patched", true],
  ["p", true], ["changes", true], ["trainings", true], ["seconds", true]];
const finished = new Map(); // id -> job with its result, which stays as it is

async function compare(jobs) {
  const repairs = jobs.filter((job) => job.kind === "repair" && job.status === "done").slice(0, COMPARED);
  for (const job of repairs) {
    if (!finished.has(job.id)) finished.set(job.id, await get("/v1/jobs/" + job.id));
  }
  const programs = new Map();
  for (const job of repairs) programs.set(job.uri, [...(programs.get(job.uri) || []), finished.get(job.id)]);
  const tables = [...programs].filter(([, ended]) => ended.length > 1).map(([uri, ended]) => comparisonTable(uri, ended));
  byId("comparison").hidden = !tables.length;
  byId("comparison-note").after(...tables);
  byId("comparison").querySelectorAll(".scroll").forEach((old) => tables.includes(old) || old.remove());
}

function comparedValues({ request, result, started, finished: ended }) {
  const mean = (arm) => (arm && typeof arm.mean === "number" ? arm.mean : null);
  return [result.technique, request.budget || String(result.budget ?? ""), result.outcome, mean(result.faulty),
    mean(result.patched), result.p_value ?? null, Object.keys(result.config || {}).length,
    result.cost ? result.cost.trainings : null, result.cost ? result.cost.seconds : ended - started];
}

function comparisonTable(uri, jobs) {
  const name = decodeURIComponent(uri.split("/").pop());
  const { metric, higher_is_better: higher } = jobs[0].result;
  const rows = jobs.map(comparedValues);
  const patched = rows.map((row) => row[4]).filter((value) => value !== null);
  const best = patched.length ? (higher ? Math.max : Math.min)(...patched) : null;
  const body = element("tbody", {});
  for (const row of rows) {
    body.append(element("tr", {}, ...row.map((value, column) => {
      const kind = (COLUMNS[column][1] ? "number" : "") + (column === 4 && value !== null && value === best ? " best" : "");
      const text = value === null ? "\u2013" : typeof value === "number" && !Number.isInteger(value) ? value.toPrecision(4) : String(value);
      return element("td", { class: kind.trim() }, text);
    })));
  }
  const table = element("table", {}, element("caption", {}, name + ", " + metric + (higher ? ", higher is better" : ", lower is better")));
  table.append(element("thead", {}, element("tr", {}, ...COLUMNS.map(([title], column) => {
    const sort = element("button", { type: "button" }, title);
    sort.addEventListener("click", () => sortBy(table, column));
    return element("th", { scope: "col", class: COLUMNS[column][1] ? "number" : "" }, sort);
  }))), body);
  return element("div", { class: "scroll" }, table);
}

function sortBy(table, column) {
  const headings = [...table.tHead.rows[0].cells];
  const down = headings[column].getAttribute("aria-sort") === "ascending";
  headings.forEach((heading) => heading.removeAttribute("aria-sort"));
  headings[column].setAttribute("aria-sort", down ? "descending" : "ascending");
  const key = (row) => row.cells[column].textContent;
  const rows = [...table.tBodies[0].rows].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (x === "\u2013" || y === "\u2013") return (x === "\u2013") - (y === "\u2013");   // what is not known comes last
    const order = COLUMNS[column][1] ? Number(x) - Number(y) : x.localeCompare(y);
    return down ? -order : order;
  });
  table.tBodies[0].append(...rows);
}

function drawCurve() {
  const svg = byId("curve");
  const last = points.length ? points[points.length - 1].at : 1;
  const place = (point) => (20 + 570 * point.at / Math.max(last, 1)).toFixed(1) + "," + (140 - 100 * point.done).toFixed(1);
  const make = (name, attributes, text) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text) made.textContent = text;
    return made;
  };
  const parts = [make("line", { x1: 20, y1: 140, x2: 590, y2: 140 }), make("text", { x: 540, y: 155 }, last.toFixed(0) + " s")];
  const rows = [0, 0, 0];      // where the last name of each row ends, so that names do not lie on each other
  const nameAt = (point) => {
    const x = Number(place(point).split(",")[0]);
    const row = Math.max(0, rows.findIndex((end) => end <= x));
    rows[row] = x + 8 * point.phase.length;
    return make("text", { x, y: 12 + 12 * row }, point.phase);
  };
  let phase = [];
  for (const point of points) {
    if (phase.length && phase[0].phase !== point.phase) {
      parts.push(make("polyline", { points: phase.map(place).join(" ") }));
      phase = [];
    }
    if (!phase.length) parts.push(nameAt(point));
    phase.push(point);
  }
  if (phase.length) parts.push(make("polyline", { points: phase.map(place).join(" ") }));
  svg.replaceChildren(...parts);
}

function onEvent(type, data) {
  if (type === "phase") points.push({ at: data.at || 0, done: 0, phase: data.name });
  if (type === "progress") {
    byId("bar").value = data.done;
    points.push({ at: data.at || 0, done: data.done, phase: data.phase });
    const left = data.left_seconds ? ", about " + Math.round(data.left_seconds) + " s left" : "";
    byId("job-status").textContent = data.phase + ": " + Math.round(100 * data.done) + " %, " + data.trainings + " trainings" + left;
  } else {
    const text = data.text || (data.name ? data.name + ": " + data.what : "");
    byId("log").append(element("li", {}, type + (text ? ": " + text : "")));
    if (type !== "note" && type !== "detail") byId("job-status").textContent = data.name ? data.name + ": " + data.what : type;
  }
  drawCurve();
}

async function readEvents(id, signal) {
  let last = 0;
  for (;;) {
    const response = await fetch("/v1/jobs/" + id + "/events", { signal,
      headers: { Authorization: "Bearer " + token, "Last-Event-ID": String(last) } });
    if (response.status === 204 || !response.ok) return;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let waiting = "";
    for (;;) {
      const { value, done } = await reader.read().catch(() => ({ done: true }));
      if (done) break;
      waiting += value;
      let end;
      while ((end = waiting.indexOf("\n\n")) >= 0) {
        const fields = Object.fromEntries(waiting.slice(0, end).split("\n").filter((line) => !line.startsWith(":")).map((line) => [line.slice(0, line.indexOf(": ")), line.slice(line.indexOf(": ") + 2)]));
        waiting = waiting.slice(end + 2);
        if (!fields.id) continue;
        last = Number(fields.id);
        onEvent(fields.event, JSON.parse(fields.data));
      }
    }
    if (signal.aborted) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function figureRow(name, arm) {
  const number = (value) => (typeof value === "number" ? value.toPrecision(4) : "");
  return element("tr", {}, element("th", { scope: "row" }, name), element("td", { class: "number" }, number(arm.mean)),
    element("td", { class: "number" }, number(arm.sd)), element("td", { class: "number" }, String((arm.values || []).length)));
}

function showResult(job) {
  const result = job.result;
  byId("result").hidden = !result || !result.verdict;
  if (job.problem) byId("log").append(element("li", {}, job.problem.detail));
  if (byId("result").hidden) return;
  byId("verdict").textContent = result.outcome + ": " + result.verdict;
  const head = element("tr", {});
  for (const title of ["Program", result.metric, "deviation", "trainings"]) head.append(element("th", { scope: "col", class: title === "Program" ? "" : "number" }, title));
  byId("figures").tHead.replaceChildren(head);
  byId("figures").tBodies[0].replaceChildren(...[["as it is", result.faulty], ["patched", result.patched]].filter((row) => row[1]).map((row) => figureRow(...row)));
  const diff = byId("diff");
  diff.replaceChildren();
  for (const line of (result.diff || "").split("\n")) {
    const kind = line.startsWith("@@") || line.startsWith("---") || line.startsWith("+++") ? "at" : line.startsWith("+") ? "add" : line.startsWith("-") ? "del" : "same";
    diff.append(element("span", { class: kind }, line));
  }
  diff.hidden = byId("download").hidden = !result.diff;
}

async function watch(id) {
  if (watching) watching.abort();
  watching = new AbortController();
  shown = id;
  points = [];
  byId("log").replaceChildren();
  byId("job").hidden = false;
  byId("result").hidden = true;
  byId("cancel").hidden = false;
  byId("bar").value = 0;
  byId("job-title").textContent = "Job " + id.slice(0, 8);
  const { signal } = watching;
  await readEvents(id, signal).catch(() => undefined);
  if (signal.aborted) return;
  const job = await get("/v1/jobs/" + id);
  byId("job-status").textContent = job.status + (job.outcome ? ": " + job.outcome : "");
  byId("cancel").hidden = true;
  byId("bar").value = 1;
  showResult(job);
  await listJobs();
}

async function repair(path) {
  const job = await (await ask("POST", "/v1/repair", { path, budget: byId("budget").value, technique: byId("technique").value })).json();
  listJobs();
  watch(job.id).catch(say);
}

byId("program").addEventListener("submit", async (event) => {
  event.preventDefault();
  say(null);
  const path = byId("path").value;
  const action = event.submitter ? event.submitter.value : "look";
  await (action === "repair" ? repair(path) : look(path)).catch(say);
});
byId("cancel").addEventListener("click", () => ask("POST", "/v1/jobs/" + shown + "/cancel").catch(say));
byId("download").addEventListener("click", async () => {
  const text = await (await ask("GET", "/v1/report/" + shown + "?format=diff")).text();
  const link = element("a", { href: URL.createObjectURL(new Blob([text])), download: "patch.diff" });
  link.click();
  URL.revokeObjectURL(link.href);
});
byId("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  token = byId("token").value.trim();
  signIn();
});

const given = new URLSearchParams(location.hash.slice(1)).get("token");
if (given) history.replaceState(null, "", "/");      // not kept in the history
token = given || sessionStorage.getItem("token") || "";
signIn();
