import type { Agent, Dispatcher } from 'undici';
import { AddressPolicy } from './address-policy.js';
import { checkCertificate } from './check-certificate.js';
import { dnsResolve, type Resolve } from './resolve.js';

/** How much of an answer is read; of its headers too. */
const MAX_ANSWER_BYTES = 16 * 1024;
/** How much of an answer is kept. */
const KEPT_ANSWER_CHARACTERS = 512;
/** How long an idle connection is kept, whatever the other side asks for. */
const KEEP_ALIVE_MS = 4_000;

export interface WebhookSenderOptions {
  /** Ranges that may be sent to although they are not public. */
  readonly allowAddresses: readonly string[];
  /** All of one attempt, connecting and reading the answer included, in milliseconds. */
  readonly timeoutMs: number;
  /** How long a connection may take to be made, in milliseconds. Default: 5,000. */
  readonly connectMs?: number;
  /** Default: DNS. */
  readonly resolve?: Resolve;
  /** Authorities to trust besides those of Node.js, as PEM. Default: none. */
  readonly ca?: readonly string[];
}

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

/**
 * Sends POSTs to addresses that strangers chose: public addresses only, no redirect followed, no proxy, nothing
 * decompressed, bounded in time and size.
 */
export class WebhookSender {
  private readonly policy: AddressPolicy;
  private agent: Promise<Agent> | undefined;

  constructor(private readonly options: WebhookSenderOptions) {
    this.policy = new AddressPolicy(options.allowAddresses);
    for (const pem of options.ca ?? []) checkCertificate(pem);
  }

  /** @throws Error when there was no answer; its message says why, for the endpoint's owner */
  async post(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal,
  ): Promise<Answer> {
    const agent = await (this.agent ??= this.createAgent());
    // Not AbortSignal.any(), whose signals outlive the attempt as long as `signal` lives.
    const attempt = new AbortController();
    const cut = () => attempt.abort(signal.reason);
    if (signal.aborted) cut();
    signal.addEventListener('abort', cut);
    const { timeoutMs } = this.options;
    const timer = setTimeout(() => attempt.abort(new NoAnswerError(timeoutMs)), timeoutMs);
    try {
      const { origin, pathname, search } = new URL(url);
      const path = pathname + search;
      return await answerOf(
        await agent.request({ origin, path, method: 'POST', headers, body, signal: attempt.signal }),
      );
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', cut);
    }
  }

  async close(): Promise<void> {
    await (await this.agent)?.destroy();
  }

  /** undici is loaded by the first who sends. */
  private async createAgent(): Promise<Agent> {
    const [{ Agent }, { safeConnector }] = await Promise.all([import('undici'), import('./safe-connect.js')]);
    const { connectMs = 5_000, resolve = dnsResolve(), ca = [] } = this.options;
    return new Agent({
      connect: safeConnector({ policy: this.policy, resolve, connectMs, ca }),
      maxHeaderSize: MAX_ANSWER_BYTES,
      // The attempt's own time covers both.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
    });
  }
}

async function answerOf({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<Answer> {
  return {
    status: statusCode,
    body: await readStart(body),
    retryAfterMs: retryAfterMs(headers['retry-after']),
  };
}

async function readStart(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    // Leaving the loop destroys the body, and with it the connection.
    if (bytes >= MAX_ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks)
    .toString('utf8', 0, 4 * KEPT_ANSWER_CHARACTERS)
    .slice(0, KEPT_ANSWER_CHARACTERS);
}

/** RFC 9110 section 10.2.3: seconds, or a date. */
function retryAfterMs(header: string | string[] | undefined): number | undefined {
  if (typeof header !== 'string') return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
