// What the status bar says.
import type { RepairAnswer } from "./answer";
import type { Progress } from "./progress";

export interface StatusText {
  text: string;
  tooltip: string;
  /** Of a click; empty: none. */
  command: string;
  warning: boolean;
}

const OUTCOMES: Record<string, string> = {
  no_fault_shown: "no fault shown",
  no_patch: "no patch",
  outside_config: "fault outside the settings",
  unproven: "not proven",
  too_few_rows: "too few rows",
  interrupted: "interrupted",
};

/** Keeps what is going on; the most important of it is shown. */
export class Status {
  private readonly checked = new Set<string>();
  private progress: Progress | undefined;
  private answer: RepairAnswer | undefined;
  private problem = "";

  checking(uri: string): void {
    this.checked.add(uri);
  }
  /** Also when the document is closed. */
  checkedOne(uri: string): void {
    this.checked.delete(uri);
  }
  repairing(progress: Progress): void {
    this.progress = progress;
    this.answer = undefined;
  }
  /** Without an answer: cancelled or failed. */
  repaired(answer?: RepairAnswer): void {
    this.progress = undefined;
    this.answer = answer;
  }
  /** Empty: none any more. */
  trouble(problem: string): void {
    this.problem = problem;
    if (problem) this.checked.clear();
  }

  render(): StatusText {
    if (this.progress) {
      const { percent, words } = this.progress;
      return shown(`$(sync~spin) dlfix: repairing ${percent} %`, words, "dlfix.cancelRepair");
    }
    if (this.problem) {
      return { ...shown("$(warning) dlfix", this.problem, "dlfix.showLog"), warning: true };
    }
    if (this.checked.size > 0) return shown("$(sync~spin) dlfix: checking", "reads the program", "");
    if (this.answer) return ofAnswer(this.answer);
    return shown("dlfix", "Repair the program by retraining", "dlfix.repairProgram");
  }
}

function shown(text: string, tooltip: string, command: string): StatusText {
  return { text, tooltip, command, warning: false };
}

function ofAnswer(answer: RepairAnswer): StatusText {
  if (answer.outcome !== "proven") {
    const words = OUTCOMES[answer.outcome] ?? answer.outcome;
    return shown(`dlfix: ${words}`, answer.verdict, "dlfix.repairProgram");
  }
  const figures = answer.figures;
  const numbers = figures ? ` ${short(figures.before)} → ${short(figures.after)}` : "";
  return shown(`$(check) dlfix: proven${numbers}`, answer.verdict, "dlfix.showProposal");
}

function short(value: number): string {
  return Math.abs(value) < 0.01 && value !== 0 ? value.toPrecision(2) : value.toFixed(2);
}
