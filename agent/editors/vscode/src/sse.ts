// Server-sent events: reading them, and going on after a lost connection.

export interface ServerEvent {
  id: string;
  type: string;
  data: string;
}

const MOST_WAITING = 4 * 1024 * 1024;

/** Takes text as it comes and gives whole events (HTML Living Standard, 9.2.6). */
export class EventParser {
  private waiting = "";
  private id = "";
  private type = "";
  private data: string[] = [];

  push(text: string): ServerEvent[] {
    this.waiting += text;
    if (this.waiting.length > MOST_WAITING) throw new Error("an event has no end");
    const events: ServerEvent[] = [];
    for (;;) {
      const end = /\r\n|\n|\r(?!$)/.exec(this.waiting);
      if (!end) return events;
      const line = this.waiting.slice(0, end.index);
      this.waiting = this.waiting.slice(end.index + end[0].length);
      const event = this.take(line);
      if (event) events.push(event);
    }
  }

  private take(line: string): ServerEvent | undefined {
    if (line === "") return this.dispatch();
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "id") this.id = value;
    if (name === "event") this.type = value;
    if (name === "data") this.data.push(value);
    return undefined;
  }

  private dispatch(): ServerEvent | undefined {
    const event = { id: this.id, type: this.type || "message", data: this.data.join("\n") };
    const empty = this.data.length === 0;
    this.type = "";
    this.data = [];
    return empty ? undefined : event;
  }
}

export interface EventStream {
  /** 204: nothing comes any more. */
  status: number;
  body: AsyncIterable<Uint8Array>;
}

export interface Following {
  /** Opens the stream after an event; throws where the server cannot be reached. */
  open(after: number): Promise<EventStream>;
  /** `data` is an object. */
  onEvent(type: string, data: Record<string, unknown>): void;
  /** An event that cannot be read; it is passed over. */
  onMalformed?(event: ServerEvent): void;
  /** Whether an error of open() may pass by itself. */
  mayPass(error: unknown): boolean;
  /** Pauses between attempts, in milliseconds; after the last one open()'s error is thrown. */
  pauses?: readonly number[];
  signal?: AbortSignal;
}

const LAST_EVENTS = ["done", "failed", "cancelled"];
const PAUSES = [200, 500, 1000, 2000, 4000, 8000];

/** Follows a job to its end. A connection that is lost is opened again after the last event. */
export async function follow(following: Following): Promise<void> {
  const pauses = following.pauses ?? PAUSES;
  let last = 0;
  let failures = 0;
  for (;;) {
    following.signal?.throwIfAborted();
    const before = last;
    try {
      const stream = await following.open(last);
      if (stream.status === 204) return;
      for await (const event of eventsOf(stream.body)) {
        const number = /^\d{1,9}$/.test(event.id) ? Number(event.id) : NaN;
        if (number <= last) continue; // sent twice
        const data = objectOf(event.data);
        if (Number.isNaN(number) || !data) {
          // It counts all the same: asked for again it would come again.
          following.onMalformed?.(event);
          last = Math.max(last, number || 0);
          continue;
        }
        last = number;
        following.onEvent(event.type, data);
        if (LAST_EVENTS.includes(event.type)) return;
      }
    } catch (error) {
      following.signal?.throwIfAborted();
      if (!following.mayPass(error)) throw error;
      if (last === before && failures >= pauses.length) throw error;
    }
    failures = last > before ? 0 : failures + 1;
    // A server that ends streams without events must not be asked for ever either.
    if (failures > pauses.length) throw new Error("the server ends the stream of events at once");
    await pause(pauses[Math.max(failures - 1, 0)] ?? 0, following.signal);
  }
}

async function* eventsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  const parser = new EventParser();
  const decoder = new TextDecoder();
  for await (const bytes of body) {
    yield* parser.push(decoder.decode(bytes, { stream: true }));
  }
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    }
    signal?.addEventListener("abort", done);
  });
}
