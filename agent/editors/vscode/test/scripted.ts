// A server that answers as a test says.
import * as http from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  method: string;
  path: string;
  headers: http.IncomingHttpHeaders;
  body: string;
}

export type Answer = (asked: Asked, response: http.ServerResponse) => void;

export class Scripted {
  readonly asked: Asked[] = [];
  private readonly server = http.createServer((request, response) => {
    let body = "";
    request.on("data", (text) => (body += text));
    request.on("end", () => {
      const { method = "", url: path = "", headers } = request;
      const asked = { method, path, headers, body };
      this.asked.push(asked);
      this.answer(asked, response);
    });
  });

  constructor(public answer: Answer) {}

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export function json(response: http.ServerResponse, status: number, document: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(document));
}

export function problem(response: http.ServerResponse, status: number, code: string, detail: string): void {
  json(response, status, { type: "about:blank", title: "", status, code, detail });
}
