import type { PollAnswer, PublishMessage } from 'nestjs-realtime-protocol';
import { RealtimeClientError } from '../client.error.js';
import type { Credentials } from '../credentials.js';
import { type Hub, readJson } from './hub.js';
import type { Joined, Line, LineEnd, LineListener, OpenLine, States } from './line.js';

export interface HubRead {
  readonly topics: readonly string[];
  readonly since: string | undefined;
}

/** Reads the hub in one way until that ends. It tells nothing once `signal` was aborted. */
export type ReadHub = (
  hub: Hub,
  read: HubRead,
  listener: LineListener,
  signal: AbortSignal,
) => Promise<LineEnd>;

/** A line of requests: what is followed is in the request, so another one begins whenever that changes. */
class HttpLine implements Line {
  private readonly over = new AbortController();
  private reading: AbortController | undefined;

  constructor(
    private readonly hub: Hub,
    private readonly credentials: Credentials,
    private readonly read: ReadHub,
    private readonly listener: LineListener,
  ) {}

  follow(topics: readonly string[], since: string | undefined): void {
    this.reading?.abort();
    if (this.over.signal.aborted) return;
    this.reading = new AbortController();
    void this.run({ topics, since }, this.reading.signal);
  }

  async join(topics: readonly string[]): Promise<Joined> {
    const { signal } = this.over;
    const query = { topics, since: undefined };
    const { cursor, snapshot } = await this.hub.ask(query, 'application/json', signal, readJson<PollAnswer>);
    return { cursor, ...(snapshot !== undefined && { states: snapshot as States }) };
  }

  publish(message: PublishMessage): Promise<string> {
    return this.hub.publish(message, this.over.signal);
  }

  async renew(): Promise<void> {
    this.credentials.expire();
    await this.credentials.token();
  }

  close(): void {
    this.reading?.abort();
    this.over.abort(new RealtimeClientError('closed', 'The line was closed.'));
  }

  private async run(read: HubRead, signal: AbortSignal): Promise<void> {
    try {
      const end = await this.read(this.hub, read, this.listener, signal);
      if (!signal.aborted) this.listener.ended(end);
    } catch (thrown) {
      if (signal.aborted) return;
      const error = RealtimeClientError.from(thrown);
      if (error.isRefusal) this.listener.refused(error);
      else this.listener.ended({ error });
    }
  }
}

/** Lines that read the hub like this. */
export function httpLines(hub: Hub, credentials: Credentials, read: ReadHub): OpenLine {
  return (listener) => new HttpLine(hub, credentials, read, listener);
}
