// The modules of the server mode with the real `dlfix-agent serve`.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Cancelled, type RepairAnswer } from "../src/answer";
import { applyEdits, editsFor } from "../src/edits";
import { Problem, ServerClient, ServerGone } from "../src/http";
import type { Progress } from "../src/progress";
import { findServer, runFileName } from "../src/runFile";
import { NoServer, Servers, type StartOptions } from "../src/servers";
import { repairOnServer } from "../src/serverRepair";
import { follow } from "../src/sse";
import { BINARY, environmentIn, program, sayWhatIsSkipped, Served, temporary, TRAINER, until } from "./dlfix";

sayWhatIsSkipped();
const uid = process.getuid?.() ?? 0;

function clientOf(served: Served, file: string): ServerClient {
  const record = findServer(path.join(served.root, file), served.environment, uid);
  if (!record) throw new Error("the server is not found");
  return new ServerClient(record.url, record.token);
}

describe.skipIf(!BINARY)("dlfix-agent serve", () => {
  let folder: string;
  let served: Served;
  beforeAll(async () => {
    folder = temporary();
    served = new Served(folder, [], ["blobs_zeros.py"]);
    await served.start();
  });
  afterAll(async () => {
    await served.end();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it("is found by its run file", async () => {
    expect(findServer(path.join(served.root, "new.py"), served.environment, uid)).toMatchObject(served.record);
    expect((await clientOf(served, "blobs_zeros.py").version()).allow_run).toBe(false);
  });

  it("finds the fault in the text of the editor, and its fix gives the fixed program", async () => {
    const text = program("blobs_zeros.py");
    const uri = `file://${served.root}/blobs_zeros.py`;
    const found = await clientOf(served, "blobs_zeros.py").localise({ uri, text, version: 9 });
    expect(found.diagnostics.map(({ code }) => code)).toEqual(["WCI"]);
    expect(found.version).toBe(9);
    const [fix] = found.fixes;
    expect(applyEdits(text, editsFor(fix!.edit, uri, 9))).toBe(program("blobs_zeros_fixed.py"));
  });

  it("says what the extension tells apart", async () => {
    const client = clientOf(served, "blobs_zeros.py");
    const text = program("blobs_zeros.py");
    const inside = { uri: `file://${served.root}/m.py`, text, version: 1 };
    const refused = (promise: Promise<unknown>) => promise.then(() => undefined, (error: Problem) => [error.status, error.code]);
    expect(await refused(client.localise({ ...inside, text: "print(" }))).toEqual([422, "program_unreadable"]);
    expect(await refused(client.localise({ ...inside, uri: "file:///elsewhere/m.py" }))).toEqual([403, "outside_root"]);
    expect(await refused(client.repair(inside, { budget: "", technique: "auto" }, "k"))).toEqual([403, "run_not_allowed"]);
    expect(await refused(client.job("0".repeat(24)))).toEqual([404, "no_such_job"]);
    expect(await refused(new ServerClient(served.record.url, "wrong").version())).toEqual([401, "token_wrong"]);
  });
});

describe.skipIf(!BINARY)("a server of the extension's own", () => {
  let folder: string;
  let environment: NodeJS.ProcessEnv;
  let root: string;
  const log: string[] = [];
  const made: Servers[] = [];
  let options: StartOptions | undefined;

  beforeAll(() => {
    folder = temporary();
    environment = environmentIn(folder);
    root = path.join(folder, "project");
    fs.mkdirSync(root);
  });
  afterEach(async () => {
    for (const servers of made.splice(0)) await servers.stop();
    log.length = 0;
  });
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  function servers(): Servers {
    const one = new Servers(environment, uid, (line) => void log.push(line), () => options);
    made.push(one);
    return one;
  }
  const file = () => path.join(root, "model.py");

  it("is started where that is allowed, once, and ends with the window", async () => {
    options = { executable: BINARY, cwd: folder, python: "", allowRun: false };
    const own = servers();
    const [first, second] = await Promise.all([own.reach(file(), root), own.reach(file(), root)]);
    expect(first.url).toBe(second.url);
    expect((await first.version()).allow_run).toBe(false);
    const other = await servers().reach(file(), root); // another window's
    expect(other.url).toBe(first.url);
    const token = findServer(file(), environment, uid)?.token ?? "none";
    expect(log.join("\n")).toContain("run file:");
    expect(log.join("\n")).not.toContain(token);
    await own.stop();
    await expect(first.version()).rejects.toBeInstanceOf(ServerGone);
    expect(findServer(file(), environment, uid)).toBeUndefined();
  });

  it("is one for two windows that begin together", async () => {
    options = { executable: BINARY, cwd: folder, python: "", allowRun: false };
    const both = [servers(), servers(), servers()];
    const found = await Promise.all(both.map((one) => one.reach(file(), root)));
    expect(new Set(found.map(({ url }) => url)).size).toBe(1);
    expect(log.filter((line) => line.includes("run file:"))).toHaveLength(1);
    expect(log.join("\n")).toContain("runs already");
  });

  it("is not started where that is not allowed, or for a file of no workspace", async () => {
    options = undefined;
    await expect(servers().reach(file(), root)).rejects.toBeInstanceOf(NoServer);
    options = { executable: BINARY, cwd: folder, python: "", allowRun: false };
    await expect(servers().reach(file(), undefined)).rejects.toThrow("No dlfix-agent serve runs");
  });

  it("that was killed is not taken for a running one", async () => {
    const served = new Served(folder, [], []);
    await served.start();
    options = undefined;
    const known = path.join(served.root, "m.py");
    expect((await servers().reach(known, served.root)).url).toBe(served.record.url);
    await served.end("SIGKILL");
    expect(findServer(known, served.environment, uid)).toBeDefined();
    await expect(servers().reach(known, served.root)).rejects.toBeInstanceOf(NoServer);
  });

  it("that cannot start says why", async () => {
    options = { executable: BINARY, cwd: folder, python: "/nosuch/python", allowRun: true };
    await expect(servers().reach(file(), root)).rejects.toThrow(/does not start: .+/);
    options = { executable: "/nosuch/dlfix-agent", cwd: folder, python: "", allowRun: false };
    await expect(servers().reach(file(), root)).rejects.toThrow(/ENOENT/);
  });
});

describe("what is started", () => {
  it("is told with what it said, but for tokens", async () => {
    const folder = temporary();
    const executable = path.join(folder, "dlfix-agent");
    fs.writeFileSync(executable, "#!/bin/sh\necho 'wrong; http://127.0.0.1:1/#token=0123' >&2; exit 3\n", { mode: 0o755 });
    const log: string[] = [];
    const options = { executable, cwd: folder, python: "", allowRun: false };
    const servers = new Servers(environmentIn(folder), uid, (line) => void log.push(line), () => options);
    const failed = await servers.reach(path.join(folder, "m.py"), folder).catch((error: Error) => error.message);
    expect(failed).toBe("dlfix-agent serve does not start: wrong; http://127.0.0.1:1/#token=***");
    expect(log.join("\n")).not.toContain("0123");
    fs.rmSync(folder, { recursive: true });
  });

  it("is waited for where another window's is about to write its run file", async () => {
    const folder = temporary();
    const environment = environmentIn(folder);
    const executable = path.join(folder, "dlfix-agent");
    fs.writeFileSync(executable, "#!/bin/sh\necho 'a server for this folder runs already' >&2; exit 3\n", { mode: 0o755 });
    const options = { executable, cwd: folder, python: "", allowRun: false };
    const servers = new Servers(environment, uid, () => undefined, () => options);
    const record = { url: "http://127.0.0.1:1", token: "ab", pid: process.pid, root: folder };
    const runs = path.join(folder, "run/dlfix-agent");
    setTimeout(() => {
      fs.mkdirSync(runs, { mode: 0o700 });
      fs.writeFileSync(path.join(runs, runFileName(folder)), JSON.stringify(record), { mode: 0o600 });
    }, 400);
    expect((await servers.reach(path.join(folder, "m.py"), folder)).url).toBe(record.url);
    fs.rmSync(folder, { recursive: true });
  });
});

describe.skipIf(!BINARY || !TRAINER)("repairs of dlfix-agent serve", () => {
  let folder: string;
  let served: Served;
  let contained: boolean;
  const text = program("cancer_softmax.py");
  beforeAll(async () => {
    folder = temporary();
    served = new Served(folder, ["--allow-run"], ["cancer_softmax.py"]);
    contained = await served.start();
    if (!contained) console.warn("skipped: programs cannot be contained here");
  });
  afterAll(async () => {
    await served.end();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const uri = () => `file://${served.root}/cancer_softmax.py`;
  function repair(budget: string, signal: AbortSignal, onProgress: (progress: Progress) => void, log: string[] = []): Promise<RepairAnswer> {
    return repairOnServer({
      reach: async () => clientOf(served, "cancer_softmax.py"),
      program: { uri: uri(), text, version: 3 },
      wishes: { budget, technique: "guided" },
      onProgress,
      log: (line) => void log.push(line),
      signal,
    });
  }

  it("give progress, a verdict and an edit", { timeout: 180_000 }, async ({ skip }) => {
    if (!contained) return skip();
    const seen: Progress[] = [];
    const answer = await repair("4trials", new AbortController().signal, (progress) => void seen.push(progress));
    expect(answer.outcome).toBe("proven");
    expect(answer.figures?.after).toBeGreaterThan(answer.figures?.before ?? 1);
    expect(seen.map(({ phase }) => phase)).toContain("prove");
    expect(applyEdits(text, editsFor(answer.edit!, uri(), 3))).not.toContain('activation="softmax"');

    // The same events again, in pieces.
    const client = clientOf(served, "cancer_softmax.py");
    const jobs = (await (await fetch(`${client.url}/v1/jobs`, { headers: { Authorization: `Bearer ${served.record.token}` } })).json()) as { jobs: { id: string }[] };
    const id = jobs.jobs[0]!.id;
    const types: string[] = [];
    const after: number[] = [];
    await follow({
      open: async (last) => {
        after.push(last);
        const stream = await client.events(id, last);
        return after.length > 3 ? stream : { ...stream, body: cutOff(stream.body) };
      },
      onEvent: (type) => void types.push(type),
      mayPass: (error) => error instanceof ServerGone,
      pauses: [1, 1, 1, 1, 1],
    });
    expect(after[0]).toBe(0);
    expect(after.length).toBe(4);
    expect([types[0], types[1], types.at(-1)]).toEqual(["queued", "started", "done"]);
    expect(types.filter((type) => type === "done")).toHaveLength(1);
    expect((await client.events(id, 1_000_000)).status).toBe(204);
  });

  it("are cancelled at the server", { timeout: 60_000 }, async ({ skip }) => {
    if (!contained) return skip();
    const cancelled = new AbortController();
    const seen: Progress[] = [];
    const log: string[] = [];
    const running = repair("10m", cancelled.signal, (progress) => void seen.push(progress), log).catch((error: Error) => error);
    await until(() => seen.length > 1, 30_000);
    cancelled.abort();
    expect(await running).toBeInstanceOf(Cancelled);
    expect(log).toEqual([]);
  });

  it("go on over a restart of the server", { timeout: 180_000 }, async ({ skip }) => {
    if (!contained) return skip();
    const seen: Progress[] = [];
    const running = repair("5trials", new AbortController().signal, (progress) => void seen.push(progress));
    await until(() => seen.length > 1, 30_000);
    await served.end("SIGKILL");
    await served.start();
    expect((await running).verdict).not.toBe("");
  });
});

/** The connection breaks after some bytes. */
async function* cutOff(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    yield chunk.subarray(0, Math.min(chunk.length, 150));
    throw new ServerGone("cut off");
  }
}
