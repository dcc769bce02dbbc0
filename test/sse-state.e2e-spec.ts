import { Controller, NotFoundException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { Sse } from 'nestjs-realtime';
import { of } from 'rxjs';
import { Feeds } from '../libs/realtime/src/bus/feeds.js';
import { Connections } from '../libs/realtime/src/transports/connections.js';
import { ADAPTERS, startApp } from './support/app.js';
import { Gate } from './support/gate.js';
import { ask } from './support/http-answer.js';
import { getRequest, rawClient } from './support/raw-client.js';
import { openSse } from './support/sse-client.js';
import { turns } from './support/turns.js';
import { until } from './support/until.js';
import { OperatorLog } from './webhooks/operator-log.js';

@Controller('orders')
class OrdersController {
  state: unknown;
  runs = 0;
  error: unknown;
  gate: Gate | undefined;

  @Sse(':id/state', { topic: 'orders/:id' })
  async current() {
    this.runs++;
    const { state } = this;
    await this.gate?.pass();
    if (this.error) throw this.error;
    return state;
  }

  @Sse(':id/observable', { topic: 'orders/:id' })
  observable() {
    return of('before', this.state);
  }
}

describe.each(ADAPTERS)('@Sse of state on %s', (adapter) => {
  const start = async (logger: OperatorLog | false = false) => {
    const app = await startApp({ adapter, controllers: [OrdersController], application: { logger } });
    const controller = app.nest.get(OrdersController);
    const change = async (state: unknown) => {
      controller.state = state;
      return app.bus.publish('orders/42', null);
    };
    return Object.assign(app, { controller, change, url: `${app.url}/orders/42/state` });
  };

  it('is sent at once if there is one, and again when it differs', async () => {
    await using app = await start();
    const { id } = await app.change({ status: 'cooking' });
    using stream = await openSse(app.url);
    expect(await stream.messages.next()).toEqual({ id, event: 'message', data: '{"status":"cooking"}' });
    await app.change({ status: 'cooking' });
    await app.change(undefined);
    const ready = await app.change('a\r\nid: x\0\n\nevent: $evil\u2028');
    expect(await stream.messages.next()).toEqual({
      id: ready.id,
      event: 'message',
      data: '"a\\r\\nid: x\\u0000\\n\\nevent: $evil\u2028"',
    });
    await app.change(0);
    expect((await stream.messages.next()).data).toBe('0');
  });

  it('is sent once it is ready', async () => {
    await using app = await start();
    using stream = await openSse(app.url);
    expect(stream.status).toBe(200);
    await app.change(undefined);
    await app.change(null);
    const { id } = await app.change({ status: 'ready' });
    expect(await stream.messages.next()).toEqual({ id, event: 'message', data: '{"status":"ready"}' });
  });

  it('is the last value of an Observable', async () => {
    await using app = await start();
    await app.change(1);
    using stream = await openSse(app.url.replace('state', 'observable'));
    expect((await stream.messages.next()).data).toBe('1');
    await app.change(2);
    expect((await stream.messages.next()).data).toBe('2');
  });

  it('is looked at once for what happens during a look, and no more', async () => {
    await using app = await start();
    await app.change(1);
    using stream = await openSse(app.url);
    await stream.messages.next();
    const gate = (app.controller.gate = new Gate());
    await app.change(2);
    await until(() => gate.arrived === 1);
    for (let n = 3; n < 100; n++) await app.change(n);
    const last = await app.change(100);
    const { runs } = app.controller;
    gate.open();
    expect((await stream.messages.take(2)).map(({ data }) => data)).toEqual(['2', '100']);
    expect(app.controller.runs).toBe(runs + 1);
    await app.change('sentinel');
    expect(await stream.messages.next()).toMatchObject({ data: '"sentinel"' });
    expect(stream.text()).toContain(`id: ${last.id}\n`);
  });

  it('is neither computed nor sent for a client that does not read, who gets the latest then', async () => {
    await using app = await start();
    const big = (n: number) => `${n} ${'x'.repeat(1024 * 1024)}`;
    await app.change(big(0));
    using client = await rawClient(app.port, getRequest('/orders/42/state'));
    client.socket.pause();
    for (let n = 1; n <= 100; n++) {
      await app.change(big(n));
      await turns(2);
    }
    expect(app.controller.runs).toBeLessThan(20);
    client.socket.resume();
    const text = await client.has('data: "100 ');
    const shown = [...text.matchAll(/data: "(\d+) /g)].map(([, n]) => Number(n));
    expect(shown.length).toBeLessThan(20);
    expect(shown).toEqual(shown.toSorted((a, b) => a - b));
  });

  it('that cannot be computed is an answer at first, and later the end of the stream, in the log', async () => {
    const log = new OperatorLog();
    await using app = await start(log);
    app.controller.error = new NotFoundException('no such order');
    expect((await ask(app.url)).status).toBe(404);
    app.controller.error = undefined;
    await app.change(1);
    using stream = await openSse(app.url);
    using other = await openSse(app.url.replace('/42/', '/43/'));
    await stream.messages.next();
    app.controller.error = new Error('out of order');
    await app.bus.publish('orders/42', null);
    await stream.ended;
    expect(await log.next('OrdersController.current()')).toContain('ended');
    app.controller.error = undefined;
    await app.change(1);
    await app.bus.publish('orders/43', null);
    expect((await other.messages.next()).data).toBe('1');
  });

  it('is no longer looked at when the client has left', async () => {
    await using app = await start();
    const feeds = app.nest.get(Feeds).size;
    await app.change(1);
    const stream = await openSse(app.url);
    await stream.messages.next();
    stream.close();
    await until(() => app.nest.get(Connections).size === 0);
    expect(app.nest.get(Feeds).size).toBe(feeds);
    const { runs } = app.controller;
    await app.change(2);
    expect((await ask(app.url, {}, 'HEAD')).status).toBe(200);
    expect(app.controller.runs).toBe(runs + 1);
  });
});
