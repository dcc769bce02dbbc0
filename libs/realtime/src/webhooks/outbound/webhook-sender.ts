import type { Agent } from 'undici';
import { AddressPolicy } from './address-policy.js';
import { checkCertificate } from './check-certificate.js';
import { dnsResolve, type Resolve } from './resolve.js';
import { WebhookExchange } from './webhook-exchange.js';

/** How much of an answer's headers is read: as much as proxies take. */
const MAX_HEADER_BYTES = 8 * 1024;
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

  /** POSTs `body`. What came of it is in the exchange that is returned. */
  post(url: string, headers: Readonly<Record<string, string>>, body: string): WebhookExchange {
    const exchange = new WebhookExchange(this.options.timeoutMs);
    void this.dispatch(exchange, url, headers, body);
    return exchange;
  }

  async close(): Promise<void> {
    await (await this.agent)?.destroy();
  }

  private async dispatch(
    exchange: WebhookExchange,
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<void> {
    try {
      const agent = await (this.agent ??= this.createAgent());
      const { origin, pathname, search } = new URL(url);
      agent.dispatch({ origin, path: pathname + search, method: 'POST', headers, body }, exchange);
    } catch (error) {
      exchange.abort(error as Error);
    }
  }

  /** undici is loaded by the first who sends. */
  private async createAgent(): Promise<Agent> {
    const [{ Agent }, { safeConnector }] = await Promise.all([import('undici'), import('./safe-connect.js')]);
    const { connectMs = 5_000, resolve = dnsResolve(), ca = [] } = this.options;
    return new Agent({
      connect: safeConnector({ policy: this.policy, resolve, connectMs, ca }),
      maxHeaderSize: MAX_HEADER_BYTES,
      // The attempt's own time covers both.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
    });
  }
}
