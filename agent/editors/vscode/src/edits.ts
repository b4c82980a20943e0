// Edits of the Language Server Protocol as text; positions count in UTF-16, as JavaScript's do.

export interface LspPosition {
  line: number;
  character: number;
}

export interface LspRange {
  start: LspPosition;
  end: LspPosition;
}

export interface LspTextEdit {
  range: LspRange;
  newText: string;
}

export interface LspDiagnostic {
  range: LspRange;
  severity: number;
  code: string;
  source: string;
  message: string;
  data: { finding: number };
}

export interface LspWorkspaceEdit {
  documentChanges: {
    textDocument: { uri: string; version: number | null };
    edits: LspTextEdit[];
  }[];
}

export class BadEdit extends Error {}

/**
 * The edits of the one document that was asked about. An edit of another file, or one for another
 * version, is refused: it would change something that nobody has looked at.
 */
export function editsFor(edit: LspWorkspaceEdit, uri: string, version: number): LspTextEdit[] {
  const changes = edit.documentChanges;
  const change = changes[0];
  if (changes.length !== 1 || !change || change.textDocument.uri !== uri) {
    throw new BadEdit("the change is not about this program alone");
  }
  const of = change.textDocument.version;
  if (of !== null && of !== version) {
    throw new BadEdit("the change is for another version of this program");
  }
  return change.edits;
}

/** The text after the edits; new lines end as the text's do. */
export function applyEdits(text: string, edits: readonly LspTextEdit[]): string {
  const starts = lineStarts(text);
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const spans = edits.map((edit) => ({
    from: offset(text, starts, edit.range.start),
    to: offset(text, starts, edit.range.end),
    put: edit.newText.replace(/\r\n|\r|\n/g, end),
  }));
  spans.sort((a, b) => a.from - b.from || a.to - b.to);
  let made = "";
  let at = 0;
  for (const span of spans) {
    if (span.from < at || span.to < span.from) throw new BadEdit("the changes overlap");
    made += text.slice(at, span.from) + span.put;
    at = span.to;
  }
  return made + text.slice(at);
}

export function overlap(a: LspRange, b: LspRange): boolean {
  const before = (p: LspPosition, q: LspPosition) =>
    p.line < q.line || (p.line === q.line && p.character < q.character);
  return !before(a.end, b.start) && !before(b.end, a.start);
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (const end of text.matchAll(/\r\n|\r|\n/g)) starts.push(end.index + end[0].length);
  return starts;
}

/** Beyond a line's end is its end, beyond the text the text's end. */
function offset(text: string, starts: readonly number[], position: LspPosition): number {
  const start = starts[position.line];
  if (start === undefined) return text.length;
  const next = starts[position.line + 1];
  const line = text.slice(start, next ?? text.length).replace(/[\r\n]+$/, "");
  return start + Math.min(position.character, line.length);
}
