import { Injectable } from '@nestjs/common';
import { OnTopic, RealtimeBus, type TopicEvent } from 'nestjs-realtime';
import { InTurn } from '../in-turn.js';
import { CHARITY } from '../restaurant/topics.js';
import { CharityEndpoint } from './charity-endpoint.js';
import type { CharityNews, ConsumerNews } from './charity-status.js';

/** Tells the guests how the charity is doing, each time something has happened to it. */
@Injectable()
export class CharityWatch {
  private readonly inTurn = new InTurn();

  constructor(
    private readonly bus: RealtimeBus,
    private readonly endpoint: CharityEndpoint,
  ) {}

  @OnTopic('realtime/consumers/*')
  async hear({ type, data }: TopicEvent<ConsumerNews>): Promise<void> {
    if (data.consumer === this.endpoint.consumer) await this.tell(type, data);
  }

  /** @param type of event: what has happened */
  tell(type: string, news?: ConsumerNews): Promise<void> {
    return this.inTurn.run(async () => {
      const status = await this.endpoint.status();
      await this.bus.publish<CharityNews>(CHARITY, { status, news }, { type });
    });
  }
}
