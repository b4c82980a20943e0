import { describe, expect, it } from "vitest";
import { applyEdits, BadEdit, editsFor, overlap, type LspTextEdit } from "../src/edits";

const at = (line: number, from: number, to: number, newText: string, endLine = line): LspTextEdit => ({
  range: { start: { line, character: from }, end: { line: endLine, character: to } },
  newText,
});

describe("edits", () => {
  it("are applied together, in positions of the old text", () => {
    const text = "one\ntwo\nthree\n";
    expect(applyEdits(text, [at(2, 0, 5, "3"), at(0, 0, 3, "1")])).toBe("1\ntwo\n3\n");
    expect(applyEdits(text, [at(1, 0, 0, "", 2)])).toBe("one\nthree\n");
    expect(applyEdits(text, [at(1, 0, 0, "a\n"), at(1, 0, 3, "b")])).toBe("one\na\nb\nthree\n");
    expect(applyEdits(text, [])).toBe(text);
  });

  it("count in units of UTF-16", () => {
    expect(applyEdits("𝛼é = 1\n", [at(0, 6, 7, "2")])).toBe("𝛼é = 2\n");
  });

  it("keep how lines end", () => {
    expect(applyEdits("a\r\nb\r\n", [at(1, 0, 0, "x\ny\n", 2)])).toBe("a\r\nx\r\ny\r\n");
    expect(applyEdits("a\r\nb\r\n", [at(1, 0, 0, "x\r\n", 2)])).toBe("a\r\nx\r\n");
    expect(applyEdits("a\nb", [at(1, 0, 9, "c")])).toBe("a\nc");
    expect(applyEdits("a\r\nb", [at(0, 0, 99, "c")])).toBe("c\r\nb");
  });

  it("beyond the end are at the end", () => {
    expect(applyEdits("a", [at(1, 0, 0, "\nb")])).toBe("a\nb");
  });

  it("that overlap are refused", () => {
    expect(() => applyEdits("abc", [at(0, 0, 2, "x"), at(0, 1, 3, "y")])).toThrow(BadEdit);
    expect(() => applyEdits("abc", [at(0, 2, 1, "x")])).toThrow(BadEdit);
  });

  it("of another file or version are refused", () => {
    const change = (uri: string, version: number | null) => ({
      textDocument: { uri, version },
      edits: [at(0, 0, 1, "x")],
    });
    const edit = { documentChanges: [change("file:///a.py", 3)] };
    expect(editsFor(edit, "file:///a.py", 3)).toHaveLength(1);
    expect(editsFor({ documentChanges: [change("file:///a.py", null)] }, "file:///a.py", 3)).toHaveLength(1);
    expect(() => editsFor(edit, "file:///a.py", 4)).toThrow("another version");
    expect(() => editsFor(edit, "file:///b.py", 3)).toThrow("alone");
    const two = { documentChanges: [...edit.documentChanges, change("file:///b.py", 3)] };
    expect(() => editsFor(two, "file:///a.py", 3)).toThrow("alone");
    expect(() => editsFor({ documentChanges: [] }, "file:///a.py", 3)).toThrow("alone");
  });

  it("touch what they overlap", () => {
    const range = at(2, 3, 8, "").range;
    expect(overlap(range, at(2, 8, 8, "").range)).toBe(true);
    expect(overlap(range, at(2, 9, 9, "").range)).toBe(false);
    expect(overlap(range, at(0, 0, 0, "", 5).range)).toBe(true);
    expect(overlap(range, at(1, 0, 2, "", 2).range)).toBe(false);
  });
});
