import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Consumers, WebhookEndpoints } from 'nestjs-realtime';
import { CharityServer } from '../charity/charity-server.js';
import { LEFTOVERS_SECRET } from '../secrets.js';
import type { CharityStatus } from './charity-status.js';

/** Boxes sent per second: slow enough to watch them arrive after the charity was closed. */
const RATE_LIMIT = 2;

/** The fifth way, going out: where the charity is sent what is left over. */
@Injectable()
export class CharityEndpoint implements OnModuleInit {
  private id = '';

  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly consumers: Consumers,
    private readonly charity: CharityServer,
  ) {}

  /** The name under which its operational events are published. */
  get consumer(): string {
    return `webhooks/${this.id}`;
  }

  /** Before anything is sent: the charity may have moved since the restaurant was last open. */
  async onModuleInit(): Promise<void> {
    const url = `${this.charity.address}/leftovers`;
    const [known] = await this.endpoints.list({ owner: 'charity' });
    const settings = { url, topics: ['leftovers/*'], types: ['leftovers.packed'], rateLimit: RATE_LIMIT };
    const { id } = known
      ? await this.endpoints.update(known.id, settings)
      : await this.endpoints.create({ ...settings, owner: 'charity', secret: LEFTOVERS_SECRET });
    this.id = id;
  }

  async status(): Promise<CharityStatus> {
    const [consumers, dead] = await Promise.all([this.consumers.list(), this.endpoints.deadLetters(this.id)]);
    const { state = 'running', until } = consumers.find(({ name }) => name === this.consumer) ?? {};
    const { address, isOpen } = this.charity;
    return { url: address, isOpen, state, until, deadLetters: dead.length };
  }

  /** Does not wait for the breaker. */
  async tryNow(): Promise<void> {
    await this.endpoints.resume(this.id);
  }

  /** Sends again what was given up. */
  redeliver(): Promise<number> {
    return this.endpoints.redeliver(this.id);
  }
}
