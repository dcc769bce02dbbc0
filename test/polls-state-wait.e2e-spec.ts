import { Controller } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { LongPoll } from 'nestjs-realtime';
import { Connections } from '../libs/realtime/src/transports/connections.js';
import { ADAPTERS, startApp } from './support/app.js';
import { Gate } from './support/gate.js';
import { ask } from './support/http-answer.js';
import { until } from './support/until.js';

@Controller('orders')
class OrdersController {
  state: unknown;
  runs = 0;
  gate: Gate | undefined;

  @LongPoll(':id/changes', { topic: 'orders/:id' })
  async long() {
    this.runs++;
    const { state } = this;
    await this.gate?.pass();
    return state;
  }

  @LongPoll(':id/shared', { topic: 'orders/:id', share: true })
  async shared() {
    this.runs++;
    return this.state;
  }
}

describe.each(ADAPTERS)('state that is waited for on %s', (adapter) => {
  const start = async (state?: unknown) => {
    const app = await startApp({ adapter, controllers: [OrdersController] });
    const controller = app.nest.get(OrdersController);
    controller.state = state;
    return Object.assign(app, { controller, orders: `${app.url}/orders/42` });
  };

  it('is answered to a long poll as soon as it differs', async () => {
    await using app = await start({ status: 'cooking' });
    const url = `${app.orders}/changes`;
    const etag = (await ask(url)).headers.get('etag')!;
    const waiting = ask(url, { 'If-None-Match': etag });
    await until(() => app.nest.get(Connections).size === 1);
    await app.bus.publish('orders/43', null);
    await app.bus.publish('orders/42', null);
    app.controller.state = { status: 'ready' };
    const event = await app.bus.publish('orders/42', null);
    const answer = await waiting;
    expect([answer.status, answer.body]).toEqual([200, { status: 'ready' }]);
    expect(answer.headers.get('realtime-cursor')).toBe(event.id);
  });

  it('is looked at again if something happens during a look', async () => {
    await using app = await start(1);
    const url = `${app.orders}/changes`;
    const etag = (await ask(url)).headers.get('etag')!;
    const waiting = ask(url, { 'If-None-Match': etag });
    await until(() => app.nest.get(Connections).size === 1);
    const gate = (app.controller.gate = new Gate());
    await app.bus.publish('orders/42', null);
    await until(() => gate.arrived === 1);
    app.controller.state = 2;
    await app.bus.publish('orders/42', null);
    gate.open();
    expect((await waiting).body).toBe(2);
  });

  it('is 304 or 202 at the end of the wait', async () => {
    await using app = await start();
    const url = `${app.orders}/changes?wait=0.1`;
    const notReady = await ask(url);
    expect([notReady.status, notReady.text, notReady.headers.get('retry-after')]).toEqual([202, '', null]);
    app.controller.state = 1;
    const etag = (await ask(url)).headers.get('etag')!;
    const known = await ask(url, { 'If-None-Match': etag });
    expect([known.status, known.text, known.headers.get('etag')]).toEqual([304, '', etag]);
  });

  it('comes with the cursor of the last look that ended', async () => {
    await using app = await start(1);
    const url = `${app.orders}/changes`;
    const etag = (await ask(url)).headers.get('etag')!;
    const waiting = [ask(url, { 'If-None-Match': etag }), ask(url, { 'If-None-Match': etag })];
    await until(() => app.nest.get(Connections).size === 2);
    const { runs } = app.controller;
    const looked = await app.bus.publish('orders/42', null);
    await until(() => app.controller.runs === runs + 2);
    const gate = (app.controller.gate = new Gate());
    await app.bus.publish('orders/42', null);
    await until(() => gate.arrived === 2);
    // Shutting down ends all waits.
    const closed = app.close();
    for (const { status, headers } of await Promise.all(waiting)) {
      expect([status, headers.get('realtime-cursor')]).toEqual([304, looked.id]);
    }
    gate.open();
    await closed;
  });

  it('is computed once for all who wait for the same URL and share', async () => {
    await using app = await start(1);
    const url = `${app.orders}/shared`;
    const etag = (await ask(url)).headers.get('etag')!;
    const waiting = Array.from({ length: 20 }, (_, n) =>
      ask(`${url}?wait=${20 + n}`, { 'If-None-Match': etag }),
    );
    await until(() => app.nest.get(Connections).size === 20);
    const { runs } = app.controller;
    app.controller.state = 2;
    await app.bus.publish('orders/42', null);
    expect((await Promise.all(waiting)).map(({ body }) => body)).toEqual(Array.from({ length: 20 }, () => 2));
    expect(app.controller.runs).toBe(runs + 1);
  });
});
