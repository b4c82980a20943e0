// Ranges and edits of the protocol as VS Code has them.
import * as vscode from "vscode";
import type { LspRange, LspTextEdit } from "./edits";

export function rangeOf({ start, end }: LspRange): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

export function workspaceEdit(uri: vscode.Uri, edits: readonly LspTextEdit[]): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const { range, newText } of edits) edit.replace(uri, rangeOf(range), newText);
  return edit;
}
