// How far a repair is, from the language server's reports and from the endpoint's events.

export interface Progress {
  /** "search", "prove", ... */
  phase: string;
  /** Of the phase; nothing is known of the whole. */
  percent: number;
  /** For a person. */
  words: string;
}

/** A `value` of $/progress; nothing when it says nothing new. */
export function ofReport(value: unknown): Progress | undefined {
  const report = value as { kind?: unknown; message?: unknown; percentage?: unknown } | null;
  if (report?.kind !== "report" || typeof report.message !== "string") return undefined;
  const percent = typeof report.percentage === "number" ? clamped(report.percentage) : 0;
  return { phase: report.message.split(":")[0] ?? "", percent, words: report.message };
}

/** An event of a job. */
export function ofEvent(type: string, data: Record<string, unknown>): Progress | undefined {
  const text = (name: string) => (typeof data[name] === "string" ? (data[name] as string) : "");
  if (type === "queued") return { phase: "", percent: 0, words: "waits for its turn" };
  if (type === "resumed") return { phase: "", percent: 0, words: "goes on after a restart" };
  if (type === "phase") {
    return { phase: text("name"), percent: 0, words: `${text("name")}: ${text("what")}` };
  }
  if (type !== "progress" || typeof data["done"] !== "number") return undefined;
  const left = data["left_seconds"];
  const trainings = typeof data["trainings"] === "number" ? data["trainings"] : 0;
  return {
    phase: text("phase"),
    percent: clamped(100 * data["done"]),
    words:
      `${text("phase")}: ${trainings} trainings` +
      (typeof left === "number" ? `, about ${duration(left)} left` : ""),
  };
}

function clamped(percent: number): number {
  return Math.round(Math.min(Math.max(percent, 0), 100));
}

function duration(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
