// Programs that repairs propose: shown beside the present ones, applied where those are unchanged.
import * as vscode from "vscode";
import { applyEdits, type LspTextEdit } from "./edits";
import { workspaceEdit } from "./vscodeEdits";

export const SCHEME = "dlfix-proposal";

/** A program as it was when its repair began. */
export interface Base {
  uri: vscode.Uri;
  version: number;
  text: string;
}

interface Proposal {
  base: Base;
  edits: readonly LspTextEdit[];
  text: string;
  shown: vscode.Uri;
}

export type Applied = "applied" | "changed" | "refused" | "nothing";

export class Proposals implements vscode.TextDocumentContentProvider {
  /** By the program's URI; a later repair's takes the place of an earlier one's. */
  private readonly known = new Map<string, Proposal>();
  private last = "";
  private count = 0;

  /** Throws BadEdit where the edits do not fit the text. */
  add(base: Base, edits: readonly LspTextEdit[]): void {
    const text = applyEdits(base.text, edits);
    const shown = vscode.Uri.from({
      scheme: SCHEME,
      path: base.uri.path,
      query: String(++this.count), // a new name, since what is shown under a name is kept
    });
    this.last = base.uri.toString();
    this.known.set(this.last, { base, edits, text, shown });
    this.tell();
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const found = [...this.known.values()].find(({ shown }) => shown.toString() === uri.toString());
    return found?.text ?? "";
  }

  async show(uri?: vscode.Uri): Promise<void> {
    const proposal = this.find(uri);
    if (!proposal) return;
    const name = proposal.base.uri.path.split("/").pop() ?? "";
    const title = `${name}: as it is ↔ proposed`;
    await vscode.commands.executeCommand("vscode.diff", proposal.base.uri, proposal.shown, title, {
      preview: true,
    });
  }

  /** `uri`: of the program or of the proposal; without one, the last proposal is meant. */
  async apply(uri?: vscode.Uri): Promise<Applied> {
    const proposal = this.find(uri);
    if (!proposal) return "nothing";
    const { base, edits } = proposal;
    const document = await vscode.workspace.openTextDocument(base.uri);
    // The text and not the version decides: a change that was undone does no harm.
    if (document.getText() !== base.text) return "changed";
    if (!(await vscode.workspace.applyEdit(workspaceEdit(base.uri, edits)))) return "refused";
    this.known.delete(base.uri.toString());
    this.tell();
    return "applied";
  }

  private find(uri: vscode.Uri | undefined): Proposal | undefined {
    const wanted = uri?.toString() ?? this.last;
    const shown = [...this.known.values()].find((proposal) => proposal.shown.toString() === wanted);
    return shown ?? this.known.get(wanted);
  }

  private tell(): void {
    void vscode.commands.executeCommand("setContext", "dlfix.hasProposal", this.known.size > 0);
  }
}
