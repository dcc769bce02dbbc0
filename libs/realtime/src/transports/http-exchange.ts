import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionContext } from '@nestjs/common';
import { forClient } from './for-client.js';
import { FrameworkReply, type FrameworkResponse } from './framework-reply.js';
import { admitHeld } from './held-responses.js';
import { onceClosed } from './response-close.js';

interface FrameworkRequest {
  readonly raw?: IncomingMessage;
  readonly params?: Readonly<Record<string, string>>;
}

/** Headers of an answer, made when it is sent: interceptors may set theirs until then. */
export type AnswerHeaders = () => Readonly<Record<string, string>>;

/**
 * One request and its response, on Express or Fastify.
 *
 * What it is answered with (`end`, `carry` or `stream`) is sent when Nest replies, after every interceptor has
 * seen the request through: they may set headers until then, and if one of them fails, exception filters
 * answer instead.
 */
export class HttpExchange {
  readonly request: IncomingMessage;
  readonly params: Readonly<Record<string, string>>;
  private parsedQuery: URLSearchParams | undefined;
  private readonly reply: FrameworkReply;
  private givenUp = false;
  private held = false;
  private leave: (() => void) | undefined;
  private closing = false;
  private endStream: (() => void) | undefined;
  private failure: { readonly error: unknown } | undefined;

  constructor(context: ExecutionContext) {
    const http = context.switchToHttp();
    const request = http.getRequest<FrameworkRequest & IncomingMessage>();
    this.request = request.raw ?? request;
    this.params = request.params ?? {};
    this.reply = new FrameworkReply(http.getResponse<FrameworkResponse>());
  }

  get query(): URLSearchParams {
    return (this.parsedQuery ??= queryOf(this.request));
  }

  get response(): ServerResponse {
    return this.reply.raw;
  }

  /** The only value of a header, or undefined. */
  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** A header of the answer as it stands, or undefined. */
  answered(name: string): string | undefined {
    const value = this.reply.headers[name];
    return value === undefined ? undefined : String(value);
  }

  /** The path of the request, without its query. */
  get path(): string {
    return (this.request.url ?? '').split('?', 1)[0]!;
  }

  /** The host that was asked, which HTTP/2 names otherwise. */
  get host(): string {
    return this.header('host') ?? this.header(':authority') ?? '';
  }

  get isHead(): boolean {
    return this.request.method === 'HEAD';
  }

  get isHttp2(): boolean {
    return this.request.httpVersionMajor >= 2;
  }

  /** Whether nobody waits for an answer any more: the client has left, or Nest has answered by itself. */
  get isGone(): boolean {
    const { response, request } = this;
    return this.givenUp || response.destroyed || response.writableEnded || request.socket.destroyed;
  }

  /**
   * To be called before the response is held open.
   * @throws RealtimeError `too-many-connections`
   */
  hold(): void {
    if (!this.held) admitHeld(this.response, this.request.socket);
    this.held = true;
  }

  /** Calls `closed` once the response is over: sent, or its client has left. At once if it is. */
  onClose(closed: () => void): void {
    onceClosed(this.response, this.request.socket, closed);
  }

  /** Calls `leave` once when nobody waits for an answer any more. One listener at a time. */
  onGone(leave: () => void): void {
    const known = this.leave;
    this.leave = leave;
    if (!known) this.onClose(() => this.giveUp());
  }

  /** Nest has given up on this request (a timeout, say), or the client has. */
  giveUp(): void {
    this.givenUp = true;
    this.settle()?.();
  }

  /** Nothing is waited for any more. @returns who was to be told of an early end */
  settle(): (() => void) | undefined {
    const { leave } = this;
    this.leave = undefined;
    return leave;
  }

  setHeaders(headers: Readonly<Record<string, string>>): void {
    this.reply.setHeaders(headers);
  }

  /** Has the connection end with this answer, where it serves nothing else (HTTP/1). */
  closeAfterwards(): void {
    this.closing = !this.isHttp2;
  }

  /** Answers as a whole. */
  end(status: number, headers: AnswerHeaders, body?: string | Buffer): void {
    this.answer(() => {
      this.setHeaders(headers());
      this.reply.send(status, body);
    });
  }

  /** Has what Nest answers carry headers. */
  carry(headers: AnswerHeaders): void {
    this.answer((nestReplies) => {
      this.setHeaders(headers());
      nestReplies();
    });
  }

  /**
   * Has `begin` write the response, which is its own once it has taken it: then nobody else sends anything.
   * It returns how to end it.
   */
  stream(begin: (take: () => ServerResponse) => () => void): void {
    this.answer(() => {
      this.endStream = begin(() => this.reply.take());
    });
  }

  /** Has the request fail, whatever it is waiting for. What is streaming ends. */
  fail(error: unknown): void {
    this.failure = { error };
    if (this.endStream) return this.endStream();
    this.answer((nestReplies) => nestReplies());
    this.settle()?.();
  }

  private answer(send: (nestReplies: () => void) => void): void {
    this.reply.replace((nestReplies) => {
      if (this.isGone) return nestReplies();
      try {
        if (this.failure) throw this.failure.error;
        if (this.closing) this.setHeaders({ Connection: 'close' });
        send(nestReplies);
      } catch (error) {
        throw forClient(this, error);
      }
    });
  }
}

/** The query of a request, read from its URL: frameworks differ in what they make of it. */
export function queryOf(request: IncomingMessage): URLSearchParams {
  const url = request.url ?? '';
  const start = url.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : url.slice(start + 1));
}
