// The protocol as VS Code speaks it, with the real `dlfix-agent lsp`.
import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  CancellationToken,
  CancellationTokenSource,
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type ProtocolConnection,
} from "vscode-languageserver-protocol/node";
import { answerOf } from "../src/answer";
import { applyEdits, editsFor, type LspWorkspaceEdit } from "../src/edits";
import { ofReport, type Progress } from "../src/progress";
import { BINARY, environmentIn, program, sayWhatIsSkipped, temporary, TRAINER, until } from "./dlfix";

sayWhatIsSkipped();

interface Published {
  uri: string;
  version?: number;
  diagnostics: { code: string; range: object; message: string }[];
}

describe.skipIf(!BINARY)("dlfix-agent lsp", () => {
  let folder: string;
  let child: ChildProcess;
  let editor: ProtocolConnection;
  let published: Published[];
  let capabilities: Record<string, unknown>;

  beforeEach(async () => {
    folder = temporary();
    published = [];
    const store = path.join(folder, "store.sqlite");
    child = spawn(BINARY, ["lsp", "--store", store], { cwd: folder, env: environmentIn(folder), stdio: ["pipe", "pipe", "ignore"] });
    editor = createProtocolConnection(
      new StreamMessageReader(child.stdout as NodeJS.ReadableStream),
      new StreamMessageWriter(child.stdin as NodeJS.WritableStream),
    );
    editor.onNotification("textDocument/publishDiagnostics", (params: Published) => void published.push(params));
    editor.listen();
    const said = await editor.sendRequest<{ capabilities: Record<string, unknown> }>("initialize", {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
      initializationOptions: { budget: "4trials", technique: "guided", python: "", debounce: 0 },
    });
    capabilities = said.capabilities;
    await editor.sendNotification("initialized", {});
  });
  afterEach(() => {
    editor.dispose();
    child.kill("SIGKILL");
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function open(name: string, text: string) {
    const uri = `file://${folder}/${name}`;
    await editor.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "python", version: 1, text } });
    const { diagnostics } = await until(() => published.find((one) => one.uri === uri && one.version === 1));
    return { uri, diagnostics };
  }

  it("has what the extension builds on", () => {
    expect(capabilities).toMatchObject({
      codeActionProvider: { codeActionKinds: ["quickfix"] },
      executeCommandProvider: { commands: ["dlfix.repair"], workDoneProgress: true },
      positionEncoding: "utf-16",
    });
  });

  it("finds the fault, and its code action gives the fixed program", async () => {
    const text = program("blobs_zeros.py");
    const { uri, diagnostics } = await open("blobs_zeros.py", text);
    expect(diagnostics.map(({ code }) => code)).toEqual(["WCI"]);
    const range = diagnostics[0]?.range;
    const actions = await editor.sendRequest<{ title: string; edit?: LspWorkspaceEdit; command?: { command: string; arguments: unknown[] } }[]>(
      "textDocument/codeAction",
      { textDocument: { uri }, range, context: { diagnostics } },
    );
    const fix = actions.find(({ edit }) => edit);
    expect(applyEdits(text, editsFor(fix?.edit as LspWorkspaceEdit, uri, 1))).toBe(program("blobs_zeros_fixed.py"));
    expect(actions.find(({ command }) => command)?.command).toMatchObject({ command: "dlfix.repair", arguments: [uri] });
  });

  it("ends with 0 after shutdown, and says nothing about half a program", async () => {
    expect((await open("m.py", "import keras\nmodel = keras.Sequential([\n")).diagnostics).toEqual([]);
    await editor.sendRequest("shutdown");
    await editor.sendNotification("exit");
    await until(() => child.exitCode !== null);
    expect(child.exitCode).toBe(0);
  });

  describe.skipIf(!TRAINER)("repairs", () => {
    function repair(uri: string, token = CancellationToken.None) {
      const seen: Progress[] = [];
      editor.onNotification("$/progress", ({ token: of, value }: { token: string; value: unknown }) => {
        const progress = of === "t" ? ofReport(value) : undefined;
        if (progress) seen.push(progress);
      });
      const asked = { command: "dlfix.repair", arguments: [uri], workDoneToken: "t" };
      return { seen, said: editor.sendRequest<Record<string, unknown>>("workspace/executeCommand", asked, token) };
    }

    it("with progress, and the answer's edit fits the text", { timeout: 180_000 }, async () => {
      const text = "# not saved\n" + program("cancer_softmax.py");
      const { uri } = await open("cancer_softmax.py", text);
      const { seen, said } = repair(uri);
      const answer = answerOf(await said, (await said)["edit"] as LspWorkspaceEdit | null);
      expect(seen.length).toBeGreaterThan(2);
      expect(answer.outcome).toBe("proven");
      expect(answer.figures?.after).toBeGreaterThan(answer.figures?.before ?? 1);
      const fixed = applyEdits(text, editsFor(answer.edit as LspWorkspaceEdit, uri, 1));
      expect(fixed).not.toBe(text);
      expect(fixed.split("\n").length).toBe(text.split("\n").length);
      expect(fixed).not.toContain('activation="softmax"');
    });

    it("until the user cancels", async () => {
      const { uri } = await open("blobs_zeros.py", program("blobs_zeros.py"));
      const cancelling = new CancellationTokenSource();
      const { seen, said } = repair(uri, cancelling.token);
      await until(() => seen.length > 0);
      cancelling.cancel();
      await expect(said).rejects.toMatchObject({ code: -32800 });
    });
  });
});
