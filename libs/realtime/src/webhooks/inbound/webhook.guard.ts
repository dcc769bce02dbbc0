import type { IncomingMessage } from 'node:http';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { RealtimeError } from '../../realtime.errors.js';
import { HttpExchange } from '../../transports/http-exchange.js';
import { rawBodyOf } from './raw-body.js';
import { type Received, receiveDelivery } from './receive-delivery.js';
import { WebhookKeys } from './webhook-keys.js';
import { WebhookLog } from './webhook-log.js';
import { type WebhookDefinition, Webhooks } from './webhook-options.js';
import { WebhookRefusal } from './webhook-refusal.js';

const RECEIVED = new WeakMap<IncomingMessage, Received>();

/** What the guard let pass. */
export function receivedOf(context: ExecutionContext): Received | undefined {
  return RECEIVED.get(new HttpExchange(context).request);
}

/** Lets a delivery pass whose signature is right, before any interceptor or pipe sees it. */
@Injectable()
export class WebhookGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly keys: WebhookKeys,
    private readonly log: WebhookLog,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const webhook = this.reflector.get(Webhooks, context.getHandler());
    const exchange = new HttpExchange(context);
    const rawBody = rawBodyOf(exchange.request);
    if (!rawBody) throw this.unread(webhook);
    try {
      const received = await this.receive(webhook, exchange, rawBody);
      RECEIVED.set(exchange.request, received);
      // For @Body() and @RawBody(), which no parser has served.
      Object.assign(context.switchToHttp().getRequest<object>(), { body: received.event.data, rawBody });
    } catch (error) {
      throw error instanceof WebhookRefusal ? this.log.refused(webhook, error) : error;
    }
    return true;
  }

  private async receive(
    webhook: WebhookDefinition,
    { request: { headers }, params, query }: HttpExchange,
    rawBody: Buffer,
  ): Promise<Received> {
    const keys = await this.keys.of(webhook, { headers, params, query, rawBody });
    return receiveDelivery(webhook, keys, { headers, params, rawBody }, Date.now());
  }

  private unread(webhook: WebhookDefinition): RealtimeError {
    this.log.error(
      webhook,
      'its body was read by something in front of Nest before it could be verified: let that leave this path alone',
    );
    return new RealtimeError('internal', 'The webhook could not be read.');
  }
}
