import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

type Send = (body?: unknown) => unknown;

/** What the responses of Express and Fastify have in common, as far as it is used here. */
export interface FrameworkResponse {
  readonly raw?: ServerResponse;
  send: Send;
  json?: Send;
  hijack?(): unknown;
  status(code: number): unknown;
  header(name: string, value: string): unknown;
  getHeaders(): OutgoingHttpHeaders;
}

/** Nest's reply to a request, which comes after all interceptors, and what is to happen in its place. */
export class FrameworkReply {
  readonly raw: ServerResponse;
  private readonly nestSends: Send;
  private readonly nestSendsJson: Send | undefined;
  private intercepted = false;
  private instead: ((nestReplies: () => void) => void) | undefined;

  constructor(private readonly framework: FrameworkResponse) {
    this.raw = framework.raw ?? (framework as unknown as ServerResponse);
    this.nestSends = framework.send;
    this.nestSendsJson = framework.json;
  }

  /** Headers so far, whoever set them. */
  get headers(): OutgoingHttpHeaders {
    return this.framework.getHeaders();
  }

  setHeaders(headers: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(headers)) this.framework.header(name, value);
  }

  /** Has `answer` run once in place of Nest's reply, unless that is about a failure. The last one counts. */
  replace(answer: (nestReplies: () => void) => void): void {
    this.instead = answer;
    if (!this.intercepted) this.intercept();
  }

  /** Sends an answer as a whole; on Fastify through the hooks of its plugins, which set cookies, say. */
  send(status: number, body?: string | Buffer): void {
    this.framework.status(status);
    if (this.framework.raw) this.nestSends.call(this.framework, body);
    else this.raw.end(body);
  }

  /** From here on nobody else writes to the response. Headers that were set stay. */
  take(): ServerResponse {
    this.letGo();
    if (!this.framework.raw) return this.raw;
    for (const [name, value] of Object.entries(this.headers)) {
      if (value !== undefined) this.raw.setHeader(name, value);
    }
    this.framework.hijack?.();
    return this.raw;
  }

  /** A response may be open for hours: it holds on neither to this nor to the state of Express's router. */
  private letGo(): void {
    const { framework, raw } = this;
    framework.send = this.nestSends;
    if (this.nestSendsJson) framework.json = this.nestSendsJson;
    if (framework === (raw as unknown)) (raw.req as { next?: unknown }).next = undefined;
  }

  private intercept(): void {
    this.intercepted = true;
    const { framework } = this;
    const around =
      (nests: Send): Send =>
      (body) => {
        const { instead } = this;
        const nestReplies = () => nests.call(framework, body);
        const failed = this.raw.statusCode >= 400 || body instanceof Error;
        if (!instead || failed) return nestReplies();
        this.instead = undefined;
        instead(nestReplies);
        return framework;
      };
    framework.send = around(this.nestSends);
    if (this.nestSendsJson) framework.json = around(this.nestSendsJson);
  }
}
