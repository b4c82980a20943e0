import { describe, expect, it } from "vitest";
import { answerOf } from "../src/answer";
import { ofEvent, ofReport } from "../src/progress";
import { withoutSecrets } from "../src/secrets";
import { Status } from "../src/status";

const proven = answerOf({ outcome: "proven", verdict: "accuracy 0.9886 in place of 0.6228 on 114 final rows" }, null);

describe("the status bar", () => {
  it("shows the most important of what goes on", () => {
    const status = new Status();
    const text = () => status.render().text;
    expect(status.render()).toMatchObject({ text: "dlfix", command: "dlfix.repairProgram" });
    status.checking("a");
    status.checking("b");
    status.checkedOne("a");
    expect(text()).toContain("checking");
    status.repairing({ phase: "search", percent: 37, words: "search: 3 trainings" });
    expect(status.render()).toMatchObject({ tooltip: "search: 3 trainings", command: "dlfix.cancelRepair" });
    expect(text()).toContain("repairing 37 %");
    status.checkedOne("b");
    status.repaired(proven);
    expect(status.render()).toMatchObject({ text: "$(check) dlfix: proven 0.62 → 0.99", command: "dlfix.showProposal" });
    status.trouble("the server is gone");
    expect(status.render()).toMatchObject({ warning: true, tooltip: "the server is gone" });
    status.trouble("");
    expect(text()).toContain("proven");
    status.repairing({ phase: "", percent: 0, words: "" });
    status.repaired();
    expect(text()).toBe("dlfix");
  });

  it("has words for every outcome", () => {
    const status = new Status();
    for (const outcome of ["no_fault_shown", "no_patch", "outside_config", "unproven", "too_few_rows", "interrupted"]) {
      status.repaired(answerOf({ outcome, verdict: "v" }, null));
      expect(status.render().text).toMatch(/^dlfix: [a-z ]+$/);
      expect(status.render().tooltip).toBe("v");
    }
  });
});

describe("figures of an answer", () => {
  it("are a job's means, or what the verdict says", () => {
    expect(proven.figures).toEqual({ before: 0.6228, after: 0.9886 });
    const result = { outcome: "proven", verdict: "", faulty: { mean: 0.5 }, patched: { mean: 0.75 } };
    expect(answerOf(result, null).figures).toEqual({ before: 0.5, after: 0.75 });
    expect(answerOf({ verdict: "loss 1.5e-05 in place of 0.2 on" }, null).figures).toEqual({ before: 0.2, after: 1.5e-5 });
    expect(answerOf({ verdict: "nothing better", patched: null }, null).figures).toBeUndefined();
    expect(answerOf({ outcome: 3 }, null)).toEqual({ outcome: "", verdict: "", edit: null });
  });
});

describe("progress", () => {
  it("is read from the language server's reports", () => {
    const value = { kind: "report", message: "search: 12 trainings, about 10 s left", percentage: 37 };
    expect(ofReport(value)).toEqual({ phase: "search", percent: 37, words: value.message });
    expect(ofReport({ kind: "report", message: "prove: trains", percentage: 700 })?.percent).toBe(100);
    for (const other of [{ kind: "begin" }, { kind: "report" }, null, 3]) expect(ofReport(other)).toBeUndefined();
  });

  it("is read from the endpoint's events", () => {
    expect(ofEvent("phase", { name: "prove", what: "trains again" })).toEqual({ phase: "prove", percent: 0, words: "prove: trains again" });
    const progress = { phase: "search", done: 0.374, trainings: 12, left_seconds: 130 };
    expect(ofEvent("progress", progress)).toEqual({ phase: "search", percent: 37, words: "search: 12 trainings, about 2 min left" });
    expect(ofEvent("progress", { ...progress, left_seconds: null })?.words).toBe("search: 12 trainings");
    expect(ofEvent("progress", { done: "much" })).toBeUndefined();
    expect(ofEvent("note", { text: "x" })).toBeUndefined();
  });
});

describe("the log", () => {
  it("has no tokens", () => {
    const token = "0123456789abcdef".repeat(4);
    for (const text of [`at http://127.0.0.1:1/#token=${token}`, `Authorization: Bearer ${token}`, `{"token": "${token}"}`, "token=short"]) {
      expect(withoutSecrets(text)).not.toMatch(/[0-9a-f]{8}|short/);
    }
    expect(withoutSecrets("serving /home/u at http://127.0.0.1:8765/")).toBe("serving /home/u at http://127.0.0.1:8765/");
  });
});
