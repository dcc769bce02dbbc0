import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';

/** A whole answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Asks one question after the other over one connection, for as long as that lasts. Dispose it to leave. */
export class HttpLine implements Disposable {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(private readonly signal: AbortSignal) {}

  /** The whole answer, or undefined if the connection ended before that. */
  async ask(url: string, headers: Record<string, string> = {}): Promise<HttpAnswer | undefined> {
    try {
      const response = await openResponse(url, headers, this.signal, this.agent);
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part as Buffer);
      const body = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
      return { status: response.statusCode ?? 0, headers: response.headers, body };
    } catch (error) {
      return ended(error);
    }
  }

  [Symbol.dispose](): void {
    this.agent.destroy();
  }
}

/** Resolves when the headers are there. */
export function openResponse(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
  agent: Agent | false,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, { agent, headers, signal }, resolve).on('error', reject).end();
  });
}

/** How a connection ends that was cut; anything else is an error. */
const ENDINGS = ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ABORT_ERR'];

/** @throws `error` when it is not that the connection has ended */
export function ended(error: unknown): undefined {
  if (!ENDINGS.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  return undefined;
}
