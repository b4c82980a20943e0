// The extension as VS Code runs it, in a VS Code that is not there (fakeVscode.ts). What answers is a scripted
// server, and where there is one the real dlfix-agent through the real language client.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ExtensionContext } from "vscode";
import { activate, deactivate } from "../src/extension";
import { runFileName } from "../src/runFile";
import { BINARY, environmentIn, program, SOURCE, temporary, TRAINER, until } from "./dlfix";
import { fake, Range, TextEdit, Uri, type FakeDocument } from "./fakeVscode";
import { json, problem, Scripted } from "./scripted";

const manifest = JSON.parse(fs.readFileSync(path.join(__dirname, "../package.json"), "utf8"));
const environment = { ...process.env };
const TOKEN = "0123456789abcdef".repeat(4);
const ID = "0123456789abcdef01234567";

let folder: string;
let root: string;
let context: { subscriptions: { dispose(): unknown }[]; extensionPath: string };

beforeEach(() => {
  fake.reset();
  folder = temporary();
  root = path.join(folder, "project");
  fs.mkdirSync(root);
  fake.folders = [{ uri: Uri.file(root), name: "project", index: 0 }];
  context = { subscriptions: [], extensionPath: folder };
  Object.assign(process.env, environmentIn(folder));
});

afterEach(async () => {
  await deactivate();
  context.subscriptions.forEach((one) => one.dispose());
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
  fs.rmSync(folder, { recursive: true, force: true });
});

async function begin(settings: Record<string, unknown>): Promise<void> {
  fake.settings = settings;
  await activate(context as unknown as ExtensionContext);
}

function open(name: string, text: string): FakeDocument {
  const file = path.join(root, name);
  fs.writeFileSync(file, text);
  return fake.open(Uri.file(file), text);
}

const run = (name: string, ...words: unknown[]) => Promise.resolve(fake.commands.get(name)?.(...words));
const executed = (name: string) => fake.executed.filter((one) => one.name === name);

describe("activation", () => {
  it("registers what package.json offers", async () => {
    await begin({ executable: "/nosuch/dlfix-agent" });
    const offered = manifest.contributes.commands.map(({ command }: { command: string }) => command);
    expect([...fake.commands.keys()].sort()).toEqual(offered.sort());
    expect(fake.contentProviders.has("dlfix-proposal")).toBe(true);
  });

  it.each(["lsp", "server"])("says once what helps where dlfix-agent is missing (%s)", async (mode) => {
    fake.choose = ({ choices }) => choices[0];
    await begin({ mode, executable: "/nosuch/dlfix-agent", "server.start": true, debounce: 0 });
    const document = open("model.py", "import keras\n");
    await until(() => fake.message("/nosuch/dlfix-agent"));
    fake.edit(document, [new TextEdit(new Range(0, 0, 0, 0), "# x\n")]);
    await until(() => mode === "lsp" || fake.log.filter((line) => line.includes("/nosuch")).length > 1);
    expect(fake.messages).toHaveLength(1);
    expect(fake.messages[0]).toMatchObject({ kind: "error", choices: ["Open Settings", "Show the Log"] });
    expect(fake.messages[0]?.text).toContain("dlfix.executable");
    expect(executed("workbench.action.openSettings")).toHaveLength(1);
    expect(fake.statusTexts.at(-1)).toContain("$(warning)");
  });
});

describe("a repair", () => {
  const text = "model = 'softmax'\nmore = 1\n";
  const fixed = "model = 'sigmoid'\nmore = 1\n";
  const verdict = "accuracy 0.99 in place of 0.62 on 114 final rows";
  let server: Scripted;
  let document: FakeDocument;
  let outcome: { status: string; result: object | null; edit: object | null; problem: object | null };
  let uri: string;

  beforeEach(async () => {
    document = open("model.py", text);
    uri = document.uri.toString();
    const edits = [{ range: { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } }, newText: "model = 'sigmoid'\n" }];
    outcome = {
      status: "done",
      result: { outcome: "proven", verdict, faulty: { mean: 0.62 }, patched: { mean: 0.99 } },
      edit: { documentChanges: [{ textDocument: { uri, version: 1 }, edits }] },
      problem: null,
    };
    server = new Scripted(({ path: asked, headers }, response) => {
      if (headers.authorization !== `Bearer ${TOKEN}`) return problem(response, 401, "token_wrong", "wrong token");
      if (asked === "/v1/localise") {
        const range = { start: { line: 0, character: 8 }, end: { line: 0, character: 17 } };
        const diagnostic = { range, severity: 2, code: "ACH", source: "dlfix", message: "softmax", data: { finding: 0 } };
        const fix = { finding: 0, title: "change softmax to sigmoid", edit: outcome.edit };
        return json(response, 200, { version: 1, diagnostics: [diagnostic], fixes: [fix] });
      }
      if (!asked.endsWith("/events")) return json(response, 202, { id: ID, ...outcome });
      const progress = { phase: "search", done: 0.37, trainings: 3 };
      response.end(`id: 1\nevent: progress\ndata: ${JSON.stringify(progress)}\n\nid: 2\nevent: done\ndata: {}\n\n`);
    });
    record(await server.start(), TOKEN);
  });
  afterEach(() => server.stop());

  function record(url: string, token: string): void {
    const runs = path.join(folder, "run/dlfix-agent");
    fs.mkdirSync(runs, { recursive: true, mode: 0o700 });
    const document = { url, token, pid: process.pid, version: "0.1.0", root };
    fs.writeFileSync(path.join(runs, runFileName(root)), JSON.stringify(document), { mode: 0o600 });
  }

  async function repaired(choice?: string): Promise<void> {
    fake.choose = ({ choices }) => choices.find((one) => one === choice);
    await begin({ mode: "server", debounce: 0 });
    await run("dlfix.repairProgram");
  }

  it("shows progress and a diff, and applies the change when told to", async () => {
    await repaired("Apply");
    expect(fake.progress).toEqual(["search: 3 trainings (37 %)"]);
    expect(fake.statusTexts.some((one) => one.includes("repairing 37 %"))).toBe(true);
    expect(fake.statusTexts.at(-1)).toContain("proven 0.62 → 0.99");
    const [left, right, title] = executed("vscode.diff")[0]?.words as [Uri, Uri, string];
    expect([left.toString(), title]).toEqual([uri, "model.py: as it is ↔ proposed"]);
    expect(right.scheme).toBe("dlfix-proposal");
    expect(fake.message("Proven")).toMatchObject({ choices: ["Apply", "Show the Change"] });
    expect(document.text).toBe(fixed);
    await run("dlfix.applyProposal");
    expect(fake.message("no proposed change")).toBeDefined();
  });

  it("leaves the program alone until then", async () => {
    await repaired();
    expect(document.text).toBe(text);
    const [, right] = executed("vscode.diff")[0]?.words as [Uri, Uri];
    expect(fake.contentProviders.get("dlfix-proposal").provideTextDocumentContent(right)).toBe(fixed);
    await run("dlfix.applyProposal", right);
    expect(document.text).toBe(fixed);
  });

  it("is not applied to a program that was changed, until the change is undone", async () => {
    await repaired();
    fake.edit(document, [new TextEdit(new Range(1, 7, 1, 8), "2")]);
    await run("dlfix.applyProposal", document.uri);
    expect(document.text).toContain("softmax");
    expect(fake.message("changed since its repair began")).toMatchObject({ kind: "warning" });
    fake.edit(document, [new TextEdit(new Range(1, 7, 1, 8), "1")]);
    await run("dlfix.applyProposal", document.uri);
    expect(document.text).toBe(fixed);
  });

  it("is not applied to a file that was changed after it was closed", async () => {
    await repaired();
    fake.close(document);
    fake.files.set(uri, text + "# by another editor\n");
    await run("dlfix.applyProposal");
    expect(fake.message("changed since its repair began")).toBeDefined();
  });

  it("says so when the editor takes no change", async () => {
    fake.takesEdits = false;
    await repaired("Apply");
    expect(fake.message("did not take the change")).toMatchObject({ kind: "error" });
    expect(document.text).toBe(text);
  });

  it("whose change is for another version or file is not offered", async () => {
    for (const changed of [{ uri, version: 2 }, { uri: "file:///other.py", version: 1 }]) {
      outcome.edit = { documentChanges: [{ textDocument: changed, edits: [] }] };
      fake.messages = [];
      await repaired("Apply");
      expect(fake.message("The repair failed")).toBeDefined();
      expect(executed("vscode.diff")).toEqual([]);
      await deactivate();
      context.subscriptions.splice(0).forEach((one) => one.dispose());
    }
  });

  it("that proves nothing says its verdict", async () => {
    outcome.result = { outcome: "no_patch", verdict: "nothing better in 14 settings tried" };
    await repaired();
    expect(fake.message("nothing better")).toMatchObject({ kind: "information" });
    expect(fake.statusTexts.at(-1)).toBe("dlfix: no patch");
    expect(executed("vscode.diff")).toEqual([]);
  });

  it("that fails says why, and the token is nowhere", async () => {
    outcome = { status: "failed", result: null, edit: null, problem: { detail: `no memory; token=${TOKEN}` } };
    await repaired();
    expect(fake.message("no memory")).toMatchObject({ kind: "error" });
    expect(JSON.stringify([fake.messages, fake.log, fake.statusTexts])).not.toContain(TOKEN);
  });

  it("with a wrong token says so", async () => {
    record(`http://127.0.0.1:${new URL(JSON.parse(fs.readFileSync(path.join(folder, "run/dlfix-agent", runFileName(root)), "utf8")).url).port}`, "wrong");
    await repaired();
    expect(fake.message("wrong token")).toMatchObject({ kind: "error" });
  });

  it("does not begin in a workspace that is not trusted", async () => {
    fake.trusted = false;
    await repaired("Manage Workspace Trust");
    expect(fake.message("Trust this workspace")).toBeDefined();
    expect(executed("workbench.trust.manage")).toHaveLength(1);
    expect(server.asked.filter((one) => one.path === "/v1/repair")).toEqual([]);
  });

  it("can be cancelled from the notification, and another one begun", async () => {
    const answer = server.answer;
    server.answer = (asked, response) =>
      asked.path.endsWith("/events") ? void response.write(": still there\n\n") : answer(asked, response);
    await begin({ mode: "server", debounce: 0 });
    const running = run("dlfix.repairProgram");
    await until(() => server.asked.some((one) => one.path.endsWith("/events")));
    await run("dlfix.repairProgram");
    expect(fake.message("running already")).toBeDefined();
    fake.cancelProgress();
    await running;
    expect(server.asked.at(-1)?.path).toBe(`/v1/jobs/${ID}/cancel`);
    expect(fake.messages.filter(({ kind }) => kind === "error")).toEqual([]);
    server.answer = answer;
    await run("dlfix.repairProgram");
    expect(fake.message("Proven")).toBeDefined();
  });

  it("needs a Python file", async () => {
    fake.active = undefined;
    await repaired();
    expect(fake.message("Open the Python file")).toBeDefined();
  });

  it("is offered beside the fixes of what was found", async () => {
    await begin({ mode: "server", debounce: 0 });
    await until(() => fake.diagnostics.get(uri)?.length);
    expect(fake.diagnostics.get(uri)?.[0]).toMatchObject({ code: "ACH", source: "dlfix", severity: 1 });
    const actions = await fake.codeActions(document, new Range(0, 9, 0, 9));
    expect(actions.map(({ title }) => title)).toEqual(["change softmax to sigmoid", "repair by retraining…"]);
    expect(actions[1].command).toMatchObject({ command: "dlfix.repairProgram", arguments: [document.uri] });
    expect(await fake.codeActions(document, new Range(1, 0, 1, 0))).toHaveLength(1);
    document.version += 1; // what was found is of the text before
    expect(await fake.codeActions(document, new Range(0, 9, 0, 9))).toEqual([]);
  });

  it("shows no diagnostics of a server that is gone, and those of its successor", async () => {
    await begin({ mode: "server", debounce: 0 });
    await until(() => fake.diagnostics.get(uri)?.length);
    const answer = server.answer;
    await server.stop();
    fake.edit(document, [new TextEdit(new Range(1, 7, 1, 8), "2")]);
    await until(() => fake.statusTexts.at(-1)?.includes("warning"));
    expect(fake.diagnostics.get(uri)).toEqual([]);
    server = new Scripted(answer);
    record(await server.start(), TOKEN);
    fake.edit(document, [new TextEdit(new Range(1, 7, 1, 8), "1")]);
    await until(() => fake.statusTexts.at(-1) === "dlfix");
  });
});

describe.skipIf(!BINARY)("with the real language server", () => {
  const LSP = { executable: BINARY, debounce: 0, budget: "4trials", technique: "guided", python: "" };

  it("shows diagnostics, and its code action gives the fixed program", async () => {
    const document = open("blobs_zeros.py", program("blobs_zeros.py"));
    await begin(LSP);
    const uri = document.uri.toString();
    const [found] = await until(() => fake.diagnostics.get(uri)?.length && fake.diagnostics.get(uri));
    expect(found).toMatchObject({ source: "dlfix" });
    expect(fake.statusTexts.at(-1)).toBe("dlfix");
    const actions = await fake.codeActions(document, found?.range as Range);
    const fix = actions.find(({ edit }) => edit);
    fake.edit(document, [...fix.edit.edits.values()][0]);
    expect(document.text).toBe(program("blobs_zeros_fixed.py"));
    await until(() => fake.diagnostics.get(uri)?.length === 0);
  });

  it("keeps Python out of the workspace", async () => {
    const trap = path.join(root, "dlfix_probe");
    fs.mkdirSync(trap);
    fs.writeFileSync(path.join(trap, "__init__.py"), "");
    fs.writeFileSync(path.join(trap, "worker.py"), `open(${JSON.stringify(path.join(folder, "run"))} + "/trap", "w")`);
    const document = open("blobs_zeros.py", program("blobs_zeros.py"));
    const before = process.cwd();
    process.chdir(root);
    try {
      await begin(LSP);
      await until(() => fake.diagnostics.get(document.uri.toString())?.length);
    } finally {
      process.chdir(before);
    }
    expect(fs.existsSync(path.join(folder, "run/trap"))).toBe(false);
  });

  it("starts anew with another mode, and says where no server runs", async () => {
    const document = open("blobs_zeros.py", program("blobs_zeros.py"));
    await begin(LSP);
    await until(() => fake.diagnostics.get(document.uri.toString())?.length);
    expect(fake.commands.has("dlfix.repair")).toBe(true);
    fake.set({ mode: "server" });
    await until(() => fake.message("No dlfix-agent serve runs"));
    expect(fake.commands.has("dlfix.repair")).toBe(false);
    expect(fake.diagnostics.get(document.uri.toString()) ?? []).toEqual([]);
    fake.set({ "server.start": true });
    await until(() => fake.diagnostics.get(document.uri.toString())?.length);
    fake.set({ mode: "lsp" });
    await until(() => fake.commands.has("dlfix.repair"));
    await until(() => fake.diagnostics.get(document.uri.toString())?.length);
  });

  it.skipIf(!TRAINER)("repairs from its code action, by the diff view alone", { timeout: 180_000 }, async () => {
    const document = open("cancer_softmax.py", program("cancer_softmax.py"));
    fake.choose = ({ choices }) => choices.find((one) => one === "Apply");
    await begin(LSP);
    const [found] = await until(() => fake.diagnostics.get(document.uri.toString()));
    const actions = await fake.codeActions(document, found?.range ?? new Range(0, 0, 0, 0));
    const { command } = actions.find((one) => one.command);
    expect(command.command).toBe("dlfix.repair");
    await run(command.command, ...command.arguments);
    expect(executed("vscode.diff")).toHaveLength(1);
    expect(fake.progress.some((one) => one.startsWith("search: "))).toBe(true);
    await until(() => /proven 0\.\d\d → 0\.\d\d/.test(fake.statusTexts.at(-1) ?? "")); // once it is looked at again
    expect(fake.messages.map(({ choices }) => choices)).toEqual([["Apply", "Show the Change"]]);
    expect(document.text).not.toContain('activation="softmax"');
    expect(document.version).toBe(2);
  });

  it.skipIf(!TRAINER)("ends a repair that is cancelled", { timeout: 60_000 }, async () => {
    open("blobs_zeros.py", program("blobs_zeros.py"));
    await begin({ ...LSP, budget: "10m" });
    const running = run("dlfix.repairProgram");
    await until(() => fake.progress.length > 0, 30_000);
    fake.choose = ({ choices }) => choices[0];
    await run("dlfix.cancelRepair");
    await running;
    expect(fake.messages.filter(({ kind }) => kind === "error")).toEqual([]);
    expect(fake.statusTexts.at(-1)).toBe("dlfix");
  });
});

describe("the sources", () => {
  it("know VS Code in few places only", () => {
    const folder = path.join(SOURCE, "agent/editors/vscode/src");
    const wired = ["backend.ts", "extension.ts", "languageServer.ts", "localServer.ts", "proposals.ts", "vscodeEdits.ts"];
    const found = fs.readdirSync(folder).filter((name) => /from "vscode"/.test(fs.readFileSync(path.join(folder, name), "utf8")));
    expect(found.sort()).toEqual(wired);
  });
});
