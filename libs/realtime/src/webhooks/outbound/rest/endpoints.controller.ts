import {
  Body,
  ConflictException,
  Delete,
  ForbiddenException,
  Get,
  HttpCode,
  Inject,
  NotFoundException,
  Param,
  Patch,
  Post,
  Query,
} from '@nestjs/common';
import type { DeadLetter } from '../../../consumers/consumers.js';
import {
  type Delivery,
  type DeliveryAttempt,
  type EndpointChange,
  type EndpointView,
  type NewEndpoint,
  settingsOf,
} from '../endpoint.js';
import { Turns } from '../turns.js';
import { WebhookEndpoints } from '../webhook-endpoints.js';
import { Owner } from './endpoint-owner.js';
import { eventIdOf, limitOf, objectOf, timeOf, unset } from './request-values.js';

/** The token of what the module was told. */
export const ENDPOINT_RULES = Symbol('nestjs-realtime:endpoint-rules');

/** What an owner may do. */
export interface EndpointRules {
  readonly allowsTopic: (owner: string, pattern: string) => boolean | Promise<boolean>;
  readonly maxPerOwner: number;
}

/** Endpoints of one owner, for that owner. Those of others are not there. */
export class EndpointsController {
  private readonly creating = new Turns();

  constructor(
    @Inject(WebhookEndpoints) private readonly endpoints: WebhookEndpoints,
    @Inject(ENDPOINT_RULES) private readonly rules: EndpointRules,
  ) {}

  @Post()
  async create(@Owner() owner: string, @Body() body: unknown): Promise<EndpointView> {
    const { secret, ...input } = objectOf(body) as Partial<NewEndpoint>;
    await this.checkTopics(owner, input.topics);
    // One at a time, or several would see that there is room for one.
    return this.creating.take(owner, async () => {
      await this.checkRoom(owner);
      // Checked by `create`, whatever it is.
      return this.endpoints.create({ ...settingsOf(input), owner, secret } as NewEndpoint);
    });
  }

  @Get()
  list(@Owner() owner: string): Promise<EndpointView[]> {
    return this.endpoints.list({ owner });
  }

  @Get(':id')
  get(@Owner() owner: string, @Param('id') id: string): Promise<EndpointView> {
    return this.own(owner, id);
  }

  @Patch(':id')
  async update(
    @Owner() owner: string,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<EndpointView> {
    await this.own(owner, id);
    const change = unset(settingsOf(objectOf(body) as EndpointChange));
    if ('topics' in change) await this.checkTopics(owner, change.topics);
    return this.endpoints.update(id, change);
  }

  @Delete(':id')
  @HttpCode(204)
  async remove(@Owner() owner: string, @Param('id') id: string): Promise<void> {
    await this.own(owner, id);
    await this.endpoints.remove(id);
  }

  @Post(':id/pause')
  @HttpCode(200)
  async pause(@Owner() owner: string, @Param('id') id: string): Promise<EndpointView> {
    await this.own(owner, id);
    return this.endpoints.pause(id);
  }

  @Post(':id/resume')
  @HttpCode(200)
  async resume(@Owner() owner: string, @Param('id') id: string): Promise<EndpointView> {
    await this.own(owner, id);
    return this.endpoints.resume(id);
  }

  @Post(':id/rotate-secret')
  @HttpCode(200)
  async rotateSecret(@Owner() owner: string, @Param('id') id: string): Promise<{ secret: string }> {
    await this.own(owner, id);
    return { secret: await this.endpoints.rotateSecret(id) };
  }

  @Post(':id/test')
  @HttpCode(200)
  async test(@Owner() owner: string, @Param('id') id: string): Promise<DeliveryAttempt> {
    await this.own(owner, id);
    return this.endpoints.test(id);
  }

  @Get(':id/deliveries')
  async deliveries(
    @Owner() owner: string,
    @Param('id') id: string,
    @Query('limit') limit?: unknown,
  ): Promise<Delivery[]> {
    await this.own(owner, id);
    return this.endpoints.deliveries(id, { limit: limitOf(limit) });
  }

  @Get(':id/attempts')
  async attempts(
    @Owner() owner: string,
    @Param('id') id: string,
    @Query() { eventId, limit }: Record<string, unknown>,
  ): Promise<DeliveryAttempt[]> {
    await this.own(owner, id);
    return this.endpoints.attempts(id, { eventId: eventIdOf(eventId), limit: limitOf(limit) });
  }

  @Get(':id/dead-letters')
  async deadLetters(
    @Owner() owner: string,
    @Param('id') id: string,
    @Query() { after, limit }: Record<string, unknown>,
  ): Promise<DeadLetter[]> {
    await this.own(owner, id);
    return this.endpoints.deadLetters(id, { after: eventIdOf(after), limit: limitOf(limit) });
  }

  @Post(':id/redeliver')
  @HttpCode(200)
  async redeliver(
    @Owner() owner: string,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<{ count: number }> {
    await this.own(owner, id);
    const { eventId } = objectOf(body ?? {});
    return { count: await this.endpoints.redeliver(id, eventIdOf(eventId)) };
  }

  @Post(':id/replay')
  @HttpCode(204)
  async replay(@Owner() owner: string, @Param('id') id: string, @Body() body: unknown): Promise<void> {
    await this.own(owner, id);
    const { since } = objectOf(body);
    await this.endpoints.replay(id, timeOf(since));
  }

  private async own(owner: string, id: string): Promise<EndpointView> {
    const endpoint = await this.endpoints.get(id);
    if (endpoint.owner === owner) return endpoint;
    throw new NotFoundException(`There is no webhook endpoint "${id}".`);
  }

  private async checkRoom(owner: string): Promise<void> {
    const { maxPerOwner } = this.rules;
    if ((await this.endpoints.list({ owner })).length < maxPerOwner) return;
    throw new ConflictException(`There are ${maxPerOwner} webhook endpoints already: remove one first.`);
  }

  private async checkTopics(owner: string, topics: unknown): Promise<void> {
    if (!Array.isArray(topics)) return;
    for (const topic of topics as unknown[]) {
      // What is no text is refused when the endpoint is checked.
      if (typeof topic !== 'string' || (await this.rules.allowsTopic(owner, topic))) continue;
      throw new ForbiddenException(`The topics "${topic}" are not yours.`);
    }
  }
}
