import { Logger } from '@nestjs/common';
import { topicSegment } from 'nestjs-realtime-protocol';
import type { RealtimeBus } from '../bus/realtime-bus.js';
import type { Exception } from './consumer-store.js';

/** What happens to a consumer, as those hear who watch it. */
export type ConsumerNews =
  | { readonly type: 'consumer.failed' | 'consumer.dead-letter'; readonly exception: Exception }
  | { readonly type: 'consumer.breaker-open'; readonly error: string; readonly until: string }
  | { readonly type: 'consumer.breaker-closed' | 'consumer.paused' | 'consumer.resumed' };

/** So many of one type are told within a while; what more there is until its end is told then, as one. */
const MAX_NEWS = 10;
const WHILE_MS = 10_000;

interface Recent {
  told: number;
  /** What was not told, and the last of it. */
  untold: number;
  latest?: ConsumerNews;
}

/** The topic of a consumer's operational events. */
export function consumerTopic(name: string): string {
  return `realtime/consumers/${topicSegment(name)}`;
}

/** Tells what happens to one consumer: to the operator's log, and on its topic. A flood is told in numbers. */
export class NewsTeller {
  private readonly logger = new Logger('Realtime');
  private readonly recent = new Map<string, Recent>();
  private closed = false;

  constructor(
    private readonly name: string,
    private readonly bus: RealtimeBus,
  ) {}

  tell(news: ConsumerNews): void {
    const recent = this.recentOf(news.type);
    if (recent.told++ < MAX_NEWS) return this.publish(news);
    recent.untold++;
    recent.latest = news;
  }

  /** Tells no more. */
  close(): void {
    this.closed = true;
  }

  private recentOf(type: string): Recent {
    let recent = this.recent.get(type);
    if (!recent) {
      this.recent.set(type, (recent = { told: 0, untold: 0 }));
      setTimeout(() => this.tellRest(type), WHILE_MS).unref();
    }
    return recent;
  }

  private tellRest(type: string): void {
    const { latest, untold } = this.recent.get(type)!;
    this.recent.delete(type);
    if (latest) this.publish(latest, untold);
  }

  private publish(news: ConsumerNews, count = 1): void {
    if (this.closed) return;
    const { type } = news;
    const data = { consumer: this.name, ...describe(news), ...(count > 1 && { count }) };
    const line = `${type} ${JSON.stringify(data)}`;
    if (type === 'consumer.breaker-closed' || type === 'consumer.resumed') this.logger.log(line);
    else this.logger.warn(line);
    this.bus
      .publish(consumerTopic(this.name), data, { type })
      .catch((error: unknown) => this.logger.error(`${type} of ${this.name} is not published.`, error));
  }
}

function describe(news: ConsumerNews): object {
  if (!('exception' in news)) {
    const { type: _, ...data } = news;
    return data;
  }
  const { event, attempts, error, at } = news.exception;
  const { id, topic, type } = event;
  const time = new Date(at).toISOString();
  return {
    event: { id, topic, type },
    attempts,
    error,
    ...(news.type === 'consumer.failed' && { next: time }),
  };
}
