// The language client asks for VS Code by Node's own require.
import Module from "node:module";
import * as fake from "./fakeVscode";

type Load = (this: unknown, name: string, ...rest: unknown[]) => unknown;
const loader = Module as unknown as { _load: Load };
const load = loader._load;

// What the fake has not got is a class without anything: the client derives its own from many.
const api = new Proxy(
  { ...fake },
  {
    get: (target: Record<string, unknown>, name: string) =>
      name in target || !/^[A-Z]/.test(name) ? target[name] : (target[name] = class {}),
  },
);

loader._load = function (name, ...rest) {
  return name === "vscode" ? api : load.call(this, name, ...rest);
};
