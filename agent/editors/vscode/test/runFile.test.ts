import * as fs from "node:fs";
import * as path from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { findServer, runDirectory, runFileName } from "../src/runFile";
import { temporary } from "./dlfix";

const folder = temporary();
const uid = process.getuid?.() ?? 0;
const environment = { XDG_RUNTIME_DIR: folder };
const runs = path.join(folder, "dlfix-agent");
const root = path.join(folder, "project");
const program = path.join(root, "deep/er/model.py");
const record = { url: "http://127.0.0.1:4711", token: "ab12", pid: 1, version: "0.1.0", root };
const file = path.join(runs, runFileName(root));

afterAll(() => fs.rmSync(folder, { recursive: true }));
beforeEach(() => {
  fs.rmSync(runs, { recursive: true, force: true });
  fs.mkdirSync(runs, { mode: 0o700 });
  fs.mkdirSync(path.dirname(program), { recursive: true });
  write(record);
});

function write(document: unknown) {
  fs.writeFileSync(file, JSON.stringify(document), { mode: 0o600 });
}
const found = () => findServer(program, environment, uid);

describe("the run file", () => {
  it("is named and placed as the server does it", () => {
    expect(runFileName("/home/u/project")).toMatch(/^[0-9a-f]{16}\.json$/);
    expect(runDirectory(environment, 5)).toBe(runs);
    expect(runDirectory({ XDG_RUNTIME_DIR: "/nosuch" }, 5)).toBe("/tmp/dlfix-agent-5");
    expect(runDirectory({}, 5)).toBe("/tmp/dlfix-agent-5");
  });

  it("is found for a program below the root, saved or not, through links", () => {
    expect(found()).toMatchObject(record);
    fs.writeFileSync(program, "");
    const link = path.join(folder, "link");
    fs.rmSync(link, { force: true });
    fs.symlinkSync(root, link);
    expect(findServer(path.join(link, "deep/er/model.py"), environment, uid)).toMatchObject(record);
    expect(findServer(path.join(folder, "other.py"), environment, uid)).toBeUndefined();
  });

  it("is not believed when others could have written it", () => {
    fs.chmodSync(file, 0o644);
    expect(found()).toBeUndefined();
    fs.chmodSync(file, 0o600);
    fs.chmodSync(runs, 0o755);
    expect(found()).toBeUndefined();
    fs.chmodSync(runs, 0o700);
    expect(found()).toBeDefined();
    expect(findServer(program, environment, uid + 1)).toBeUndefined();
  });

  it("is not believed when it names another machine, another root, or nothing", () => {
    for (const wrong of [
      { ...record, url: "http://example.com:80" },
      { ...record, url: "https://127.0.0.1:1" },
      { ...record, url: "http://127.0.0.1.example.com:1" },
      { ...record, root: "/elsewhere" },
      { ...record, token: "a\r\nHost: b" },
      { url: record.url },
      [],
      null,
    ]) {
      write(wrong);
      expect(found(), JSON.stringify(wrong)).toBeUndefined();
    }
    fs.writeFileSync(file, '{"url": "http:');
    expect(found()).toBeUndefined();
  });
});
