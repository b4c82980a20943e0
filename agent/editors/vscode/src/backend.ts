// The two ways to dlfix-agent, as the rest of the extension sees them.
import type * as vscode from "vscode";
import type { RepairAnswer } from "./answer";
import type { Progress } from "./progress";
import type { Settings } from "./settings";
import type { Status } from "./status";

export interface Backend {
  /** Diagnostics and code actions from here on. Throws where that cannot be. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Throws Cancelled where the signal says so. */
  repair(
    document: vscode.TextDocument,
    onProgress: (progress: Progress) => void,
    signal: AbortSignal,
  ): Promise<RepairAnswer>;
  /** Whether it shows the verdict itself where there is nothing to apply. */
  readonly showsVerdict: boolean;
}

/** What a backend is given. */
export interface Surroundings {
  settings(): Settings;
  /** The absolute path; throws MissingExecutable. */
  executable(): string;
  /** A folder that no workspace can put files into. */
  safeFolder: string;
  status: Status;
  /** After a change of `status`. */
  show(): void;
  log: vscode.LogOutputChannel;
  repairCommand: string;
  /** A message with a way to the settings, shown once for each text. */
  complain(message: string): void;
}

/** Programs that are looked at: what lies in files. */
export const SELECTOR = [{ language: "python", scheme: "file" }];

export function isProgram(document: vscode.TextDocument): boolean {
  return document.languageId === "python" && document.uri.scheme === "file";
}
