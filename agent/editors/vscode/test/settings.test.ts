import * as fs from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { needsRestart, readSettings, TECHNIQUES } from "../src/settings";

const manifest = JSON.parse(fs.readFileSync(path.join(__dirname, "../package.json"), "utf8"));
const of = (values: Record<string, unknown>) => readSettings((name) => values[name]);

describe("settings", () => {
  it("are as package.json says when nothing is set", () => {
    const properties = manifest.contributes.configuration.properties;
    const defaults = readSettings((name) => properties[`dlfix.${name}`]?.default);
    expect(defaults).toEqual(of({}));
    expect(properties["dlfix.technique"].enum).toEqual(TECHNIQUES);
  });

  it("count as not set where they make no sense", () => {
    const settings = of({ budget: "20 --llm x", technique: "llm!", debounce: NaN, mode: "x", python: 3 });
    expect(settings).toEqual(of({}));
    expect(of({ debounce: -5 }).debounce).toBe(0);
    expect(of({ budget: " 40trials ", technique: "hebo" })).toMatchObject({ budget: "40trials", technique: "hebo" });
    expect(of({ "server.allowRun": "true" }).allowRun).toBe(false);
  });

  it("of a search are taken without a restart", () => {
    expect(needsRestart(of({}), of({ budget: "5m", technique: "bohb", debounce: 5 }))).toBe(false);
    expect(needsRestart(of({}), of({ executable: "/x" }))).toBe(true);
    expect(needsRestart(of({}), of({ "server.allowRun": true }))).toBe(true);
  });
});

describe("package.json", () => {
  const properties = manifest.contributes.configuration.properties;

  it("lets no workspace say what is run", () => {
    expect(properties["dlfix.server.start"]).toMatchObject({ scope: "machine", default: false });
    expect(properties["dlfix.server.allowRun"]).toMatchObject({ scope: "machine", default: false });
    const trust = manifest.capabilities.untrustedWorkspaces;
    expect(trust.supported).toBe("limited");
    for (const name of ["dlfix.executable", "dlfix.python"]) {
      expect(properties[name].scope).toBe("machine-overridable");
      expect(trust.restrictedConfigurations).toContain(name);
    }
  });

  it("has the version of dlfix-agent", () => {
    const cmake = fs.readFileSync(path.join(__dirname, "../../../../CMakeLists.txt"), "utf8");
    expect(/project\(dlfix_agent VERSION ([\d.]+)/.exec(cmake)?.[1]).toBe(manifest.version);
  });
});
