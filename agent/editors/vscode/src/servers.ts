// Finds the server of a program, or starts one for its workspace folder.
import { spawn, type ChildProcess } from "node:child_process";
import { ServerClient, ServerGone } from "./http";
import { findServer, readRunFile, realPath, runDirectory, runFileName } from "./runFile";
import { withoutSecrets } from "./secrets";
import { pause } from "./sse";

/** There is none, and none may be started. */
export class NoServer extends ServerGone {}

export interface StartOptions {
  executable: string;
  /** Not the workspace: Python would look for its modules there. */
  cwd: string;
  python: string;
  allowRun: boolean;
}

const RUNS_ALREADY = "a server for this folder runs already";
const START_LIMIT_MS = 30_000;
const START_CHECK_MS = 50;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

export class Servers {
  private readonly started = new Map<string, ChildProcess>();
  private readonly starting = new Map<string, Promise<void>>();
  private ended = false;

  constructor(
    private readonly environment: NodeJS.ProcessEnv,
    private readonly uid: number,
    private readonly log: (line: string) => void,
    /** Throws MissingExecutable; undefined: none may be started. */
    private readonly startOptions: () => StartOptions | undefined,
  ) {}

  /** The run file is read anew each time: a server that was started again has another token. */
  async reach(file: string, folder: string | undefined): Promise<ServerClient> {
    let record = this.running(file);
    const options = record || !folder || this.ended ? undefined : this.startOptions();
    if (options && folder) {
      await this.startOnce(realPath(folder), options);
      record = this.running(file);
    }
    if (!record) {
      throw new NoServer(
        "No dlfix-agent serve runs for this folder. Start one (dlfix-agent serve --root FOLDER), or allow dlfix.server.start.",
      );
    }
    return new ServerClient(record.url, record.token);
  }

  private running(file: string) {
    const record = findServer(file, this.environment, this.uid);
    return record && isAlive(record.pid) ? record : undefined; // killed, its file left behind
  }

  private startOnce(root: string, options: StartOptions): Promise<void> {
    const begun = this.starting.get(root) ?? this.start(root, options);
    this.starting.set(root, begun);
    return begun.finally(() => this.starting.delete(root));
  }

  private async start(root: string, options: StartOptions): Promise<void> {
    const words = ["serve", "--root", root, "--port", "0"];
    if (options.python) words.push("--python", options.python);
    if (options.allowRun) words.push("--allow-run");
    this.log(`starts dlfix-agent ${words.join(" ")}`);
    const child = spawn(options.executable, words, {
      cwd: options.cwd,
      env: this.environment,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let told = "";
    let over = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      const clean = withoutSecrets(text);
      told = (told + clean).slice(-2000);
      this.log(clean.trimEnd());
    });
    child.on("error", (error) => (over = error.message));
    child.on("exit", (code) => {
      over ||= `it ended with ${code}`;
      this.started.delete(root);
    });
    this.started.set(root, child);
    const file = [runDirectory(this.environment, this.uid), runFileName(root), this.uid] as const;
    for (const begun = Date.now(); Date.now() < begun + START_LIMIT_MS; await pause(START_CHECK_MS)) {
      const record = readRunFile(...file);
      // Another window may have been quicker; its server is as good, once it has written its file.
      if (record && (record.pid === child.pid || (over && isAlive(record.pid)))) return;
      if (over && !told.includes(RUNS_ALREADY)) {
        throw new NoServer(`dlfix-agent serve does not start: ${told.trim() || over}`);
      }
    }
    child.kill("SIGKILL");
    throw new NoServer("dlfix-agent serve does not start in time");
  }

  /** Ends what was started here; servers of others go on. */
  async stop(): Promise<void> {
    this.ended = true;
    const children = [...this.started.values()];
    await Promise.all(
      children.map(async (child) => {
        const gone = new Promise((resolve) => child.once("exit", resolve));
        if (child.exitCode !== null || !child.kill("SIGINT")) return;
        const late = setTimeout(() => child.kill("SIGKILL"), 3000);
        await gone;
        clearTimeout(late);
      }),
    );
  }
}
