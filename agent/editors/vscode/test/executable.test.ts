import * as fs from "node:fs";
import * as path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { findExecutable, MissingExecutable } from "../src/executable";
import { temporary } from "./dlfix";

const folder = temporary();
const file = path.join(folder, "dlfix-agent");
fs.writeFileSync(file, "", { mode: 0o755 });
fs.writeFileSync(path.join(folder, "plain"), "", { mode: 0o644 });
afterAll(() => fs.rmSync(folder, { recursive: true }));

describe("the executable", () => {
  it("is found in PATH or where the setting says", () => {
    expect(findExecutable("dlfix-agent", { PATH: `/nosuch:${folder}` })).toBe(file);
    expect(findExecutable(file, {})).toBe(file);
  });

  it("is named with the remedy where it is missing", () => {
    const missing = () => findExecutable("dlfix-agent", { PATH: "/nosuch" });
    expect(missing).toThrow(MissingExecutable);
    expect(missing).toThrow(/no dlfix-agent in PATH.*dlfix\.executable/);
    expect(() => findExecutable(path.join(folder, "plain"), {})).toThrow(/is not a program/);
    expect(() => findExecutable(folder, {})).toThrow(/is not a program/);
  });

  it("is never a file of the folder that happens to be open", () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      expect(() => findExecutable("./dlfix-agent", { PATH: folder })).toThrow(/absolute/);
      expect(() => findExecutable("dlfix-agent", { PATH: ".:" })).toThrow(/in PATH/);
    } finally {
      process.chdir(before);
    }
  });
});
