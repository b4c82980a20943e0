import { describe, expect, it } from "vitest";
import { EventParser, follow, type EventStream } from "../src/sse";

const all = (text: string, cut: number) => {
  const parser = new EventParser();
  const events = [];
  for (let at = 0; at < text.length; at += cut) events.push(...parser.push(text.slice(at, at + cut)));
  return events;
};

describe("the parser of events", () => {
  const text =
    ": still there\n\nid: 1\nevent: phase\ndata: {\"name\": \"é\"}\n\n" +
    "id: 2\r\nevent: note\r\ndata: a\r\ndata:b\r\n\r\nid: 3\nevent: empty\n\ndata: last\n\n";

  it("gives the same events however the text is cut", () => {
    const whole = all(text, text.length);
    expect(whole).toEqual([
      { id: "1", type: "phase", data: '{"name": "é"}' },
      { id: "2", type: "note", data: "a\nb" },
      { id: "3", type: "message", data: "last" },
    ]);
    for (let cut = 1; cut < text.length; ++cut) expect(all(text, cut)).toEqual(whole);
  });

  it("gives up where an event has no end", () => {
    const parser = new EventParser();
    const block = "x".repeat(1024 * 1024);
    expect(() => { for (let i = 0; i < 8; ++i) parser.push(block); }).toThrow("no end");
  });
});

class Lost extends Error {}
const event = (id: number | string, type = "progress", data = "{}") => `id: ${id}\nevent: ${type}\ndata: ${data}\n\n`;

/** Streams one after the other: a text, then its end; "!" at the end: the connection is lost. */
function script(parts: (string | number | Error)[]) {
  const asked: number[] = [];
  const open = async (after: number): Promise<EventStream> => {
    asked.push(after);
    const part = parts.shift() ?? new Lost("nothing more");
    if (part instanceof Error) throw part;
    if (typeof part === "number") return { status: part, body: bytes("") };
    return { status: 200, body: bytes(part) };
  };
  return { asked, open };
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  const data = new TextEncoder().encode(text.replace(/!$/, ""));
  for (let at = 0; at < data.length; ++at) yield data.subarray(at, at + 1); // characters in pieces
  if (text.endsWith("!")) throw new Lost("lost");
}

async function followed(parts: (string | number | Error)[], signal?: AbortSignal) {
  const { asked, open } = script(parts);
  const seen: string[] = [];
  const malformed: string[] = [];
  const ended = await follow({
    open,
    onEvent: (type, data) => void seen.push(`${type} ${JSON.stringify(data)}`),
    onMalformed: ({ data }) => void malformed.push(data),
    mayPass: (error) => error instanceof Lost,
    pauses: [1, 1, 1],
    ...(signal ? { signal } : {}),
  }).then(() => "", (error: Error) => error.message);
  return { asked, seen, malformed, ended };
}

describe("following a job", () => {
  it("ends with its last event", async () => {
    const { asked, seen, ended } = await followed([event(1, "queued") + event(2, "done")]);
    expect({ asked, seen, ended }).toEqual({ asked: [0], seen: ["queued {}", "done {}"], ended: "" });
  });

  it("goes on after the last event when the connection was lost, and gives none twice", async () => {
    const first = event(1) + event(2) + "id: 3\nevent: note\nda!";
    const { asked, seen, ended } = await followed([
      first, new Lost("down"), event(2, "note") + event(3, "note", '{"text":"ü"}'), event(4, "failed"),
    ]);
    expect(asked).toEqual([0, 2, 2, 3]);
    expect(seen).toEqual(["progress {}", "progress {}", 'note {"text":"ü"}', "failed {}"]);
    expect(ended).toBe("");
  });

  it("ends where the server says that nothing comes any more", async () => {
    expect((await followed([event(1), 204])).asked).toEqual([0, 1]);
  });

  it("passes over events that cannot be read, and does not ask for them again", async () => {
    const { asked, seen, malformed } = await followed([
      event(1, "phase", "{half") + event(2, "phase", "[1]") + event("x", "phase"), event(3, "done"),
    ]);
    expect(malformed).toEqual(["{half", "[1]", "{}"]);
    expect(seen).toEqual(["done {}"]);
    expect(asked).toEqual([0, 2]);
  });

  it("gives up where the server stays away, but each event gives it all attempts again", async () => {
    const down = () => new Lost("down");
    const { asked, ended } = await followed([down(), down(), event(1), down(), down(), down(), down()]);
    expect(asked.length).toBe(7);
    expect(ended).toBe("down");
  });

  it("does not ask for ever where streams end at once", async () => {
    const { asked, ended } = await followed(["", "", "", "", "", "", ""]);
    expect(asked.length).toBe(4);
    expect(ended).toContain("at once");
  });

  it("does not try again what does not pass", async () => {
    const { asked, ended } = await followed([event(1), new Error("no such job")]);
    expect({ asked, ended }).toEqual({ asked: [0, 1], ended: "no such job" });
  });

  it("ends when it is cancelled", async () => {
    const cancelled = new AbortController();
    cancelled.abort(new Error("cancelled"));
    expect(await followed([event(1)], cancelled.signal)).toMatchObject({ asked: [], ended: "cancelled" });
  });
});
