// What came out of a repair, whichever way it was asked for.
import type { LspWorkspaceEdit } from "./edits";

export interface RepairAnswer {
  outcome: string;
  verdict: string;
  edit: LspWorkspaceEdit | null;
  /** Of the program as it is and of the patched one, on rows the search never saw. */
  figures?: { before: number; after: number };
}

/** The user did not want it any more. */
export class Cancelled extends Error {}

const FIGURES = /(-?[\d.]+(?:e[-+]?\d+)?) in place of (-?[\d.]+(?:e[-+]?\d+)?)/i;

/** `result`: a job's result (as `repair --json` prints it) or the language server's answer. */
export function answerOf(
  result: Record<string, unknown>,
  edit: LspWorkspaceEdit | null,
): RepairAnswer {
  const outcome = typeof result["outcome"] === "string" ? result["outcome"] : "";
  const verdict = typeof result["verdict"] === "string" ? result["verdict"] : "";
  const figures = figuresOf(result) ?? figuresOfWords(verdict);
  return { outcome, verdict, edit, ...(figures ? { figures } : {}) };
}

function figuresOf(result: Record<string, unknown>): RepairAnswer["figures"] {
  const mean = (name: string) => (result[name] as { mean?: unknown } | null | undefined)?.mean;
  const before = mean("faulty");
  const after = mean("patched");
  return typeof before === "number" && typeof after === "number" ? { before, after } : undefined;
}

/** The language server says them in its verdict only. */
function figuresOfWords(verdict: string): RepairAnswer["figures"] {
  const found = FIGURES.exec(verdict);
  const [before, after] = [Number(found?.[2]), Number(found?.[1])];
  return Number.isFinite(before) && Number.isFinite(after) ? { before, after } : undefined;
}
