// Puts the parts together: commands, settings, status bar, and one backend at a time.
import * as vscode from "vscode";
import { Cancelled, type RepairAnswer } from "./answer";
import { isProgram, type Backend, type Surroundings } from "./backend";
import { BadEdit, editsFor } from "./edits";
import { findExecutable } from "./executable";
import { LanguageServer } from "./languageServer";
import { LocalServer } from "./localServer";
import { Proposals, SCHEME, type Base } from "./proposals";
import { withoutSecrets } from "./secrets";
import { needsRestart, readSettings, type Settings } from "./settings";
import { Status } from "./status";

const APPLY = "Apply";
const SHOW = "Show the Change";
const SETTINGS = "Open Settings";
const LOG = "Show the Log";
const TRUST = "Manage Workspace Trust";
const CANCEL = "Cancel the Repair";

function currentSettings(): Settings {
  const configuration = vscode.workspace.getConfiguration("dlfix");
  return readSettings((name) => configuration.get(name));
}

class Extension {
  private readonly status = new Status();
  private readonly item = vscode.window.createStatusBarItem(
    "dlfix.status",
    vscode.StatusBarAlignment.Left,
  );
  private readonly log = vscode.window.createOutputChannel("dlfix-agent", { log: true });
  private readonly proposals = new Proposals();
  private readonly complained = new Set<string>();
  private readonly around: Surroundings;
  private settings = currentSettings();
  private backend: Backend | undefined;
  private repairing: AbortController | undefined;
  /** Starts and stops one after the other. */
  private turn: Promise<void> = Promise.resolve();

  constructor(private readonly context: vscode.ExtensionContext) {
    this.around = {
      settings: () => this.settings,
      executable: () => findExecutable(this.settings.executable, process.env),
      safeFolder: context.extensionPath,
      status: this.status,
      show: () => this.show(),
      log: this.log,
      repairCommand: "dlfix.repairProgram",
      complain: (message) => this.complain(message),
    };
  }

  begin(): Promise<void> {
    const command = (name: string, run: (uri?: unknown) => unknown) =>
      vscode.commands.registerCommand(name, run);
    this.context.subscriptions.push(
      this.item,
      this.log,
      command("dlfix.repairProgram", (uri) => this.repair(uri)),
      command("dlfix.cancelRepair", () => this.cancel()),
      command("dlfix.showProposal", (uri) => this.proposals.show(uriOf(uri))),
      command("dlfix.applyProposal", (uri) => this.apply(uriOf(uri))),
      command("dlfix.restart", () => this.restart()),
      command("dlfix.showLog", () => this.log.show()),
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this.proposals),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("dlfix")) void this.changeSettings();
      }),
      // Settings of the workspace count from now on.
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.restart()),
      vscode.window.onDidChangeActiveTextEditor(() => this.show()),
    );
    this.show();
    return this.restart();
  }

  async end(): Promise<void> {
    this.repairing?.abort();
    await this.inTurn(() => this.stopBackend());
  }

  private inTurn(run: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(run, run);
    return this.turn;
  }

  private restart(): Promise<void> {
    return this.inTurn(async () => {
      await this.stopBackend();
      this.settings = currentSettings();
      this.complained.clear();
      await this.startBackend();
    });
  }

  private async changeSettings(): Promise<void> {
    const before = this.settings;
    this.settings = currentSettings();
    if (needsRestart(before, this.settings)) await this.restart();
  }

  private async startBackend(): Promise<void> {
    const { mode } = this.settings;
    const backend = mode === "server" ? new LocalServer(this.around) : new LanguageServer(this.around);
    try {
      await backend.start();
      this.backend = backend;
      this.status.trouble("");
    } catch (error) {
      await backend.stop().catch(() => undefined);
      const words = (error as Error).message;
      this.status.trouble(words);
      this.log.error(withoutSecrets(words));
      this.complain(words);
    }
    this.show();
  }

  private async stopBackend(): Promise<void> {
    const backend = this.backend;
    this.backend = undefined;
    await backend?.stop();
  }

  private show(): void {
    const { text, tooltip, command, warning } = this.status.render();
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.command = command || undefined;
    const colour = new vscode.ThemeColor("statusBarItem.warningBackground");
    this.item.backgroundColor = warning ? colour : undefined;
    const active = vscode.window.activeTextEditor?.document;
    if ((active && isProgram(active)) || this.repairing) this.item.show();
    else this.item.hide();
  }

  private complain(message: string): void {
    if (this.complained.has(message)) return;
    this.complained.add(message);
    void vscode.window.showErrorMessage(message, SETTINGS, LOG).then((chosen) => {
      if (chosen === LOG) this.log.show();
      if (chosen !== SETTINGS) return undefined;
      return vscode.commands.executeCommand("workbench.action.openSettings", "dlfix");
    });
  }

  private async repair(argument: unknown): Promise<void> {
    const document = await this.program(argument);
    if (!document) {
      void vscode.window.showInformationMessage("Open the Python file to repair first.");
      return;
    }
    if (!vscode.workspace.isTrusted) return askForTrust();
    if (this.repairing) {
      void vscode.window.showInformationMessage("A repair is running already.");
      return;
    }
    if (!this.backend) await this.restart();
    const backend = this.backend;
    if (!backend || this.repairing) return; // why has been said
    await this.repairWith(backend, document);
  }

  private async program(argument: unknown): Promise<vscode.TextDocument | undefined> {
    const uri =
      uriOf(argument) ?? (typeof argument === "string" ? vscode.Uri.parse(argument) : undefined);
    const document = uri
      ? await vscode.workspace.openTextDocument(uri)
      : vscode.window.activeTextEditor?.document;
    return document && isProgram(document) ? document : undefined;
  }

  private async repairWith(backend: Backend, document: vscode.TextDocument): Promise<void> {
    const base: Base = {
      uri: document.uri,
      version: document.version,
      text: document.getText(),
    };
    const repairing = new AbortController();
    this.nowRepairing(repairing);
    let answer: RepairAnswer | undefined;
    try {
      answer = await this.withProgress(backend, document, repairing);
    } catch (error) {
      if (!(error instanceof Cancelled)) this.sayFailure(error as Error);
    } finally {
      this.status.repaired(answer);
      this.nowRepairing(undefined);
    }
    if (answer) await this.offer(backend, base, answer);
  }

  private nowRepairing(repairing: AbortController | undefined): void {
    this.repairing = repairing;
    void vscode.commands.executeCommand("setContext", "dlfix.repairing", repairing !== undefined);
    if (repairing) this.status.repairing({ phase: "", percent: 0, words: "begins" });
    this.show();
  }

  /** The bar has no end: how much there is to do is known of single phases only. */
  private withProgress(backend: Backend, document: vscode.TextDocument, repairing: AbortController) {
    const name = vscode.workspace.asRelativePath(document.uri);
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: `Repairing ${name}`,
      cancellable: true,
    };
    return vscode.window.withProgress(options, (notification, token) => {
      token.onCancellationRequested(() => repairing.abort());
      return backend.repair(
        document,
        (progress) => {
          this.status.repairing(progress);
          this.show();
          notification.report({ message: `${progress.words} (${progress.percent} %)` });
        },
        repairing.signal,
      );
    });
  }

  private sayFailure(error: Error): void {
    const words = withoutSecrets(error.message);
    this.log.error(words);
    void vscode.window.showErrorMessage(`The repair failed: ${words}`, LOG).then((chosen) => {
      if (chosen === LOG) this.log.show();
    });
  }

  private async offer(backend: Backend, base: Base, answer: RepairAnswer): Promise<void> {
    if (answer.outcome !== "proven" || !answer.edit) {
      if (!backend.showsVerdict) void vscode.window.showInformationMessage(answer.verdict);
      return;
    }
    try {
      const uri = answer.edit.documentChanges[0]?.textDocument.uri ?? "";
      if (vscode.Uri.parse(uri).toString() !== base.uri.toString()) {
        throw new BadEdit("the change is not about this program");
      }
      this.proposals.add(base, editsFor(answer.edit, uri, base.version));
    } catch (error) {
      return this.sayFailure(error as Error);
    }
    await this.proposals.show(base.uri);
    const chosen = await vscode.window.showInformationMessage(
      `Proven: ${answer.verdict}`,
      APPLY,
      SHOW,
    );
    if (chosen === APPLY) await this.apply(base.uri);
    if (chosen === SHOW) await this.proposals.show(base.uri);
  }

  private async apply(uri: vscode.Uri | undefined): Promise<void> {
    const applied = await this.proposals.apply(uri);
    if (applied === "changed") {
      void vscode.window.showWarningMessage(
        "The program was changed since its repair began, so the change is not applied. Take it over by hand from the diff, or repair again.",
      );
    }
    if (applied === "refused") {
      void vscode.window.showErrorMessage("The editor did not take the change.");
    }
    if (applied === "nothing") {
      void vscode.window.showInformationMessage("There is no proposed change.");
    }
  }

  private async cancel(): Promise<void> {
    const repairing = this.repairing;
    if (!repairing) return;
    const chosen = await vscode.window.showWarningMessage("Cancel the running repair?", CANCEL);
    if (chosen === CANCEL) repairing.abort();
  }
}

function uriOf(argument: unknown): vscode.Uri | undefined {
  return argument instanceof vscode.Uri ? argument : undefined;
}

async function askForTrust(): Promise<void> {
  const words = "A repair runs the program. Trust this workspace first.";
  if ((await vscode.window.showWarningMessage(words, TRUST)) === TRUST) {
    await vscode.commands.executeCommand("workbench.trust.manage");
  }
}

let extension: Extension | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  extension = new Extension(context);
  await extension.begin();
}

export async function deactivate(): Promise<void> {
  await extension?.end();
  extension = undefined;
}
