// Requests to the local endpoint (agent/serve/openapi.json).
import * as http from "node:http";
import type { EventStream } from "./sse";
import type { LspDiagnostic, LspWorkspaceEdit } from "./edits";

/** The server says no, and why (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }
}

/** The server cannot be reached, or the connection was lost. */
export class ServerGone extends Error {}

/** Something answers that is not our server. */
export class NotOurServer extends Error {}

export interface Fix {
  finding: number;
  title: string;
  edit: LspWorkspaceEdit;
}

export interface Localisation {
  version: number | null;
  diagnostics: LspDiagnostic[];
  fixes: Fix[];
}

export interface Job {
  id: string;
  status: "queued" | "running" | "done" | "failed" | "cancelled";
  result: Record<string, unknown> | null;
  problem: { detail: string } | null;
  edit: LspWorkspaceEdit | null;
}

export interface ProgramText {
  uri: string;
  text: string;
  version: number;
}

export interface RepairWishes {
  budget: string;
  technique: string;
}

const MOST_BYTES = 32 * 1024 * 1024;
const LIMIT_MS = 90_000;
/** The server writes something every 15 s. */
const SILENCE_MS = 60_000;

interface Asked {
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

/** One server with its token. The token goes into the Authorization header and nowhere else. */
export class ServerClient {
  constructor(
    readonly url: string,
    private readonly token: string,
  ) {}

  async version(): Promise<{ allow_run: boolean; version: string }> {
    return (await this.json("GET", "/v1/version")) as { allow_run: boolean; version: string };
  }

  async localise(program: ProgramText, signal?: AbortSignal): Promise<Localisation> {
    const body = { ...program, position_encoding: "utf-16" };
    return (await this.json("POST", "/v1/localise", { body, signal })) as unknown as Localisation;
  }

  /** The same key makes one job, however often it is sent. */
  async repair(program: ProgramText, wishes: RepairWishes, key: string): Promise<Job> {
    const body = {
      ...program,
      technique: wishes.technique,
      ...(wishes.budget ? { budget: wishes.budget } : {}),
    };
    const headers = { "Idempotency-Key": key, "Dlfix-Client": "vscode" };
    return asJob(await this.json("POST", "/v1/repair", { body, headers }));
  }

  async job(id: string): Promise<Job> {
    return asJob(await this.json("GET", `/v1/jobs/${id}`));
  }

  async cancel(id: string): Promise<Job> {
    return asJob(await this.json("POST", `/v1/jobs/${id}/cancel`));
  }

  async events(id: string, after: number, signal?: AbortSignal): Promise<EventStream> {
    const headers = { "Last-Event-ID": String(after) };
    const answer = await this.send("GET", `/v1/jobs/${id}/events`, { headers, signal });
    const status = answer.statusCode ?? 0;
    if (status !== 200 && status !== 204) throw await problemOf(answer);
    if (status === 204) answer.resume();
    return { status, body: chunksOf(answer) };
  }

  private async json(
    method: string,
    path: string,
    asked: Asked = {},
  ): Promise<Record<string, unknown>> {
    const answer = await this.send(method, path, asked);
    const status = answer.statusCode ?? 0;
    if (status < 200 || status > 299) throw await problemOf(answer);
    const value = parsed(await textOf(answer));
    if (!value) throw new NotOurServer(`${this.url} answers with something that is not dlfix-agent's`);
    return value;
  }

  private send(method: string, path: string, asked: Asked): Promise<http.IncomingMessage> {
    const body = asked.body === undefined ? undefined : Buffer.from(JSON.stringify(asked.body));
    const headers: http.OutgoingHttpHeaders = {
      Authorization: `Bearer ${this.token}`,
      ...(body ? { "Content-Type": "application/json", "Content-Length": body.length } : {}),
      ...(method === "POST" && !body ? { "Content-Length": 0 } : {}),
      ...asked.headers,
    };
    return new Promise((resolve, reject) => {
      const gone = (error: Error) =>
        reject(new ServerGone(`the server at ${this.url} does not answer (${error.message})`));
      const request = http.request(
        new URL(path, this.url),
        { method, headers, agent: false, ...(asked.signal ? { signal: asked.signal } : {}) },
        (answer) => {
          request.setTimeout(SILENCE_MS);
          resolve(answer);
        },
      );
      request.setTimeout(LIMIT_MS, () => request.destroy(new Error("it takes too long")));
      request.on("error", gone);
      request.end(body);
    });
  }
}

async function* chunksOf(answer: http.IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of answer) yield chunk as Uint8Array;
  } catch (error) {
    throw new ServerGone(`the connection was lost (${(error as Error).message})`);
  }
}

async function textOf(answer: http.IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunksOf(answer)) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new NotOurServer("the answer has no end");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

async function problemOf(answer: http.IncomingMessage): Promise<Problem> {
  const status = answer.statusCode ?? 0;
  const said = parsed(await textOf(answer));
  const word = (name: string) => (typeof said?.[name] === "string" ? (said[name] as string) : "");
  return new Problem(status, word("code") || "unknown", word("detail") || `the server answers ${status}`);
}

function asJob(value: Record<string, unknown>): Job {
  if (typeof value["id"] !== "string" || !/^[0-9a-f]{24}$/.test(value["id"])) {
    throw new NotOurServer("the server's answer is not a job");
  }
  return value as unknown as Job;
}
