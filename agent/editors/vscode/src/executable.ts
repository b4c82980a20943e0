// Where the command dlfix-agent is.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** Says what is missing and what helps. */
export class MissingExecutable extends Error {}

const REMEDY =
  "Build it (scripts/repair) and install it (cmake --install build), or set dlfix.executable to its absolute path.";

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * The absolute path of the program that the setting names. A relative path is refused: it would
 * mean a file of whatever folder happens to be open.
 */
export function findExecutable(setting: string, environment: NodeJS.ProcessEnv): string {
  const named = setting.startsWith("~/") ? path.join(os.homedir(), setting.slice(2)) : setting;
  if (path.isAbsolute(named)) {
    if (isProgram(named)) return named;
    throw new MissingExecutable(`dlfix-agent: ${named} is not a program. ${REMEDY}`);
  }
  if (named.includes("/")) {
    throw new MissingExecutable(`dlfix-agent: dlfix.executable is ${named}; it has to be absolute.`);
  }
  for (const folder of (environment["PATH"] ?? "").split(path.delimiter)) {
    const file = path.join(folder, named);
    if (path.isAbsolute(folder) && isProgram(file)) return file;
  }
  throw new MissingExecutable(`dlfix-agent: there is no ${named} in PATH. ${REMEDY}`);
}
