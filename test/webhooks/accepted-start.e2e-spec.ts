import {
  Body,
  Controller,
  Inject,
  Module,
  Param,
  ParseIntPipe,
  Scope,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { describe, expect, it } from '@jest/globals';
import { hmac, type InboundWebhook, Webhook, WebhookEvent, type WebhookOptions } from 'nestjs-realtime';
import { signWebhook } from 'nestjs-realtime/testing';
import { type Observable, tap } from 'rxjs';
import { startApp } from '../support/app.js';
import { accepted, Hooks, run, runs, scheme, send } from './accepted-hooks.js';
import { deliver } from './deliver.js';

it('runs nothing of the request: neither guards nor interceptors see the handler', async () => {
  const seen: string[] = [];
  @Controller()
  @UseGuards({ canActivate: () => seen.push('guard') > 0 })
  @UseInterceptors({
    intercept: (_: unknown, next: { handle(): Observable<unknown> }) =>
      next.handle().pipe(tap(() => seen.push('answered'))),
  })
  class Guarded {
    @Webhook('guarded', accepted)
    async guarded(@WebhookEvent() event: InboundWebhook) {
      await run(event);
      seen.push('handled');
      throw new Error('and fails');
    }
  }
  await using app = await startApp({ controllers: [Guarded] });
  await deliver(`${app.url}/guarded`, '{}', signWebhook(scheme, '{}', { id: '1' }));
  const { end } = await runs.next();
  expect(seen).toEqual(['guard', 'answered']);
  end();
});

describe('a webhook that cannot be handled later stops the application from starting', () => {
  function controller(options: WebhookOptions, decorate: ParameterDecorator[] = []) {
    @Controller()
    class Shop {
      @Webhook('a', options)
      paid(first?: unknown, second?: unknown) {
        return [first, second];
      }
    }
    decorate.forEach((decorator, index) => decorator(Shop.prototype, 'paid', index));
    return Shop;
  }

  const later = 'with ack: "accepted" it runs when the request is over';
  it.each<[string, ReturnType<typeof controller>, string]>([
    ['no parameter of its own', controller(accepted), `${later}: of its parameters, let each be`],
    [
      'a parameter of the request',
      controller(accepted, [WebhookEvent(), Body()]),
      `${later}: of its parameters, let each be a @WebhookEvent()`,
    ],
    ['another', controller(accepted, [Param('id'), WebhookEvent()]), `${later}: of its parameters, let each`],
    [
      'a pipe',
      controller(accepted, [WebhookEvent(ParseIntPipe), WebhookEvent()]),
      `${later}, and pipes with it: check the event in the method`,
    ],
    [
      'another acknowledgement',
      controller({ scheme, ack: 'later' as 'handled' }),
      'ack must be "handled" or "accepted", not "later"',
    ],
    [
      'a consumer that it is not',
      controller({ scheme, consumer: { ordered: true } }),
      'it has options for a consumer, and none: add ack: "accepted", or leave them out',
    ],
    [
      'a consumer of no one at once',
      controller({ ...accepted, consumer: { concurrency: 0 } }, [WebhookEvent(), WebhookEvent()]),
      'The durable consumer "webhooks/a": concurrency must be a whole number above 0, not 0',
    ],
    [
      'an order of several at once',
      controller({ ...accepted, consumer: { ordered: true, concurrency: 2 } }, [
        WebhookEvent(),
        WebhookEvent(),
      ]),
      'ordered is one after the other, so concurrency cannot be 2: leave one of them out',
    ],
  ])('%s', async (_, shop, message) => {
    const starting = startApp({ controllers: [shop] });
    await expect(starting).rejects.toThrow(`Shop.paid(): ${message}`);
    await expect(starting).rejects.toMatchObject({ name: 'RealtimeConfigurationError' });
  });

  it('a request-scoped controller', async () => {
    @Controller({ path: 'scoped', scope: Scope.REQUEST })
    class Scoped {
      constructor(@Inject(REQUEST) readonly request: unknown) {}

      @Webhook('a', accepted)
      paid(@WebhookEvent() event: InboundWebhook) {
        return event;
      }
    }
    await expect(startApp({ controllers: [Scoped] })).rejects.toThrow(
      `Scoped.paid(): ${later}, so its class cannot be request-scoped.`,
    );
  });

  it('but a controller may be in two modules', async () => {
    @Module({ controllers: [Hooks] })
    class One {}
    await using app = await startApp({ controllers: [Hooks], imports: [One] });
    await send(app, '{}', 'msg_1');
    (await runs.next()).end();
    expect(runs.size).toBe(0);
  });

  it('and one webhook may answer later than another of the same sender', async () => {
    const own = hmac({ secret: 's', header: 'x-signature' });
    @Controller()
    class Both {
      @Webhook('now', { scheme: own })
      now() {
        return 'now';
      }

      @Webhook('later', { scheme: own, ack: 'accepted' })
      later(@WebhookEvent() event: InboundWebhook) {
        return run(event);
      }
    }
    await using app = await startApp({ controllers: [Both] });
    const headers = signWebhook(own, 'x');
    expect(await deliver(`${app.url}/now`, 'x', headers)).toMatchObject({ status: 200, text: 'now' });
    expect(await deliver(`${app.url}/later`, 'x', headers)).toMatchObject({ status: 202, text: '' });
    const { event, end } = await runs.next();
    expect(event).toMatchObject({ data: 'x', type: 'message' });
    expect(event.timestamp).toBeUndefined();
    end();
  });
});
