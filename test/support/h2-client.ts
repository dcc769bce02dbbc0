import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type IncomingHttpHeaders,
} from 'node:http2';
import { createParser } from 'eventsource-parser';
import { Inbox } from './inbox.js';
import type { SseMessage } from './sse-client.js';

export interface H2Answer {
  readonly headers: IncomingHttpHeaders & { ':status'?: number };
  readonly text: string;
}

export interface H2Stream {
  readonly headers: IncomingHttpHeaders & { ':status'?: number };
  readonly messages: Inbox<SseMessage>;
  readonly stream: ClientHttp2Stream;
  readonly ended: Promise<void>;
}

/** One HTTP/2 connection. Dispose it to leave. */
export class H2Client implements Disposable {
  readonly session: ClientHttp2Session;

  constructor(url: string) {
    this.session = connect(url, { rejectUnauthorized: false });
    this.session.on('error', () => this.session.destroy());
  }

  async ask(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<H2Answer> {
    const { headers: answered, stream } = await this.request(path, headers, method);
    let text = '';
    for await (const part of stream.setEncoding('utf8')) text += String(part);
    return { headers: answered, text };
  }

  /** Opens a stream. Resolves when the headers are there. */
  async openSse(path: string, headers: Readonly<Record<string, string>> = {}): Promise<H2Stream> {
    const { headers: answered, stream } = await this.request(path, headers, 'GET');
    const messages = new Inbox<SseMessage>();
    const parser = createParser({
      onEvent: ({ id, event, data }) => messages.push({ id, event: event ?? 'message', data }),
    });
    stream.setEncoding('utf8').on('data', (part: string) => parser.feed(part));
    const ended = new Promise<void>((resolve) => {
      stream.once('close', () => {
        messages.fail(new Error('The stream has ended.'));
        resolve();
      });
    });
    return { headers: answered, messages, stream, ended };
  }

  [Symbol.dispose](): void {
    this.session.destroy();
  }

  private async request(path: string, headers: Readonly<Record<string, string>>, method: string) {
    const stream = this.session.request({ ':path': path, ':method': method, ...headers });
    const answered = await new Promise<H2Answer['headers']>((resolve, reject) => {
      stream.once('response', resolve).once('error', reject);
    });
    stream.on('error', () => stream.destroy());
    return { headers: answered, stream };
  }
}
