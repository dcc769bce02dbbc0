import { Controller, Get, Header } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { LongPoll, ShortPoll } from 'nestjs-realtime';
import { ADAPTERS, startApp } from './support/app.js';
import { ask, saying } from './support/http-answer.js';

@Controller('orders')
class OrdersController {
  state: unknown;
  runs = 0;

  @ShortPoll(':id', { intervalMs: 20_000 })
  short() {
    return this.state;
  }

  @ShortPoll(':id/tagged', { topic: ['orders/:id', 'menu'], etag: 'topic' })
  tagged() {
    this.runs++;
    return this.state;
  }

  @LongPoll(':id/changes', { topic: 'orders/:id' })
  long() {
    return this.state;
  }

  @Get(':id/plain')
  plain() {
    return this.state;
  }

  @ShortPoll(':id/cached')
  @Header('Cache-Control', 'public, max-age=1')
  cached() {
    return this.state;
  }
}

describe.each(ADAPTERS)('state on %s', (adapter) => {
  const start = async (state?: unknown) => {
    const app = await startApp({ adapter, controllers: [OrdersController] });
    const controller = app.nest.get(OrdersController);
    controller.state = state;
    return Object.assign(app, { controller, orders: `${app.url}/orders/42` });
  };

  it.each(['', '/changes?wait=0'])('is 202, 200 or 304 at %p', async (path) => {
    await using app = await start();
    const url = `${app.orders}${path}`;
    const notReady = await ask(url);
    expect([notReady.status, notReady.text, notReady.headers.get('etag')]).toEqual([202, '', null]);

    app.controller.state = { status: 'ready' };
    const ready = await ask(url);
    const etag = ready.headers.get('etag')!;
    expect([ready.status, ready.body]).toEqual([200, { status: 'ready' }]);
    expect(etag).toMatch(/^W\/"[\w-]+"$/);

    const known = await ask(url, { 'If-None-Match': etag });
    expect([known.status, known.text, known.headers.get('etag')]).toEqual([304, '', etag]);
    for (const { headers } of [notReady, ready, known]) {
      expect(headers.get('cache-control')).toBe('private, no-cache');
      expect(headers.get('realtime-cursor')).toMatch(/^[a-z0-9]+-[a-z0-9]+-[a-z0-9]+$/);
    }
  });

  it('is compared weakly, with any of several tags, and with *', async () => {
    await using app = await start('x');
    const etag = (await ask(app.orders)).headers.get('etag')!;
    const status = async (ifNoneMatch: string) =>
      (await ask(app.orders, { 'If-None-Match': ifNoneMatch })).status;
    expect(await status(etag.slice(2))).toBe(304);
    expect(await status(`"other", W/"a,b" ,${etag}`)).toBe(304);
    expect(await status('*')).toBe(304);
    expect(await status('"other"')).toBe(200);
    expect(await status(etag.slice(3, -1))).toBe(200);
    expect(await status('"')).toBe(200);
    app.controller.state = undefined;
    expect(await status('*')).toBe(202);
  });

  it('names when to poll again, differently each time', async () => {
    await using app = await start();
    const times = new Set<number>();
    for (const state of [undefined, ...Array.from({ length: 30 }, () => 1)]) {
      app.controller.state = state;
      times.add(Number((await ask(app.orders)).headers.get('retry-after')));
    }
    expect(times.size).toBeGreaterThan(1);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(16);
    expect(Math.max(...times)).toBeLessThanOrEqual(24);
  });

  it.each([0, '', false, [], 'text', { a: 1 }])('is what @Get would send: %p', async (state) => {
    await using app = await start(state);
    const plain = await ask(`${app.orders}/plain`);
    const short = await ask(app.orders);
    expect([short.status, short.text, short.headers.get('content-type')]).toEqual([
      plain.status,
      plain.text,
      plain.headers.get('content-type'),
    ]);
  });

  it('has the Cache-Control of its route', async () => {
    await using app = await start('x');
    expect((await ask(`${app.orders}/cached`)).headers.get('cache-control')).toBe('public, max-age=1');
  });

  it.each(['', '/tagged', '/changes?wait=0'])('is answered to HEAD as to GET at %p', async (path) => {
    await using app = await start();
    const url = `${app.orders}${path}`;
    // A HEAD that waited would wait for 55 s.
    const head = url.replace('wait=0', 'wait=55');
    const compare = async (headers: Record<string, string> = {}) => {
      const [get, answer] = [await ask(url, headers), await ask(head, headers, 'HEAD')];
      expect([answer.status, answer.text]).toEqual([get.status, '']);
      const jittered = { 'retry-after': expect.anything() };
      const wanted = saying(get.headers);
      expect(saying(answer.headers)).toEqual('retry-after' in wanted ? { ...wanted, ...jittered } : wanted);
      return get;
    };
    expect((await compare()).status).toBe(202);
    app.controller.state = { status: 'ready' };
    const { status, headers } = await compare();
    expect(status).toBe(200);
    expect((await compare({ 'If-None-Match': headers.get('etag')! })).status).toBe(304);
  });

  it('with the ETag of its topics runs no handler for what is known', async () => {
    await using app = await start(1);
    const url = `${app.orders}/tagged`;
    const tagOf = async () => (await ask(url)).headers.get('etag')!;
    const seen = [await tagOf()];
    for (const topic of ['orders/42', 'menu', 'orders/42']) {
      await app.bus.publish(topic, null);
      const ifNoneMatch = { 'If-None-Match': seen.at(-1)! };
      expect((await ask(url, ifNoneMatch)).status).toBe(200);
      seen.push(await tagOf());
    }
    await app.bus.publish('orders/43', null);
    const { runs } = app.controller;
    expect((await ask(url, { 'If-None-Match': seen.at(-1)! })).status).toBe(304);
    expect(app.controller.runs).toBe(runs);
    expect(new Set(seen).size).toBe(4);
  });
});
