import type { PublishMessage } from 'nestjs-realtime-protocol';
import { RealtimeClientError } from '../client.error.js';
import type { Credentials } from '../credentials.js';
import { Watchdog } from '../timing.js';
import { retryAfterMs } from './retry-after.js';

export interface HubQuery {
  readonly topics: readonly string[];
  readonly since: string | undefined;
  /** How long the server may wait for something new, in seconds; undefined: it answers at once. */
  readonly waitS?: number | undefined;
}

/** Reads an answer. The request is given up when `watchdog` is not fed in time. */
type ReadAnswer<T> = (response: Response, watchdog: Watchdog) => Promise<T>;

export interface Publisher {
  /** @returns the id of the event */
  publish(message: PublishMessage, signal: AbortSignal): Promise<string>;
}

/** The server's hub route, by `fetch`. Norm: docs/PROTOCOL.md, Hub. */
export class Hub implements Publisher {
  /**
   * @param url of the hub route
   * @param answerMs how long an answer may take beyond what the server was asked to wait
   */
  constructor(
    private readonly url: string,
    private readonly credentials: Credentials,
    private readonly answerMs: number,
  ) {}

  /**
   * @param type the answer's content type
   * @throws RealtimeClientError what the server says instead, or `network`, `timeout`, `answer-invalid`
   */
  ask<T>(query: HubQuery, type: string, signal: AbortSignal, read: ReadAnswer<T>): Promise<T> {
    const { topics, since, waitS = 0 } = query;
    const parameters = new URLSearchParams(topics.map((topic): [string, string] => ['topic', topic]));
    if (since !== undefined) parameters.set('since', since);
    if (waitS > 0) parameters.set('wait', String(waitS));
    const init: RequestInit & { cache: 'no-store' } = { headers: { Accept: type }, cache: 'no-store' };
    return this.request(
      `${this.url}?${parameters}`,
      init,
      this.answerMs + waitS * 1_000,
      signal,
      (response, watchdog) => {
        const isOurs = response.status === 204 || response.headers.get('content-type')?.startsWith(type);
        if (isOurs) return read(response, watchdog);
        throw new RealtimeClientError('answer-invalid', `What came from ${this.url} is not ${type}.`);
      },
    );
  }

  async publish(message: PublishMessage, signal: AbortSignal): Promise<string> {
    const headers = { 'Content-Type': 'application/json' };
    const init: RequestInit = { method: 'POST', headers, body: JSON.stringify(message) };
    const { id } = await this.request(this.url, init, this.answerMs, signal, readJson<{ id: string }>);
    return id;
  }

  /** Asks a second time, if the first answer wants other credentials and there are some. */
  private async request<T>(
    url: string,
    init: RequestInit,
    ms: number,
    signal: AbortSignal,
    read: ReadAnswer<T>,
  ): Promise<T> {
    const token = await this.credentials.token();
    try {
      return await this.attempt(url, withToken(init, token), ms, signal, read);
    } catch (error) {
      if (!(error instanceof RealtimeClientError && error.wantsCredentials)) throw error;
      this.credentials.expire();
      const next = await this.credentials.token();
      if (next === token) throw error;
      return this.attempt(url, withToken(init, next), ms, signal, read);
    }
  }

  private async attempt<T>(
    url: string,
    init: RequestInit,
    ms: number,
    signal: AbortSignal,
    read: ReadAnswer<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const abort = new AbortController();
    const stop = () => abort.abort(signal.reason);
    const late = () =>
      abort.abort(new RealtimeClientError('timeout', `${this.url} was silent for too long.`));
    signal.addEventListener('abort', stop);
    const watchdog = new Watchdog(ms, late);
    try {
      const response = await fetch(url, { ...init, signal: abort.signal });
      signal.throwIfAborted();
      if (!response.ok) throw await refusal(response);
      return await read(response, watchdog);
    } catch (error) {
      throw abort.signal.aborted ? (abort.signal.reason as Error) : RealtimeClientError.from(error);
    } finally {
      watchdog.stop();
      signal.removeEventListener('abort', stop);
      // Whatever is left of the answer, nobody reads it.
      abort.abort();
    }
  }
}

export async function readJson<T>(response: Response): Promise<T> {
  return (await response.json()) as T;
}

function withToken(init: RequestInit, token: string | undefined): RequestInit {
  if (!token) return init;
  return {
    ...init,
    headers: { ...(init.headers as Record<string, string>), Authorization: `Bearer ${token}` },
  };
}

async function refusal(response: Response): Promise<RealtimeClientError> {
  const { status, headers } = response;
  const body = (await response.json().catch(() => undefined)) as Partial<ErrorBody> | undefined;
  // Nest's own form of an error: this is no proxy that says so.
  const isNest = body?.statusCode === status;
  const code = body?.code ?? (isNest ? CODES.get(status) : undefined) ?? 'answer-invalid';
  const message = String(body?.message ?? `The server answered with ${status}.`);
  return new RealtimeClientError(code, message, status, retryAfterMs(headers));
}

interface ErrorBody {
  readonly statusCode: number;
  readonly code: string;
  readonly message: string;
}

/** What the application's own exceptions mean, which have no code. */
const CODES: ReadonlyMap<number, string> = new Map([
  [401, 'unauthorized'],
  [403, 'forbidden'],
]);
