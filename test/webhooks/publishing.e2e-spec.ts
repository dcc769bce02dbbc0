import { Controller, HttpException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { hmac, type InboundWebhook, memoryEngine, RealtimeBus, Webhook, WebhookEvent } from 'nestjs-realtime';
import { signWebhook } from 'nestjs-realtime/testing';
import { ADAPTERS, startApp } from '../support/app.js';
import { deliver } from './deliver.js';

const scheme = hmac({
  secret: 's',
  header: 'x-signature',
  id: { header: 'x-id' },
  type: { header: 'x-type' },
});
const send = (url: string, body: string, id: string, type?: string) =>
  deliver(url, body, signWebhook(scheme, body, { id, type }));

let failures = 0;

@Controller('hooks')
class Hooks {
  constructor(private readonly bus: RealtimeBus) {}

  @Webhook('/orders/:shop', { scheme })
  async orders(@WebhookEvent() { id }: InboundWebhook) {
    if (failures-- > 0) throw new HttpException('no', 418);
    return { id, latest: (await this.bus.latest('webhooks/orders-shop'))?.data };
  }

  @Webhook('quiet', { scheme, publish: false })
  quiet() {}
}

describe.each(ADAPTERS)('verified events are published, on %s', (adapter) => {
  it('to webhooks/<name>, with the type and data of the sender, before the handler runs', async () => {
    await using app = await startApp({ adapter, controllers: [Hooks] });
    const url = `${app.url}/hooks/orders/7`;
    const answer = await send(url, '{"amount":1}', '1', 'order.paid');
    expect(answer.body).toEqual({ id: '1', latest: { amount: 1 } });
    await send(url, '', '2', '$reset');
    await send(url, 'text', '3', 'x'.repeat(200));
    await send(url, '4', '4');
    expect(await deliver(url, '5', signWebhook(scheme, '4', { id: '5' }))).toMatchObject({ status: 401 });
    const { events } = await app.bus.read('webhooks/orders-shop');
    expect(events.map(({ type, data }) => [type, data])).toEqual([
      ['order.paid', { amount: 1 }],
      ['reset', null],
      ['x'.repeat(128), 'text'],
      ['message', 4],
    ]);
  });

  it('once, however often and late the handler is retried', async () => {
    const clock = { now: Date.now() };
    const realtime = { engine: memoryEngine({ now: () => clock.now }), retention: { maxAgeMs: 10 ** 10 } };
    await using app = await startApp({ adapter, controllers: [Hooks], realtime });
    const url = `${app.url}/hooks/orders/7`;
    failures = 3;
    for (const status of [418, 418, 418, 200, 200]) {
      expect(await send(url, '{"amount":1}', '1')).toMatchObject({ status });
      clock.now += 24 * 3_600_000;
    }
    expect((await app.bus.read('webhooks/orders-shop')).events).toHaveLength(1);
  });

  it('again when that failed, and the handler has not run then', async () => {
    const engine = memoryEngine();
    await using app = await startApp({ adapter, controllers: [Hooks], realtime: { engine } });
    const url = `${app.url}/hooks/orders/7`;
    const { publish } = engine;
    Object.assign(engine, { publish: () => Promise.reject(new Error('down')) });
    expect(await send(url, '1', '1')).toMatchObject({ status: 500 });
    Object.assign(engine, { publish });
    expect((await send(url, '1', '1')).body).toEqual({ id: '1', latest: 1 });
  });

  it('unless told not to', async () => {
    await using app = await startApp({ adapter, controllers: [Hooks] });
    expect(await send(`${app.url}/hooks/quiet`, '1', '1')).toMatchObject({ status: 200 });
    expect(await app.bus.latest('webhooks/quiet')).toBeUndefined();
  });
});
