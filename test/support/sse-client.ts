import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { createParser } from 'eventsource-parser';
import { Inbox } from './inbox.js';

/** One dispatched event, as a browser would. */
export interface SseMessage {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

/** An open stream, read by an independent parser. Dispose it to leave. */
export interface SseClient extends Disposable {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly messages: Inbox<SseMessage>;
  /** Bytes as they arrived, decoded. */
  readonly text: () => string;
  readonly response: IncomingMessage;
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>;
  close(): void;
}

/** Opens a stream. Resolves when the headers are there. */
export async function openSse(url: string, headers: Record<string, string> = {}): Promise<SseClient> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(
      url,
      { agent: false, headers: { Accept: 'text/event-stream', Connection: 'keep-alive', ...headers } },
      resolve,
    )
      .on('error', reject)
      .end();
  });
  const messages = new Inbox<SseMessage>();
  const parser = createParser({
    onEvent: ({ id, event, data }) => messages.push({ id, event: event ?? 'message', data }),
  });
  let text = '';
  const ended = new Promise<void>((resolve) => {
    response.once('close', () => {
      messages.fail(new Error('The stream has ended.'));
      resolve();
    });
  });
  response.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    parser.feed(part);
  });
  response.on('error', () => response.destroy());
  const close = () => void response.destroy();
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    messages,
    text: () => text,
    response,
    ended,
    close,
    [Symbol.dispose]: close,
  };
}
