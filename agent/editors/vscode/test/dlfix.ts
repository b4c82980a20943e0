// The real dlfix-agent, where the tests are given one.
import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { ServerRecord } from "../src/runFile";

export const SOURCE = path.resolve(__dirname, "../../../..");
export const PROGRAMS = path.join(SOURCE, "data/programs");
export const BINARY = process.env["DLFIX_BINARY"] ?? "";
/** Without one, nothing is repaired. */
export const TRAINER = process.env["DLFIX_TRAINER"] ?? "";

export function sayWhatIsSkipped(): void {
  if (!BINARY) console.warn("skipped: DLFIX_BINARY does not name dlfix-agent; nothing speaks to it");
  else if (!TRAINER) console.warn("skipped: DLFIX_TRAINER does not name the trainer; nothing is repaired");
}

export function program(name: string): string {
  return fs.readFileSync(path.join(PROGRAMS, name), "utf8");
}

export function temporary(): string {
  return fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "dlfix-vscode-")));
}

/** Of a user with nothing: no keys, no settings, run files and store of its own. */
export function environmentIn(folder: string): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!name.endsWith("API_KEY")) environment[name] = value;
  }
  const runtime = path.join(folder, "run");
  fs.mkdirSync(runtime, { recursive: true, mode: 0o700 });
  return {
    ...environment,
    DLFIX_HOME: process.env["DLFIX_HOME"] || SOURCE,
    XDG_RUNTIME_DIR: runtime,
    XDG_CONFIG_HOME: path.join(folder, "config"),
    XDG_DATA_HOME: path.join(folder, "data"),
    XDG_STATE_HOME: path.join(folder, "state"),
    XDG_CACHE_HOME: path.join(folder, "cache"),
  };
}

/** `dlfix-agent serve` over a folder of its own. */
export class Served {
  readonly root: string;
  readonly environment: NodeJS.ProcessEnv;
  process!: ChildProcess;
  record!: ServerRecord;
  private told = "";

  constructor(
    readonly folder: string,
    private readonly options: string[],
    programs: string[],
  ) {
    this.environment = environmentIn(folder);
    this.root = path.join(folder, "root");
    fs.mkdirSync(this.root, { recursive: true });
    for (const name of programs) fs.copyFileSync(path.join(PROGRAMS, name), path.join(this.root, name));
  }

  /** False: programs cannot be contained on this machine. */
  async start(): Promise<boolean> {
    const store = path.join(this.folder, "store/store.sqlite");
    const words = ["serve", "--root", this.root, "--port", "0", "--store", store, ...this.options];
    this.told = "";
    const child = spawn(BINARY, words, {
      cwd: this.folder,
      env: this.environment,
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.process = child;
    child.stderr.on("data", (text) => (this.told += text));
    const runs = path.join(this.folder, "run/dlfix-agent");
    for (const begun = Date.now(); Date.now() < begun + 60_000; await wait(10)) {
      if (child.exitCode !== null) {
        if (this.told.includes("--allow-run")) return false;
        throw new Error(`the server ended: ${this.told}`);
      }
      if (!fs.existsSync(runs)) continue;
      for (const name of fs.readdirSync(runs).filter((one) => one.endsWith(".json"))) {
        const record = JSON.parse(fs.readFileSync(path.join(runs, name), "utf8")) as ServerRecord;
        if (record.pid !== child.pid) continue;
        this.record = record;
        return true;
      }
    }
    throw new Error("the server does not begin");
  }

  async end(signal: NodeJS.Signals = "SIGINT"): Promise<void> {
    const child = this.process;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await gone;
  }
}

export function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Until something is there. */
export async function until<T>(get: () => T | undefined | false | 0, limit = 15_000): Promise<T> {
  for (const begun = Date.now(); ; await wait(10)) {
    const value = get();
    if (value) return value;
    if (Date.now() > begun + limit) throw new Error(`it does not come: ${get.toString()}`);
  }
}
