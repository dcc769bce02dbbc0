import type { IncomingMessage } from 'node:http';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { RealtimeError } from '../../realtime.errors.js';
import { REALTIME_OPTIONS, type ResolvedOptions } from '../../realtime.options.js';
import { HttpExchange } from '../../transports/http-exchange.js';
import type { WebhookRequest } from '../schemes/webhook-scheme.js';
import { answerStranger } from './handshake.js';
import { publicUrlOf } from './public-url.js';
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
    @Inject(REALTIME_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const webhook = this.reflector.get(Webhooks, context.getHandler());
    const exchange = new HttpExchange(context);
    try {
      const received = await this.receive(webhook, exchange);
      RECEIVED.set(exchange.request, received);
      if ('event' in received) {
        const { data, rawBody } = received.event;
        // For @Body() and @RawBody(), which no parser has served.
        Object.assign(context.switchToHttp().getRequest<object>(), { body: data, rawBody });
      }
    } catch (error) {
      throw error instanceof WebhookRefusal ? this.log.refused(webhook, error) : error;
    }
    return true;
  }

  private async receive(webhook: WebhookDefinition, exchange: HttpExchange): Promise<Received> {
    const request = this.requestOf(webhook, exchange);
    const keys = await this.keys.of(webhook, request);
    if (request.method === 'POST') return receiveDelivery(webhook, keys, request, Date.now());
    return { handshake: answerStranger(webhook.scheme, keys, request) };
  }

  private requestOf(webhook: WebhookDefinition, exchange: HttpExchange): WebhookRequest {
    const { request, params } = exchange;
    const { method = '', headers } = request;
    const rawBody = method === 'POST' ? rawBodyOf(request) : Buffer.alloc(0);
    if (!rawBody) throw this.unread(webhook);
    const url = publicUrlOf(webhook.publicUrl ?? this.options.publicUrl, request);
    return {
      method,
      url,
      headers,
      params,
      get query() {
        return exchange.query;
      },
      rawBody,
    };
  }

  private unread(webhook: WebhookDefinition): RealtimeError {
    this.log.error(
      webhook,
      'its body was read by something in front of Nest before it could be verified: let that leave this path alone',
    );
    return new RealtimeError('internal', 'The webhook could not be read.');
  }
}
