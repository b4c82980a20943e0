// What the user has set, checked: a setting that makes no sense counts as not set.

export type Mode = "lsp" | "server";

export interface Settings {
  executable: string;
  mode: Mode;
  /** Empty: the command's own. */
  budget: string;
  technique: string;
  /** Empty: searched for. */
  python: string;
  /** Milliseconds. */
  debounce: number;
  startServer: boolean;
  allowRun: boolean;
}

export const TECHNIQUES = ["auto", "guided", "random", "bohb", "hebo"];
const BUDGET = /^\d+(\.\d+)?(s|m|h|trials)?$/;

/** `get` gives the value of `dlfix.NAME`. */
export function readSettings(get: (name: string) => unknown): Settings {
  const text = (name: string) => {
    const value = get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  const budget = text("budget");
  const technique = text("technique");
  const debounce = get("debounce");
  return {
    executable: text("executable") || "dlfix-agent",
    mode: text("mode") === "server" ? "server" : "lsp",
    budget: BUDGET.test(budget) ? budget : "",
    technique: TECHNIQUES.includes(technique) ? technique : "auto",
    python: text("python"),
    debounce:
      typeof debounce === "number" && Number.isFinite(debounce)
        ? Math.min(Math.max(debounce, 0), 10_000)
        : 300,
    startServer: get("server.start") === true,
    allowRun: get("server.allowRun") === true,
  };
}

/** Of the settings that a running language server or connection was made with. */
export function needsRestart(before: Settings, after: Settings): boolean {
  const names = ["executable", "mode", "python", "startServer", "allowRun"] as const;
  return names.some((name) => before[name] !== after[name]);
}
