// A repair as a job of the local endpoint.
import { randomUUID } from "node:crypto";
import { answerOf, Cancelled, type RepairAnswer } from "./answer";
import {
  Problem,
  ServerGone,
  type ProgramText,
  type RepairWishes,
  type ServerClient,
} from "./http";
import { ofEvent, type Progress } from "./progress";
import { follow } from "./sse";

export interface ServerRepair {
  /** The server now: after a restart it has another address and token, and the same jobs. */
  reach(): Promise<ServerClient>;
  program: ProgramText;
  wishes: RepairWishes;
  onProgress(progress: Progress): void;
  log(line: string): void;
  signal: AbortSignal;
  pauses?: readonly number[];
}

/** A restart in between: not there, not ready, or the old token. */
function mayPass(error: unknown): boolean {
  if (error instanceof Problem) return error.status === 401 || error.status === 503;
  return error instanceof ServerGone;
}

/** Throws Cancelled, Problem, ServerGone. */
export async function repairOnServer(repair: ServerRepair): Promise<RepairAnswer> {
  const { signal } = repair;
  if (signal.aborted) throw new Cancelled("cancelled");
  let server = await repair.reach();
  const made = await server.repair(repair.program, repair.wishes, randomUUID());
  try {
    await follow({
      open: async (after) => (server = await repair.reach()).events(made.id, after, signal),
      onEvent: (type, data) => {
        const progress = ofEvent(type, data);
        if (progress) repair.onProgress(progress);
      },
      onMalformed: (event) => repair.log(`an event of job ${made.id} cannot be read: ${event.type}`),
      mayPass,
      signal,
      ...(repair.pauses ? { pauses: repair.pauses } : {}),
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    await server
      .cancel(made.id)
      .catch((reason: Error) => repair.log(`job ${made.id} was not cancelled: ${reason.message}`));
    throw new Cancelled("cancelled");
  }
  const job = await server.job(made.id);
  if (job.status === "cancelled") throw new Cancelled("the job was cancelled at the server");
  if (job.status !== "done" || !job.result) {
    throw new Problem(500, "job_failed", job.problem?.detail ?? `the job is ${job.status}`);
  }
  return answerOf(job.result, job.edit);
}
