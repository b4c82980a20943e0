import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // What VS Code gives its extensions exists in VS Code only.
    alias: { vscode: fileURLToPath(new URL("test/fakeVscode.ts", import.meta.url)) },
    setupFiles: ["test/setup.ts"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Real servers and repairs: side by side they would wait for each other.
    fileParallelism: false,
  },
});
