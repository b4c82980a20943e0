// How a client finds the server of a folder: by the file that the server has written for its user.
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

export interface ServerRecord {
  url: string;
  token: string;
  pid: number;
  root: string;
}

function isFolder(name: string): boolean {
  try {
    return fs.statSync(name).isDirectory();
  } catch {
    return false;
  }
}

export function runDirectory(environment: NodeJS.ProcessEnv, uid: number): string {
  const runtime = environment["XDG_RUNTIME_DIR"] ?? "";
  return runtime.startsWith("/") && isFolder(runtime)
    ? path.join(runtime, "dlfix-agent")
    : `/tmp/dlfix-agent-${uid}`;
}

/** `root`: a real path. */
export function runFileName(root: string): string {
  return crypto.createHash("sha256").update(root).digest("hex").slice(0, 16) + ".json";
}

/** Somebody else could have made the folder below /tmp, and would get the texts that are posted. */
function isOurs(name: string, uid: number): boolean {
  const status = fs.lstatSync(name);
  return status.uid === uid && (status.mode & 0o077) === 0 && !status.isSymbolicLink();
}

function isLoopback(url: string): boolean {
  try {
    const { protocol, hostname } = new URL(url);
    return protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
  } catch {
    return false;
  }
}

function isRecord(value: unknown): value is ServerRecord {
  const record = value as Partial<ServerRecord> | null;
  return (
    typeof record === "object" &&
    record !== null &&
    typeof record.url === "string" &&
    isLoopback(record.url) &&
    typeof record.token === "string" &&
    /^[0-9A-Za-z]+$/.test(record.token) &&
    typeof record.pid === "number" &&
    typeof record.root === "string"
  );
}

/** Nothing where there is no such file, it is not ours alone, or it does not say what it should. */
export function readRunFile(folder: string, name: string, uid: number): ServerRecord | undefined {
  const file = path.join(folder, name);
  try {
    if (!isOurs(folder, uid) || !isOurs(file, uid)) return undefined;
    const record: unknown = JSON.parse(fs.readFileSync(file, "utf8"));
    return isRecord(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** The server of the nearest folder above a file. */
export function findServer(
  file: string,
  environment: NodeJS.ProcessEnv,
  uid: number,
): ServerRecord | undefined {
  const folder = runDirectory(environment, uid);
  for (let root = path.dirname(realPath(file)); ; root = path.dirname(root)) {
    const record = readRunFile(folder, runFileName(root), uid);
    if (record?.root === root) return record;
    if (root === path.dirname(root)) return undefined;
  }
}

/** Of a file that may not exist yet. */
export function realPath(file: string): string {
  try {
    return fs.realpathSync(file);
  } catch {
    const folder = path.dirname(file);
    return folder === file ? file : path.join(realPath(folder), path.basename(file));
  }
}
