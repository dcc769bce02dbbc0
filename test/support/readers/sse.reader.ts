import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { TopicEvent } from 'nestjs-realtime-protocol';
import { ended, openResponse } from './http-answer.js';
import type { Listener, TransportReader } from './transport-reader.js';

interface ControlData {
  readonly cursor: string;
  readonly reason: string;
}

/** A stream in log mode: of a route or of the hub. */
export class SseReader implements TransportReader {
  constructor(
    readonly name: string,
    private readonly path: string,
    private readonly envelope: boolean,
  ) {}

  async read(url: string, since: string | undefined, listener: Listener, signal: AbortSignal): Promise<void> {
    const target = new URL(this.path, url);
    if (since === 'earliest') target.searchParams.set('since', since);
    const headers = {
      Accept: 'text/event-stream',
      ...(since && since !== 'earliest' && { 'Last-Event-ID': since }),
    };
    try {
      const response = await openResponse(target.href, headers, signal, false);
      if (response.statusCode === 503) return void response.destroy();
      if (response.statusCode !== 200)
        throw new Error(`The stream was answered with ${response.statusCode}.`);
      const blocks = new SseBlocks((message) => this.hear(message, listener), listener);
      // Decodes characters that come in pieces.
      for await (const text of response.setEncoding('utf8')) blocks.feed(text as string);
    } catch (error) {
      ended(error);
    }
  }

  private hear({ id, event = 'message', data }: EventSourceMessage, listener: Listener): void {
    if (id === undefined) throw new Error(`No id: ${event} ${data}`);
    const value = JSON.parse(data) as unknown;
    if (event === '$closing') return listener.moved(id);
    if (event === '$live' || event === '$reset')
      return hearControl(event, id, value as ControlData, listener);
    if (!this.envelope) return listener.event({ id, type: event, data: value });
    const whole = value as TopicEvent;
    if (whole.id !== id || whole.type !== event) throw new Error(`${id} ${event} around ${data}`);
    listener.event(whole);
  }
}

function hearControl(event: string, id: string, { cursor, reason }: ControlData, listener: Listener): void {
  if (cursor !== id) throw new Error(`${event} with id ${id} and cursor ${cursor}`);
  if (event === '$reset') listener.reset(reason, cursor);
  else listener.moved(cursor);
}

/**
 * Cuts a stream into its blocks, for the parser says nothing of one that has an id and no data, which moves
 * the last event id all the same (WHATWG HTML, section 9.2.6). A block counts once its empty line is there.
 */
export class SseBlocks {
  private rest = '';

  constructor(
    private readonly hear: (message: EventSourceMessage) => void,
    private readonly listener: Pick<Listener, 'moved'>,
  ) {}

  feed(text: string): void {
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop()!;
    for (const block of blocks) this.block(block);
  }

  private block(block: string): void {
    const heartbeat = /^id: (\S+)$/.exec(block);
    if (heartbeat) return this.listener.moved(heartbeat[1]!);
    const onError = (error: Error) => {
      throw error;
    };
    createParser({ onEvent: this.hear, onError }).feed(`${block}\n\n`);
  }
}
