import { Injectable } from '@nestjs/common';
import { RealtimeBus, WebhookEndpoints } from 'nestjs-realtime';
import { FETCHED_SECRET } from '../secrets.js';

const FETCHED = 'fetched';

/** What the charity's books say, and its driver reports. */
export interface Entry {
  readonly order: string;
  readonly box: number;
  readonly portions: number;
  readonly driver: string;
  /** Of the call by which it came: the `webhook-id`. */
  readonly delivery: string;
}

/** What was fetched. Whoever had it is told, by a webhook: to write it down is all. */
@Injectable()
export class Books {
  constructor(
    private readonly bus: RealtimeBus,
    private readonly endpoints: WebhookEndpoints,
  ) {}

  async write(entry: Entry): Promise<void> {
    await this.bus.publish(FETCHED, entry, { type: 'leftovers.fetched', idempotencyKey: entry.delivery });
  }

  /** The latest, oldest first. */
  async read(): Promise<Entry[]> {
    const { events } = await this.bus.read<Entry>(FETCHED, { limit: 1_000 });
    return events.map(({ data }) => data);
  }

  /** Tells this address of what is fetched from now on, and what it has not been told yet. */
  async reportTo(url: string): Promise<void> {
    const [known] = await this.endpoints.list();
    if (known) await this.endpoints.update(known.id, { url });
    else await this.endpoints.create({ url, topics: [FETCHED], secret: FETCHED_SECRET });
  }
}
