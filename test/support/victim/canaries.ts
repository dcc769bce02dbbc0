import type { PollAnswer } from 'nestjs-realtime-protocol';
import { Inbox } from '../inbox.js';
import { HttpLine } from '../readers/http-answer.js';
import { openSocket, type SocketClient } from '../socket-client.js';
import { openSse, type SseClient } from '../sse-client.js';
import type { Victim } from './victim.js';

const HUB = '/realtime/events?topic=canary';

/** Clients that do nothing wrong, by stream, socket and long poll: they are to notice nothing. */
export class Canaries {
  private number = 0;
  private readonly gone = new AbortController();
  private readonly line = new HttpLine(this.gone.signal);
  private readonly heard: Readonly<Record<'stream' | 'socket' | 'poll', Inbox<unknown>>> = {
    stream: new Inbox(),
    socket: new Inbox(),
    poll: new Inbox(),
  };

  private constructor(
    private readonly victim: Victim,
    private readonly stream: SseClient,
    private readonly socket: SocketClient,
  ) {}

  static async fly(victim: Victim): Promise<Canaries> {
    const stream = await openSse(victim.url + HUB);
    const socket = await openSocket(victim.url);
    const canaries = new Canaries(victim, stream, socket);
    const { heard } = canaries;
    await stream.messages.until(({ event }) => event === '$live');
    void canaries.each(stream.messages, heard.stream, ({ event, data }) =>
      event === 'message' ? [(JSON.parse(data) as { data: unknown }).data] : [event],
    );
    await socket.ask('subscribe', { topics: ['canary'] });
    void canaries.each(socket.messages, heard.socket, ({ name, body }) =>
      name === 'events'
        ? (body as { data: unknown }[]).map(({ data }) => data)
        : name === 'reset'
          ? [name]
          : [],
    );
    const { cursor } = await canaries.ask();
    void canaries.poll(cursor);
    return canaries;
  }

  /** One event more: everybody hears it, and nothing between it and the one before. */
  async sing(): Promise<void> {
    const number = ++this.number;
    this.victim.publish(number);
    for (const [way, inbox] of Object.entries(this.heard)) {
      const heard = await inbox.next();
      if (heard !== number)
        throw new Error(`The canary at the ${way} heard ${String(heard)}, not ${number}.`);
    }
  }

  /** Sings while `attack` goes on, and once more. */
  async during<Result>(attack: () => Promise<Result>): Promise<Result> {
    const attacking = attack();
    const over = attacking.then(
      () => true,
      () => true,
    );
    const turn = () => new Promise<boolean>((resolve) => void setImmediate(resolve, false));
    do await this.sing();
    while (!(await Promise.race([over, turn()])));
    await this.sing();
    return attacking;
  }

  leave(): void {
    this.gone.abort();
    this.line[Symbol.dispose]();
    this.stream.close();
    this.socket.close();
  }

  private async each<Item>(from: Inbox<Item>, to: Inbox<unknown>, read: (item: Item) => unknown[]) {
    try {
      for (;;) read(await from.next()).forEach(to.push);
    } catch (error) {
      to.fail(error);
    }
  }

  private async poll(since: string): Promise<void> {
    try {
      for (let cursor = since; ;) {
        const answer = await this.ask(`&wait=55&since=${cursor}`);
        if (answer.reset) throw new Error(`reset: ${answer.reset.reason}`);
        for (const { data } of answer.events) this.heard.poll.push(data);
        cursor = answer.cursor;
      }
    } catch (error) {
      this.heard.poll.fail(error);
    }
  }

  private async ask(query = ''): Promise<PollAnswer> {
    const answer = await this.line.ask(this.victim.url + HUB + query);
    if (answer?.status !== 200) throw new Error(`The long poll was answered with ${answer?.status}.`);
    return JSON.parse(answer.body) as PollAnswer;
  }
}
