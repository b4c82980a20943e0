// What is packed, as VS Code loads it.
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { temporary } from "./dlfix";
import { fake } from "./fakeVscode";

const folder = path.join(__dirname, "..");
const bundle = path.join(folder, "dist/extension.js");

describe.skipIf(!fs.existsSync(bundle))("the bundle", () => {
  it("is activated and ends", async () => {
    fake.reset();
    fake.settings = { executable: "/nosuch/dlfix-agent" };
    const extension = createRequire(__filename)(bundle);
    const context = { subscriptions: [] as { dispose(): void }[], extensionPath: temporary() };
    await extension.activate(context);
    expect(fake.commands.has("dlfix.repairProgram")).toBe(true);
    expect(fake.messages).toHaveLength(1);
    await extension.deactivate();
    context.subscriptions.forEach((one) => one.dispose());
    fs.rmSync(context.extensionPath, { recursive: true });
  });

  it("names no folder of the machine it was made on, and has the licences of all that is in it", () => {
    const text = fs.readFileSync(bundle, "utf8");
    expect(text).not.toContain(fs.realpathSync(folder));
    expect(text).not.toContain("sourceMappingURL");
    const licences = fs.readFileSync(path.join(folder, "dist/THIRD-PARTY.txt"), "utf8");
    const packed = [...text.matchAll(/"node_modules\/((?:@[^/"]+\/)?[^/"]+)\//g)].map(([, name]) => name);
    expect(packed).toContain("vscode-languageclient");
    for (const name of new Set(packed)) expect(licences).toContain(`${name} `);
  });
});
