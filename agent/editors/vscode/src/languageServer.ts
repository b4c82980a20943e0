// dlfix-agent as a language server: `dlfix-agent lsp`.
import * as vscode from "vscode";
import {
  CancellationTokenSource,
  ExecuteCommandRequest,
  LanguageClient,
  LSPErrorCodes,
  ResponseError,
  RevealOutputChannelOn,
  ShowMessageRequest,
  WorkDoneProgress,
  type MessageActionItem,
  type Middleware,
} from "vscode-languageclient/node";
import { answerOf, Cancelled, type RepairAnswer } from "./answer";
import { isProgram, SELECTOR, type Backend, type Surroundings } from "./backend";
import type { LspWorkspaceEdit } from "./edits";
import { ofReport, type Progress } from "./progress";

/** Of the language server; the editor's own command does the same with a diff view. */
const REPAIR = "dlfix.repair";
const OFFER = "Apply the patch";

export class LanguageServer implements Backend {
  readonly showsVerdict = true;
  private client: LanguageClient | undefined;
  private readonly listening: vscode.Disposable[] = [];
  private repairs = 0;

  constructor(private readonly around: Surroundings) {}

  async start(): Promise<void> {
    const { budget, technique, python, debounce } = this.around.settings();
    const server = {
      command: this.around.executable(),
      args: ["lsp"],
      options: { cwd: this.around.safeFolder },
    };
    this.client = new LanguageClient("dlfix", "dlfix-agent", server, {
      documentSelector: SELECTOR,
      outputChannel: this.around.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      diagnosticCollectionName: "dlfix",
      initializationOptions: { budget, technique, python, debounce },
      synchronize: { configurationSection: "dlfix" },
      middleware: this.middleware(),
    });
    // The server offers a proven patch by a message; here the diff view does.
    this.client.onRequest(ShowMessageRequest.type, async (asked) => {
      const actions: MessageActionItem[] = asked.actions ?? [];
      if (actions.some((action) => action.title === OFFER)) return null;
      return (await vscode.window.showInformationMessage(asked.message, ...actions)) ?? null;
    });
    this.listening.push(
      vscode.workspace.onDidOpenTextDocument((document) => this.awaits(document)),
      vscode.workspace.onDidChangeTextDocument((change) => this.awaits(change.document)),
    );
    for (const document of vscode.workspace.textDocuments) this.awaits(document);
    await this.client.start();
  }

  async stop(): Promise<void> {
    for (const listener of this.listening.splice(0)) listener.dispose();
    const client = this.client;
    this.client = undefined;
    await client?.dispose().catch((error: Error) => this.around.log.info(error.message));
  }

  async repair(
    document: vscode.TextDocument,
    onProgress: (progress: Progress) => void,
    signal: AbortSignal,
  ): Promise<RepairAnswer> {
    const client = this.client;
    if (!client) throw new Error("the language server does not run");
    const workDoneToken = `dlfix-vscode-${++this.repairs}`;
    const cancelling = new CancellationTokenSource();
    const cancel = () => cancelling.cancel();
    const following = client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
      const progress = ofReport(value);
      if (progress) onProgress(progress);
    });
    signal.addEventListener("abort", cancel);
    try {
      const asked = { command: REPAIR, arguments: [uriOf(client, document)], workDoneToken };
      const said = (await client.sendRequest(
        ExecuteCommandRequest.type,
        asked,
        cancelling.token,
      )) as Record<string, unknown>;
      return answerOf(said, said["edit"] as LspWorkspaceEdit | null);
    } catch (error) {
      const code = error instanceof ResponseError ? error.code : 0;
      if (signal.aborted || code === LSPErrorCodes.RequestCancelled) throw new Cancelled("cancelled");
      throw error;
    } finally {
      signal.removeEventListener("abort", cancel);
      following.dispose();
      cancelling.dispose();
    }
  }

  private awaits(document: vscode.TextDocument): void {
    if (!isProgram(document)) return;
    this.around.status.checking(document.uri.toString());
    this.around.show();
  }

  private middleware(): Middleware {
    return {
      handleDiagnostics: (uri, diagnostics, next) => {
        this.around.status.checkedOne(uri.toString());
        this.around.show();
        next(uri, diagnostics);
      },
      executeCommand: (command, args, next) =>
        command === REPAIR
          ? vscode.commands.executeCommand(this.around.repairCommand, args[0])
          : next(command, args),
    };
  }
}

function uriOf(client: LanguageClient, document: vscode.TextDocument): string {
  return client.code2ProtocolConverter.asUri(document.uri);
}
