import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Cancelled } from "../src/answer";
import { NotOurServer, Problem, ServerClient, ServerGone } from "../src/http";
import type { Progress } from "../src/progress";
import { repairOnServer } from "../src/serverRepair";
import { json, problem, Scripted, type Answer } from "./scripted";

const ID = "0123456789abcdef01234567";
const program = { uri: "file:///a%20b/m.py", text: "x = 'é'\n", version: 7 };
const job = (more: object) => ({ id: ID, status: "running", result: null, problem: null, edit: null, ...more });

let server: Scripted;
let client: ServerClient;
beforeEach(async () => {
  server = new Scripted((_, response) => problem(response, 401, "token_wrong", "the token is not this server's"));
  client = new ServerClient(await server.start(), "secret");
});
afterEach(() => server.stop());

async function failure(promise: Promise<unknown>): Promise<Error> {
  return promise.then(() => new Error("it did not fail"), (error: Error) => error);
}

describe("requests", () => {
  it("carry token, text and version", async () => {
    server.answer = (_, response) => json(response, 200, { version: 7, diagnostics: [], fixes: [] });
    await client.localise(program);
    const [asked] = server.asked;
    expect(asked).toMatchObject({ method: "POST", path: "/v1/localise" });
    expect(asked?.headers).toMatchObject({ authorization: "Bearer secret", "content-type": "application/json" });
    expect(asked?.headers.origin).toBeUndefined();
    expect(JSON.parse(asked?.body ?? "")).toEqual({ ...program, position_encoding: "utf-16" });
  });

  it("leave out a budget that is not set", async () => {
    server.answer = (_, response) => json(response, 202, job({}));
    await client.repair(program, { budget: "", technique: "auto" }, "k");
    await client.repair(program, { budget: "5m", technique: "auto" }, "k");
    expect(server.asked.map(({ body }) => JSON.parse(body).budget)).toEqual([undefined, "5m"]);
    expect(server.asked[0]?.headers).toMatchObject({ "idempotency-key": "k", "dlfix-client": "vscode" });
  });

  it("tell a wrong token from a server that is down", async () => {
    const refused = await failure(client.version());
    expect(refused).toBeInstanceOf(Problem);
    expect(refused).toMatchObject({ status: 401, code: "token_wrong", message: "the token is not this server's" });
    await server.stop();
    const gone = await failure(client.version());
    expect(gone).toBeInstanceOf(ServerGone);
    expect(gone.message).not.toContain("secret");
  });

  it("notice a connection that is lost in an answer, and answers of something else", async () => {
    server.answer = (_, response) => {
      response.writeHead(200, { "Content-Length": 100 });
      response.write("{", () => response.destroy());
    };
    expect(await failure(client.version())).toBeInstanceOf(ServerGone);
    server.answer = (_, response) => response.end("<html>");
    expect(await failure(client.version())).toBeInstanceOf(NotOurServer);
    server.answer = (_, response) => json(response, 200, { id: "../../etc" });
    expect(await failure(client.job(ID))).toBeInstanceOf(NotOurServer);
    server.answer = (_, response) => { response.statusCode = 502; response.end("<html>"); };
    expect(await failure(client.version())).toMatchObject({ status: 502, code: "unknown" });
  });
});

describe("a repair at the server", () => {
  const edit = { documentChanges: [{ textDocument: { uri: program.uri, version: 7 }, edits: [] }] };
  const result = { outcome: "proven", verdict: "better", faulty: { mean: 0.5 }, patched: { mean: 0.9 }, diff: "" };
  const event = (id: number, type: string, data: object = {}) => `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
  const seen: Progress[] = [];
  const log: string[] = [];

  /** Events in several streams; the job is done after the last. */
  function answers(streams: string[], last: object): Answer {
    return ({ method, path }, response) => {
      if (path === "/v1/repair") return json(response, 202, job({ status: "queued" }));
      if (path.endsWith("/cancel")) return json(response, 200, job({ status: "cancelled" }));
      if (!path.endsWith("/events")) return json(response, 200, job(last));
      expect(method).toBe("GET");
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      const text = streams.shift();
      if (text === undefined) return void response.write(": still there\n\n");
      return void response.write(text, () => response.destroy());
    };
  }

  function repair(signal = new AbortController().signal, reach = async () => client) {
    seen.length = log.length = 0;
    return repairOnServer({
      reach,
      program,
      wishes: { budget: "", technique: "auto" },
      onProgress: (progress) => void seen.push(progress),
      log: (line) => void log.push(line),
      signal,
      pauses: [1, 1, 1],
    });
  }
  const lastIds = () => server.asked.filter(({ path }) => path.endsWith("/events")).map(({ headers }) => headers["last-event-id"]);

  it("is followed over lost connections to its answer", async () => {
    server.answer = answers(
      [event(1, "queued") + event(2, "phase", { name: "search", what: "tries" }), event(3, "progress", { phase: "search", done: 0.5, trainings: 4 }), event(4, "done")],
      { status: "done", result, edit },
    );
    expect(await repair()).toEqual({ outcome: "proven", verdict: "better", edit, figures: { before: 0.5, after: 0.9 } });
    expect(seen.map(({ percent }) => percent)).toEqual([0, 0, 50]);
    expect(lastIds()).toEqual(["0", "2", "3"]);
  });

  it("finds the server again that was started again with another token", async () => {
    const fine = answers([event(1, "queued"), event(2, "done")], { status: "done", result, edit });
    let token = "secret";
    let refused = 0;
    server.answer = (asked, response) => {
      if (asked.headers.authorization !== `Bearer ${token}`) {
        refused += 1;
        return problem(response, 401, "token_wrong", "wrong");
      }
      if (asked.path.endsWith("/events")) token = "new"; // started again after this answer
      return fine(asked, response);
    };
    const known = () => (refused > 0 ? "new" : "secret");
    const answer = await repair(undefined, async () => new ServerClient(client.url, known()));
    expect(answer.outcome).toBe("proven");
    expect(refused).toBe(1);
  });

  it("says why it failed, and writes of events that cannot be read", async () => {
    server.answer = answers(["id: 1\nevent: phase\ndata: {half\n\n" + event(2, "failed")], { status: "failed", problem: { detail: "no memory" } });
    expect(await failure(repair())).toMatchObject({ code: "job_failed", message: "no memory" });
    expect(log).toEqual([`an event of job ${ID} cannot be read: phase`]);
  });

  it("is refused by a server that runs nothing", async () => {
    server.answer = (_, response) => problem(response, 403, "run_not_allowed", "start it with --allow-run");
    expect(await failure(repair())).toMatchObject({ code: "run_not_allowed", message: "start it with --allow-run" });
    expect(server.asked).toHaveLength(1);
  });

  it("is cancelled at the server when the user cancels", async () => {
    server.answer = answers([], {});
    const cancelled = new AbortController();
    const running = failure(repair(cancelled.signal));
    while (lastIds().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    cancelled.abort();
    expect(await running).toBeInstanceOf(Cancelled);
    expect(server.asked.at(-1)).toMatchObject({ method: "POST", path: `/v1/jobs/${ID}/cancel` });
  });

  it("that was cancelled in another window is no failure", async () => {
    server.answer = answers([event(1, "cancelled")], { status: "cancelled" });
    expect(await failure(repair())).toBeInstanceOf(Cancelled);
  });

  it("is not begun when it is cancelled before", async () => {
    const cancelled = new AbortController();
    cancelled.abort();
    expect(await failure(repair(cancelled.signal))).toBeInstanceOf(Cancelled);
    expect(server.asked).toEqual([]);
  });
});
