import type { TopicEvent } from 'nestjs-realtime-protocol';
import { RealtimeClientError } from '../../libs/client/src/client.error.js';
import { Note } from '../../libs/client/src/environment.js';
import type { Way } from '../../libs/client/src/link.js';
import type {
  Joined,
  Line,
  LineEnd,
  LineListener,
  TransportName,
} from '../../libs/client/src/transports/line.js';

/** A line worked by hand. */
export class HandLine implements Line {
  /** What it was asked to follow, in order. */
  readonly followed: { readonly topics: readonly string[]; readonly since: string | undefined }[] = [];
  isClosed = false;
  /** Where topics are, that others join. */
  joined: (topics: readonly string[]) => Joined = () => ({ cursor: cursor(0) });

  constructor(
    readonly transport: TransportName,
    private readonly listener: LineListener,
  ) {}

  follow(topics: readonly string[], since: string | undefined): void {
    this.followed.push({ topics, since });
  }

  async join(topics: readonly string[]): Promise<Joined> {
    return this.joined(topics);
  }

  publish(): Promise<string> {
    return Promise.reject(new Error('Nothing is published by hand.'));
  }

  async renew(): Promise<void> {}

  close(): void {
    this.isClosed = true;
  }

  /** The server answers, and has nothing of the past. */
  live(): void {
    this.listener.opened();
    this.listener.live();
  }

  events(...numbers: readonly number[]): void {
    this.listener.events(numbers.map(event));
  }

  end(end: LineEnd): void {
    this.isClosed = true;
    this.listener.ended(end);
  }

  /** It ends as a network does it. */
  fail(code = 'network', retryAfterMs?: number): void {
    this.end({ error: new RealtimeClientError(code, `${this.transport} failed`, undefined, retryAfterMs) });
  }
}

/** Transports worked by hand, in the order of their names. */
export class HandTransports {
  /** All that were opened, in order. */
  readonly lines: HandLine[] = [];
  readonly ways: Way[];

  constructor(...names: readonly TransportName[]) {
    this.ways = names.map((name) => ({
      name,
      open: (listener) => {
        const line = new HandLine(name, listener);
        this.lines.push(line);
        return line;
      },
    }));
  }

  get names(): TransportName[] {
    return this.lines.map(({ transport }) => transport);
  }

  /** The one that was opened last. */
  get last(): HandLine {
    return this.lines.at(-1)!;
  }
}

/** A note that is kept. */
export class KeptNote extends Note {
  constructor(private text?: string) {
    super('');
  }

  override read(): string | undefined {
    return this.text;
  }

  override write(text: string): void {
    this.text = text;
  }
}

/** The place after the event of this number. */
export function cursor(number: number): string {
  return `log-1-${number.toString(36)}`;
}

export function event(number: number): TopicEvent {
  return { id: cursor(number), topic: 'a', type: 'message', data: number, time: '2026-11-24T12:00:00.000Z' };
}
