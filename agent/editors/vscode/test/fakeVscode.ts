// As much of VS Code's API as the extension and its language client use; tests drive it with `fake`.

export class Disposable {
  static from(...all: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => all.forEach((one) => one.dispose()));
  }
  constructor(private readonly end: () => unknown = () => undefined) {}
  dispose(): void {
    this.end();
  }
}

export class EventEmitter<T> {
  private listeners = new Set<(value: T) => unknown>();
  readonly event = (listener: (value: T) => unknown, self?: unknown): Disposable => {
    const bound = self ? listener.bind(self) : listener;
    this.listeners.add(bound);
    return new Disposable(() => this.listeners.delete(bound));
  };
  fire(value: T): void {
    [...this.listeners].forEach((listener) => listener(value));
  }
  dispose(): void {
    this.listeners.clear();
  }
}

export class CancellationTokenSource {
  private readonly emitter = new EventEmitter<void>();
  readonly token = {
    isCancellationRequested: false,
    onCancellationRequested: this.emitter.event,
  };
  cancel(): void {
    if (this.token.isCancellationRequested) return;
    this.token.isCancellationRequested = true;
    this.emitter.fire();
  }
  dispose(): void {
    this.emitter.dispose();
  }
}

export class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
}

export class Range {
  readonly start: Position;
  readonly end: Position;
  constructor(a: number | Position, b: number | Position, c?: number, d?: number) {
    this.start = a instanceof Position ? a : new Position(a, b as number);
    this.end = b instanceof Position ? b : new Position(c ?? 0, d ?? 0);
  }
}

export class Uri {
  private constructor(
    readonly scheme: string,
    readonly authority: string,
    readonly path: string,
    readonly query: string,
    readonly fragment: string,
  ) {}
  static file(path: string): Uri {
    return new Uri("file", "", path, "", "");
  }
  static from(parts: { scheme: string; path?: string; query?: string }): Uri {
    return new Uri(parts.scheme, "", parts.path ?? "", parts.query ?? "", "");
  }
  static parse(text: string): Uri {
    const [, scheme = "", , path = "", query = ""] =
      /^([a-z-]+):(\/\/)?([^?#]*)\??([^#]*)/.exec(text) ?? [];
    return new Uri(scheme, "", decodeURIComponent(path), query, "");
  }
  get fsPath(): string {
    return this.path;
  }
  /** As VS Code does it: more is escaped than has to be. */
  toString(): string {
    const path = this.path.split("/").map(encodeURIComponent).join("/");
    return `${this.scheme}:${this.scheme === "file" ? "//" : ""}${path}${this.query ? `?${this.query}` : ""}`;
  }
}

export class Diagnostic {
  code: unknown;
  source: unknown;
  constructor(
    readonly range: Range,
    readonly message: string,
    readonly severity = 0,
  ) {}
}

export class CodeAction {
  edit: WorkspaceEdit | undefined;
  command: { command: string; title: string; arguments?: unknown[] } | undefined;
  diagnostics: Diagnostic[] | undefined;
  constructor(
    readonly title: string,
    readonly kind?: CodeActionKind,
  ) {}
}

export class CodeActionKind {
  static readonly Empty = new CodeActionKind("");
  static readonly QuickFix = new CodeActionKind("quickfix");
  constructor(readonly value: string) {}
  append(part: string): CodeActionKind {
    return new CodeActionKind(this.value ? `${this.value}.${part}` : part);
  }
}

export class TextEdit {
  static replace(range: Range, newText: string): TextEdit {
    return new TextEdit(range, newText);
  }
  constructor(
    readonly range: Range,
    readonly newText: string,
  ) {}
}

export class WorkspaceEdit {
  readonly edits = new Map<string, TextEdit[]>();
  replace(uri: Uri, range: Range, newText: string): void {
    this.set(uri, [...(this.edits.get(uri.toString()) ?? []), new TextEdit(range, newText)]);
  }
  set(uri: Uri, edits: TextEdit[]): void {
    this.edits.set(uri.toString(), edits);
  }
}

export class ThemeColor {
  constructor(readonly id: string) {}
}

export const StatusBarAlignment = { Left: 1, Right: 2 };
export const ProgressLocation = { SourceControl: 1, Window: 10, Notification: 15 };
export const DiagnosticSeverity = { Error: 0, Warning: 1, Information: 2, Hint: 3 };
export const CodeActionTriggerKind = { Invoke: 1, Automatic: 2 };
export const version = "1.82.0";

export class FakeDocument {
  readonly languageId = "python";
  isClosed = false;
  isUntitled = false;
  version = 1;
  constructor(
    readonly uri: Uri,
    public text: string,
  ) {}
  get fileName(): string {
    return this.uri.path;
  }
  get lineCount(): number {
    return this.text.split("\n").length;
  }
  getText(): string {
    return this.text;
  }
  offsetAt(position: { line: number; character: number }): number {
    const lines = this.text.split("\n");
    const before = lines.slice(0, position.line).reduce((sum, line) => sum + line.length + 1, 0);
    return Math.min(before + position.character, this.text.length);
  }
}

interface Message {
  kind: "information" | "warning" | "error";
  text: string;
  choices: string[];
}

class Fake {
  documents = new Map<string, FakeDocument>();
  /** What a file holds that is not open. */
  files = new Map<string, string>();
  settings: Record<string, unknown> = {};
  commands = new Map<string, (...words: any[]) => unknown>();
  executed: { name: string; words: unknown[] }[] = [];
  messages: Message[] = [];
  progress: string[] = [];
  log: string[] = [];
  statusTexts: string[] = [];
  diagnostics = new Map<string, Diagnostic[]>();
  codeActionProviders: any[] = [];
  contentProviders = new Map<string, any>();
  folders: { uri: Uri; name: string; index: number }[] = [];
  trusted = true;
  takesEdits = true;
  active: FakeDocument | undefined;
  /** What the user chooses of a message. */
  choose: (message: Message) => string | undefined = () => undefined;
  cancelProgress: () => void = () => undefined;
  opened = new EventEmitter<FakeDocument>();
  changed = new EventEmitter<any>();
  closed = new EventEmitter<FakeDocument>();
  configured = new EventEmitter<any>();
  granted = new EventEmitter<void>();
  shown = new EventEmitter<void>();

  open(uri: Uri, text: string): FakeDocument {
    const document = new FakeDocument(uri, text);
    this.documents.set(uri.toString(), document);
    this.active = document;
    this.opened.fire(document);
    return document;
  }

  /** As if it were typed: one change. */
  edit(document: FakeDocument, edits: TextEdit[]): void {
    const contentChanges = edits
      .map(({ range, newText }) => {
        const rangeOffset = document.offsetAt(range.start);
        const rangeLength = document.offsetAt(range.end) - rangeOffset;
        return { range, rangeOffset, rangeLength, text: newText };
      })
      .sort((a, b) => b.rangeOffset - a.rangeOffset);
    for (const { rangeOffset, rangeLength, text } of contentChanges) {
      document.text =
        document.text.slice(0, rangeOffset) + text + document.text.slice(rangeOffset + rangeLength);
    }
    document.version += 1;
    this.changed.fire({ document, contentChanges });
  }

  close(document: FakeDocument): void {
    this.documents.delete(document.uri.toString());
    document.isClosed = true;
    this.closed.fire(document);
  }

  set(settings: Record<string, unknown>): void {
    Object.assign(this.settings, settings);
    this.configured.fire({ affectsConfiguration: (name: string) => name.startsWith("dlfix") });
  }

  message(part: string): Message | undefined {
    return this.messages.find(({ text }) => text.includes(part));
  }

  async codeActions(document: FakeDocument, range: Range): Promise<any[]> {
    const token = new CancellationTokenSource().token;
    const context = { diagnostics: this.diagnostics.get(document.uri.toString()) ?? [], triggerKind: 1 };
    const all = await Promise.all(
      this.codeActionProviders.map((one) => one.provideCodeActions(document, range, context, token)),
    );
    return all.flat();
  }

  reset(): void {
    Object.assign(this, new Fake());
  }
}

export const fake = new Fake();

function say(kind: Message["kind"]) {
  return async (text: string, ...rest: any[]) => {
    const items = rest.filter((item) => typeof item === "string" || item?.title);
    const message = { kind, text, choices: items.map((item) => item.title ?? item) };
    fake.messages.push(message);
    const chosen = fake.choose(message);
    return items.find((item) => (item.title ?? item) === chosen);
  };
}

class Configuration {
  constructor(private readonly section: string) {
    // The language client sends the members, as they are nested.
    for (const [name, value] of Object.entries(fake.settings)) {
      const parts = name.split(".");
      const last = parts.pop() ?? "";
      let place: any = this;
      for (const part of parts) place = place[part] ??= {};
      place[last] = value;
    }
    Object.defineProperty(this, "section", { enumerable: false });
  }
  get(name: string, otherwise?: unknown): unknown {
    return this.section === "dlfix" ? (fake.settings[name] ?? otherwise) : otherwise;
  }
  has(): boolean {
    return true;
  }
  inspect(): undefined {
    return undefined;
  }
}

const never = new EventEmitter<never>().event;

export const workspace: any = {
  get textDocuments() {
    return [...fake.documents.values()];
  },
  get isTrusted() {
    return fake.trusted;
  },
  get workspaceFolders() {
    return fake.folders;
  },
  notebookDocuments: [],
  fs: {},
  getConfiguration: (section?: string) => new Configuration(section ?? ""),
  getWorkspaceFolder: (uri: Uri) => fake.folders.find((one) => uri.path.startsWith(one.uri.path)),
  asRelativePath: (uri: Uri) => uri.path.split("/").pop(),
  openTextDocument: async (uri: Uri) => {
    const text = fake.files.get(uri.toString());
    const known = fake.documents.get(uri.toString());
    if (!known && text === undefined) throw new Error(`there is no ${uri.toString()}`);
    return known ?? fake.open(uri, text ?? "");
  },
  applyEdit: async (edit: WorkspaceEdit) => {
    if (!fake.takesEdits) return false;
    for (const [uri, edits] of edit.edits) {
      const document = fake.documents.get(uri);
      if (!document) return false;
      fake.edit(document, edits);
    }
    return true;
  },
  registerTextDocumentContentProvider: (scheme: string, provider: unknown) => {
    fake.contentProviders.set(scheme, provider);
    return new Disposable();
  },
  createFileSystemWatcher: () => new Disposable(),
  onDidOpenTextDocument: (listener: any, self?: any) => fake.opened.event(listener, self),
  onDidChangeTextDocument: (listener: any, self?: any) => fake.changed.event(listener, self),
  onDidCloseTextDocument: (listener: any, self?: any) => fake.closed.event(listener, self),
  onDidChangeConfiguration: (listener: any, self?: any) => fake.configured.event(listener, self),
  onDidGrantWorkspaceTrust: (listener: any) => fake.granted.event(listener),
  onDidSaveTextDocument: never,
  onWillSaveTextDocument: never,
  onDidChangeWorkspaceFolders: never,
  onDidOpenNotebookDocument: never,
  onDidChangeNotebookDocument: never,
  onDidSaveNotebookDocument: never,
  onDidCloseNotebookDocument: never,
  onDidCreateFiles: never,
  onDidRenameFiles: never,
  onDidDeleteFiles: never,
  onWillCreateFiles: never,
  onWillRenameFiles: never,
  onWillDeleteFiles: never,
};

export const window: any = {
  get activeTextEditor() {
    return fake.active && { document: fake.active };
  },
  get visibleTextEditors() {
    return fake.active ? [{ document: fake.active }] : [];
  },
  tabGroups: { all: [], onDidChangeTabs: never, onDidChangeTabGroups: never },
  createStatusBarItem: () => ({
    show: () => undefined,
    hide: () => undefined,
    dispose: () => undefined,
    command: undefined as string | undefined,
    tooltip: "",
    backgroundColor: undefined,
    set text(value: string) {
      if (fake.statusTexts.at(-1) !== value) fake.statusTexts.push(value);
    },
  }),
  createOutputChannel: (name: string) => {
    const add = (text: unknown) => void fake.log.push(String(text));
    return {
      name,
      append: add,
      appendLine: add,
      trace: add,
      debug: add,
      info: add,
      warn: add,
      error: add,
      show: () => fake.executed.push({ name: "show the log", words: [] }),
      clear: () => undefined,
      dispose: () => undefined,
    };
  },
  showInformationMessage: say("information"),
  showWarningMessage: say("warning"),
  showErrorMessage: say("error"),
  withProgress: (_: unknown, task: (progress: any, token: any) => unknown) => {
    const source = new CancellationTokenSource();
    fake.cancelProgress = () => source.cancel();
    return task({ report: ({ message }: any) => fake.progress.push(message) }, source.token);
  },
  onDidChangeActiveTextEditor: (listener: any) => fake.shown.event(listener),
  onDidChangeVisibleTextEditors: never,
};

export const commands: any = {
  registerCommand: (name: string, run: (...words: any[]) => unknown) => {
    if (fake.commands.has(name)) throw new Error(`command '${name}' already exists`);
    fake.commands.set(name, run);
    return new Disposable(() => fake.commands.delete(name));
  },
  executeCommand: async (name: string, ...words: unknown[]) => {
    fake.executed.push({ name, words });
    return fake.commands.get(name)?.(...words);
  },
};

export const languages: any = {
  match: (selector: any, document: FakeDocument) =>
    [selector].flat().some(({ language, scheme }) => language === document.languageId && scheme === document.uri.scheme) ? 10 : 0,
  createDiagnosticCollection: () => ({
    set: (uri: Uri, list: Diagnostic[]) => fake.diagnostics.set(uri.toString(), list ?? []),
    delete: (uri: Uri) => fake.diagnostics.delete(uri.toString()),
    has: (uri: Uri) => fake.diagnostics.has(uri.toString()),
    get: (uri: Uri) => fake.diagnostics.get(uri.toString()),
    clear: () => fake.diagnostics.clear(),
    dispose: () => fake.diagnostics.clear(),
  }),
  registerCodeActionsProvider: (_: unknown, provider: unknown) => {
    fake.codeActionProviders.push(provider);
    return new Disposable(() => {
      fake.codeActionProviders = fake.codeActionProviders.filter((one) => one !== provider);
    });
  },
  registerHoverProvider: () => new Disposable(),
};

export const env: any = { appName: "fake", language: "en", uriScheme: "fake", isTelemetryEnabled: false };
export const extensions: any = { getExtension: () => undefined, all: [] };
