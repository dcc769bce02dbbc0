import { randomUUID } from 'node:crypto';
import { type RealtimeBus, RealtimeError, type TopicEvent } from 'nestjs-realtime';
import type { SeededRandom } from '../../support/seeded-random.js';
import { turns } from '../../support/turns.js';
import { compareCursors } from './cursor-order.js';

/** No run takes more than this. */
const MOST = 40_000;

/** Publishes on several nodes at once, in bursts of random size at a random pace. */
export class Publisher {
  private readonly published: TopicEvent[] = [];
  private stopped = false;

  constructor(
    private readonly buses: readonly (() => RealtimeBus)[],
    private readonly topics: readonly string[],
    private readonly random: SeededRandom,
  ) {}

  /** Everything published so far, in the order of the log. */
  get log(): readonly TopicEvent[] {
    return this.published.sort((one, other) => compareCursors(one.id, other.id));
  }

  /** Publishes until it `isEnough`, and at least `count` events. */
  async publish(count: number, isEnough: () => boolean): Promise<void> {
    const one = async (bus: () => RealtimeBus, random: SeededRandom) => {
      while (!this.stopped && (this.published.length < count || !isEnough())) {
        if (this.published.length > MOST) throw new Error(`${MOST} events, and still not enough`);
        await Promise.all(Array.from({ length: random.magnitude(1, 16) }, () => this.event(bus, random)));
        // Once there are enough events, what is waited for is something else.
        await turns(this.published.length < count ? random.integer(1, 4) : 50);
      }
    };
    await Promise.all(this.buses.map((bus) => one(bus, this.random.fork())));
  }

  stop(): void {
    this.stopped = true;
  }

  /** One more event on every topic. */
  async last(): Promise<void> {
    for (const topic of this.topics) this.published.push(await this.buses[0]!().publish(topic, 'last'));
  }

  private async event(bus: () => RealtimeBus, random: SeededRandom): Promise<void> {
    const text = random.pick(TEXTS).repeat(random.magnitude(1, 200));
    const data = { number: this.published.length, text };
    const [topic, type, idempotencyKey] = [random.pick(this.topics), random.pick(TYPES), randomUUID()];
    for (;;) {
      try {
        this.published.push(await bus().publish(topic, data, { type, idempotencyKey }));
        return;
      } catch (error) {
        // A node whose engine is being restarted.
        if (!(error instanceof RealtimeError && error.code === 'log-unavailable')) throw error;
        await turns(10);
      }
    }
  }
}

const TYPES = ['message', 'order.ready', 'Grüße 🍜'] as const;

/** Of one to four bytes a character, and what JSON and SSE have to escape. */
const TEXTS = ['a', 'ü', '🍜', '漢', '"\\\n', '\r\n\n', ' ', 'data: '] as const;
