// dlfix-agent as a server of this machine: `dlfix-agent serve`.
import * as vscode from "vscode";
import type { RepairAnswer } from "./answer";
import { isProgram, SELECTOR, type Backend, type Surroundings } from "./backend";
import { overlap, type LspRange } from "./edits";
import { MissingExecutable } from "./executable";
import { Problem, ServerGone, type Localisation, type ServerClient } from "./http";
import type { Progress } from "./progress";
import { NoServer, Servers } from "./servers";
import { repairOnServer } from "./serverRepair";
import { rangeOf, workspaceEdit } from "./vscodeEdits";

/** What the server refuses to read is no trouble: half-typed, no program of Keras, elsewhere. */
const NOT_READ = [403, 404, 413, 422];
const MOST_CHARACTERS = 1024 * 1024;

interface Found {
  version: number;
  localisation: Localisation;
}

export class LocalServer implements Backend {
  readonly showsVerdict = false;
  private readonly servers: Servers;
  private readonly diagnostics = vscode.languages.createDiagnosticCollection("dlfix");
  private readonly found = new Map<string, Found>();
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private readonly asking = new Map<string, AbortController>();
  private readonly listening: vscode.Disposable[] = [this.diagnostics];

  constructor(private readonly around: Surroundings) {
    const log = (line: string) => around.log.info(line);
    this.servers = new Servers(process.env, process.getuid?.() ?? 0, log, () => {
      const { startServer, allowRun, python } = around.settings();
      if (!startServer) return undefined;
      const run = allowRun && vscode.workspace.isTrusted;
      return { executable: around.executable(), cwd: around.safeFolder, python, allowRun: run };
    });
  }

  async start(): Promise<void> {
    this.listening.push(
      vscode.workspace.onDidOpenTextDocument((document) => this.soon(document, 0)),
      vscode.workspace.onDidChangeTextDocument((change) =>
        this.soon(change.document, this.around.settings().debounce),
      ),
      vscode.workspace.onDidCloseTextDocument((document) => this.forget(document.uri)),
      vscode.languages.registerCodeActionsProvider(
        SELECTOR,
        { provideCodeActions: (document, range) => this.actions(document, range) },
        { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
      ),
    );
    for (const document of vscode.workspace.textDocuments) this.soon(document, 0);
  }

  async stop(): Promise<void> {
    for (const listener of this.listening.splice(0)) listener.dispose();
    for (const timer of this.waiting.values()) clearTimeout(timer);
    for (const asked of this.asking.values()) asked.abort();
    await this.servers.stop();
  }

  async repair(
    document: vscode.TextDocument,
    onProgress: (progress: Progress) => void,
    signal: AbortSignal,
  ): Promise<RepairAnswer> {
    const { budget, technique } = this.around.settings();
    return repairOnServer({
      reach: () => this.reach(document),
      program: programOf(document),
      wishes: { budget, technique },
      onProgress,
      log: (line) => this.around.log.warn(line),
      signal,
    });
  }

  private reach(document: vscode.TextDocument): Promise<ServerClient> {
    const folder = vscode.workspace.getWorkspaceFolder(document.uri);
    return this.servers.reach(document.uri.fsPath, folder?.uri.fsPath);
  }

  private soon(document: vscode.TextDocument, milliseconds: number): void {
    if (!isProgram(document)) return;
    const key = document.uri.toString();
    clearTimeout(this.waiting.get(key));
    const timer = setTimeout(() => {
      this.waiting.delete(key);
      void this.look(document);
    }, milliseconds);
    this.waiting.set(key, timer);
  }

  private async look(document: vscode.TextDocument): Promise<void> {
    const program = programOf(document);
    if (program.text.length > MOST_CHARACTERS) return;
    this.asking.get(program.uri)?.abort();
    const asked = new AbortController();
    this.asking.set(program.uri, asked);
    this.around.status.checking(program.uri);
    this.around.show();
    try {
      const server = await this.reach(document);
      const localisation = await server.localise(program, asked.signal);
      this.around.status.trouble("");
      if (document.version === program.version && !document.isClosed) {
        this.publish(document.uri, { version: program.version, localisation });
      }
    } catch (error) {
      if (!asked.signal.aborted) this.failed(document.uri, error as Error);
    } finally {
      if (this.asking.get(program.uri) === asked) {
        this.asking.delete(program.uri);
        this.around.status.checkedOne(program.uri);
      }
      this.around.show();
    }
  }

  private failed(uri: vscode.Uri, error: Error): void {
    this.publish(uri, undefined);
    if (error instanceof Problem && NOT_READ.includes(error.status)) {
      return this.around.status.trouble("");
    }
    this.around.status.trouble(error.message);
    this.around.log.warn(error.message);
    const lasting = error instanceof NoServer || error instanceof MissingExecutable;
    if (lasting || !(error instanceof ServerGone)) this.around.complain(error.message);
  }

  private publish(uri: vscode.Uri, found: Found | undefined): void {
    if (found) this.found.set(uri.toString(), found);
    else this.found.delete(uri.toString());
    this.diagnostics.set(uri, found?.localisation.diagnostics.map(diagnosticOf) ?? []);
  }

  private forget(uri: vscode.Uri): void {
    const key = uri.toString();
    clearTimeout(this.waiting.get(key));
    this.waiting.delete(key);
    this.asking.get(key)?.abort();
    this.found.delete(key);
    this.diagnostics.delete(uri);
    this.around.status.checkedOne(key);
    this.around.show();
  }

  private actions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    const found = this.found.get(document.uri.toString());
    if (!found || found.version !== document.version) return [];
    const { fixes, diagnostics } = found.localisation;
    const actions = fixes.flatMap((fix) => {
      const diagnostic = diagnostics.find((item) => item.data.finding === fix.finding);
      const edits = fix.edit.documentChanges[0]?.edits;
      if (!diagnostic || !edits || !overlap(diagnostic.range, lspRange(range))) return [];
      const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
      action.diagnostics = [diagnosticOf(diagnostic)];
      action.edit = workspaceEdit(document.uri, edits);
      return [action];
    });
    const title = "repair by retraining…";
    const repair = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    repair.command = { title, command: this.around.repairCommand, arguments: [document.uri] };
    return [...actions, repair];
  }
}

function programOf(document: vscode.TextDocument) {
  return { uri: document.uri.toString(), text: document.getText(), version: document.version };
}

function diagnosticOf(found: Localisation["diagnostics"][number]): vscode.Diagnostic {
  const severity = Math.min(Math.max(found.severity, 1), 4) - 1; // the protocol counts from 1
  const made = new vscode.Diagnostic(rangeOf(found.range), found.message, severity);
  made.code = found.code;
  made.source = found.source;
  return made;
}

function lspRange({ start, end }: vscode.Range): LspRange {
  return { start, end };
}
