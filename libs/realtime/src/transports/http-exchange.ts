import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ExecutionContext } from '@nestjs/common';
import { Observable } from 'rxjs';
import { RealtimeError } from '../realtime.errors.js';
import { retryAfter } from '../timing/jitter.js';

/** What Express and Fastify have in common, as far as it is used here. */
interface FrameworkRequest {
  readonly raw?: IncomingMessage;
  readonly params?: Readonly<Record<string, string>>;
}

interface FrameworkResponse {
  readonly raw?: ServerResponse;
  send: () => unknown;
  json?: () => unknown;
  hijack?(): unknown;
  getHeaders(): OutgoingHttpHeaders;
  header(name: string, value: string): unknown;
}

/**
 * One request and its response, on Express or Fastify. Until `take()` it is Nest that answers, and what
 * interceptors, filters and plugins do to the response applies; after it, it is the library.
 */
export class HttpExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  private readonly framework: FrameworkResponse;
  private taken = false;
  private given = false;
  private leave: (() => void) | undefined;

  constructor(context: ExecutionContext) {
    const http = context.switchToHttp();
    const request = http.getRequest<FrameworkRequest & IncomingMessage>();
    this.framework = http.getResponse<FrameworkResponse>();
    this.request = request.raw ?? request;
    this.response = this.framework.raw ?? (this.framework as unknown as ServerResponse);
    this.params = request.params ?? {};
    this.query = queryOf(this.request);
  }

  /** The only value of a header, or undefined. */
  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** The path of the request, without its query. */
  get path(): string {
    return (this.request.url ?? '').split('?', 1)[0]!;
  }

  get isHead(): boolean {
    return this.request.method === 'HEAD';
  }

  get isHttp2(): boolean {
    return this.request.httpVersionMajor >= 2;
  }

  /** Whether nobody waits for an answer any more: the client has left, or Nest has answered by itself. */
  get isGone(): boolean {
    return (
      this.given || this.response.destroyed || this.response.writableEnded || this.request.socket.destroyed
    );
  }

  /** Calls `leave` once when nobody waits for an answer any more. One listener at a time. */
  onGone(leave: () => void): void {
    if (!this.leave) this.response.once('close', () => this.giveUp());
    this.leave = leave;
  }

  /** Nest has given up on this request (a timeout, say): nothing may be written any more. */
  giveUp(): void {
    this.given = true;
    const { leave } = this;
    this.leave = undefined;
    leave?.();
  }

  /** Sets headers of the answer, whoever sends it. */
  setHeaders(headers: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(headers)) this.framework.header(name, value);
  }

  hasHeader(name: string): boolean {
    return this.framework.getHeaders()[name] !== undefined;
  }

  /**
   * From here on the library answers. Headers set so far (CORS, cookies) stay; what Nest still replies after
   * the interceptors have run comes to nothing.
   */
  take(): ServerResponse {
    if (this.taken) return this.response;
    this.taken = true;
    if (this.framework.raw) {
      for (const [name, value] of Object.entries(this.framework.getHeaders())) {
        if (value !== undefined && !this.response.headersSent) this.response.setHeader(name, value);
      }
      this.framework.hijack?.();
    }
    this.framework.send = ignore;
    this.framework.json = ignore;
    return this.response;
  }

  /** Has an HTTP/1 connection end with this answer. */
  closeAfterwards(): void {
    if (!this.isHttp2 && !this.response.headersSent) this.setHeaders({ Connection: 'close' });
  }

  /** Answers as a whole. */
  end(status: number, headers: OutgoingHttpHeaders = {}, body?: string | Buffer): void {
    const response = this.take();
    if (this.isGone || response.headersSent) return;
    this.leave = undefined;
    if (body !== undefined) headers['Content-Length'] = Buffer.byteLength(body);
    response.writeHead(status, headers);
    response.end(this.isHead ? undefined : body);
  }
}

/** The query of a request, read from its URL: frameworks differ in what they make of it. */
export function queryOf(request: IncomingMessage): URLSearchParams {
  const url = request.url ?? '';
  const start = url.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : url.slice(start + 1));
}

/**
 * Runs `answer` as the body of an interceptor. What it resolves to is what Nest sends, unless the exchange was
 * taken. When Nest stops waiting before that, the exchange is given up.
 */
export function answering(
  context: ExecutionContext,
  answer: (exchange: HttpExchange) => Promise<unknown>,
): Observable<unknown> {
  return new Observable((subscriber) => {
    const exchange = new HttpExchange(context);
    let answered = false;
    answer(exchange).then(
      (value) => {
        answered = true;
        subscriber.next(value);
        subscriber.complete();
      },
      (error: unknown) => {
        answered = true;
        subscriber.error(forClient(exchange, error));
      },
    );
    return () => {
      if (!answered) exchange.giveUp();
    };
  });
}

/** An error as a client may see it, with the headers that go with it. */
export function forClient(exchange: HttpExchange, error: unknown): unknown {
  const known = RealtimeError.from(error);
  if (known instanceof RealtimeError && known.retryAfterMs !== undefined) {
    exchange.setHeaders({ 'Retry-After': retryAfter(known.retryAfterMs) });
  }
  return known;
}

function ignore<T>(this: T): T {
  return this;
}
