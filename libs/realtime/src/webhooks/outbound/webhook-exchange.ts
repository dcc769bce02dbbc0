import type { Dispatcher } from 'undici';
import { TooManyLinesError } from './limit-lines.js';

/** How much of an answer's body is read. */
const MAX_BODY_BYTES = 16 * 1024;
/** How much of it is kept. */
const KEPT_CHARACTERS = 512;
/** What that can be at most, in UTF-8. */
const KEPT_BYTES = 4 * KEPT_CHARACTERS;

/** What came of one POST. */
export interface Answer {
  readonly status: number;
  /** The start of the body. */
  readonly body: string;
  /** What the target asks for in `Retry-After`, in milliseconds. */
  readonly retryAfterMs: number | undefined;
}

/** There was no answer within the time of an attempt. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';

  constructor(ms: number) {
    super(`There was no complete answer within ${ms / 1_000} seconds.`);
  }
}

/** One POST and its answer, as undici tells of it: without streams, for little of an answer is wanted. */
export class WebhookExchange implements Dispatcher.DispatchHandler {
  /** Rejects when there is none, with an error that says why, for the endpoint's owner. */
  readonly answer: Promise<Answer>;
  private readonly timer: NodeJS.Timeout;
  /** The start of the body, as much of it as there is. */
  private kept: Buffer | undefined;
  private resolve!: (answer: Answer) => void;
  private reject!: (reason: Error) => void;
  private controller: Dispatcher.DispatchController | undefined;
  private cutOff: Error | undefined;
  private status = 0;
  private retryAfter: string | string[] | undefined;
  private bytes = 0;

  /** @param timeoutMs all of it, connecting and reading the answer included */
  constructor(timeoutMs: number) {
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.timer = setTimeout(() => this.abort(new NoAnswerError(timeoutMs)), timeoutMs);
  }

  /** Ends it, wherever it is. */
  abort(reason: Error): void {
    this.cutOff = reason;
    this.fail(reason);
    this.controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.cutOff) controller.abort(this.cutOff);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.status = status;
    // They are parts of what was read with them, and would hold all of that.
    controller.rawHeaders = null;
    this.retryAfter = headers['retry-after'];
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.keep(chunk);
    this.bytes += chunk.length;
    if (this.bytes < MAX_BODY_BYTES) return;
    this.onResponseEnd();
    controller.abort(new Error('Enough was read.'));
  }

  onResponseEnd(): void {
    clearTimeout(this.timer);
    const { status, retryAfter } = this;
    this.resolve({ status, body: this.start, retryAfterMs: retryAfterMs(retryAfter) });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    // Lines of the body, of which enough was read.
    if (error instanceof TooManyLinesError && this.status >= 200) this.onResponseEnd();
    else this.fail(error);
  }

  private get start(): string {
    const bytes = Math.min(this.bytes, KEPT_BYTES);
    return this.kept?.toString('utf8', 0, bytes).slice(0, KEPT_CHARACTERS) ?? '';
  }

  /** Copies it: pieces as small as a byte would be held by objects many times their size. */
  private keep(chunk: Buffer): void {
    if (this.bytes >= KEPT_BYTES) return;
    this.kept ??= Buffer.alloc(KEPT_BYTES);
    chunk.copy(this.kept, this.bytes);
  }

  private fail(reason: Error): void {
    clearTimeout(this.timer);
    this.reject(reason);
  }
}

/** RFC 9110 section 10.2.3: seconds, or a date. */
function retryAfterMs(header: string | string[] | undefined): number | undefined {
  if (typeof header !== 'string') return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
