import { Controller, Param } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { LongPoll, ShortPoll, topic } from 'nestjs-realtime';
import { ADAPTERS, type RunningApp, startApp } from './support/app.js';
import { ask, askLog, saying } from './support/http-answer.js';

@Controller('orders')
class OrdersController {
  @ShortPoll(':id/short')
  short(@Param('id') id: string) {
    return topic('orders', id);
  }

  @LongPoll(':id/long')
  long(@Param('id') id: string) {
    return topic('orders', id);
  }

  @ShortPoll(':id/short-snapshot')
  async shortSnapshot(@Param('id') id: string) {
    return topic('orders', id).snapshot(async () => ({ id }));
  }

  @LongPoll(':id/long-snapshot')
  async longSnapshot(@Param('id') id: string) {
    return topic('orders', id).snapshot(() => ({ id }));
  }
}

const KINDS = ['short', 'long'] as const;

describe.each(ADAPTERS)('log on %s', (adapter) => {
  const start = async (maxEvents = 10_000) => {
    const realtime = { retention: { maxEvents } };
    const app = await startApp({ adapter, controllers: [OrdersController], realtime });
    return Object.assign(app, { orders: `${app.url}/orders/42` });
  };
  const publish = async (app: RunningApp, count: number, data: unknown = null) => {
    const events = [];
    for (let n = 0; n < count; n++) events.push(await app.bus.publish('orders/42', data));
    return events;
  };

  it.each(KINDS)('%s: begins now, at once, with or without since=latest', async (kind) => {
    await using app = await start();
    const [event] = await publish(app, 1);
    for (const query of ['', '?since=latest', '?wait=55', '?since=latest&wait=55']) {
      const { status, headers, body } = await ask(`${app.orders}/${kind}${query}`);
      expect([status, body]).toEqual([200, { cursor: event!.id, events: [] }]);
      expect(headers.get('realtime-cursor')).toBe(event!.id);
      expect(headers.get('etag')).toBe(`W/"${event!.id}"`);
      expect(headers.get('cache-control')).toBe('private, no-cache');
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    }
  });

  it.each(KINDS)('%s: gives what happened since the cursor, or all that is kept', async (kind) => {
    await using app = await start();
    const url = `${app.orders}/${kind}`;
    const { cursor } = await askLog(url);
    const events = [
      await app.bus.publish('orders/42', { n: 1 }, { type: 'cooked' }),
      await app.bus.publish('orders/42', '\u2028"\n'),
    ];
    await app.bus.publish('orders/43', 'other');
    const answer = { cursor: events[1]!.id, events };
    expect(await askLog(`${url}?since=${cursor}`)).toEqual(answer);
    expect(await askLog(`${url}?since=earliest`)).toEqual(answer);
    expect(await askLog(`${url}?since=${events[0]!.id}`)).toEqual({ ...answer, events: events.slice(1) });
  });

  it.each(KINDS)('%s: has a snapshot at first and with a reset, and else not', async (kind) => {
    await using app = await start();
    const url = `${app.orders}/${kind}-snapshot`;
    const { id } = await app.bus.publish('orders/42', 1);
    expect(await askLog(url)).toEqual({ cursor: id, events: [], snapshot: { id: '42' } });
    expect(await askLog(`${url}?since=earliest`)).not.toHaveProperty('snapshot');
    expect(await askLog(`${url}?since=other-1-0`)).toEqual({
      cursor: id,
      events: [],
      reset: { reason: 'epoch' },
      snapshot: { id: '42' },
    });
  });

  it.each(KINDS)('%s: says why history was lost', async (kind) => {
    await using app = await start(2);
    const url = `${app.orders}/${kind}`;
    const events = await publish(app, 4);
    const [epoch] = events[0]!.id.split('-');
    const last = events.at(-1)!.id;
    const reset = (reason: string) => ({ cursor: last, events: [], reset: { reason } });
    expect(await askLog(`${url}?since=${events[0]!.id}`)).toEqual(reset('expired'));
    expect(await askLog(`${url}?since=other-1-0`)).toEqual(reset('epoch'));
    expect(await askLog(`${url}?since=${epoch}-zzzzzzzz-0`)).toEqual(reset('ahead'));
    expect((await askLog(`${url}?since=${events[1]!.id}`)).events).toEqual(events.slice(2));
  });

  it.each(KINDS)('%s: refuses what is no cursor', async (kind) => {
    await using app = await start();
    const { cursor } = await askLog(`${app.orders}/${kind}`);
    const garbage = [
      '',
      'x',
      '0',
      '-1',
      'a-b',
      `${cursor}x`,
      `-${cursor}`,
      `${cursor}_${cursor}`,
      'EARLIEST',
    ];
    for (const since of [...garbage, 'a-01-0', `${'a'.repeat(17)}-1-0`, '%00', 'a-1-%0A0', '\u{1f600}-1-0']) {
      const { status, body } = await ask(`${app.orders}/${kind}?since=${since}`);
      expect([since, status, body]).toEqual([
        since,
        400,
        { statusCode: 400, code: 'cursor-malformed', message: expect.any(String) },
      ]);
    }
    const twice = await ask(`${app.orders}/${kind}?since=${cursor}&since=${cursor}`);
    expect([twice.status, twice.body]).toMatchObject([400, { code: 'query-invalid' }]);
  });

  it.each(KINDS)('%s: has no body when nothing is new: 204, or 304 for who asks with a tag', async (kind) => {
    await using app = await start();
    const url = `${app.orders}/${kind}`;
    const { cursor } = await askLog(url);
    for (const [headers, status] of [
      [{}, 204],
      [{ 'If-None-Match': `W/"${cursor}"` }, 304],
      [{ 'If-None-Match': '"other"' }, 304],
    ] as const) {
      const answer = await ask(`${url}?since=${cursor}&wait=0`, headers);
      expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([status, '', `W/"${cursor}"`]);
      expect(answer.headers.get('retry-after') !== null).toBe(kind === 'short');
    }
    const { id } = await app.bus.publish('orders/42', 1);
    // What is new is sent, whatever the tag: the client names its place by `since`.
    expect((await askLog(`${url}?since=${cursor}`, { 'If-None-Match': '*' })).cursor).toBe(id);
  });

  it.each(KINDS)('%s: is answered to HEAD as to GET, without waiting', async (kind) => {
    await using app = await start();
    const url = `${app.orders}/${kind}-snapshot`;
    const { cursor } = await askLog(url);
    await publish(app, 1);
    for (const query of ['', '?since=earliest', '?since=other-1-0', `?since=${cursor}`]) {
      const [get, head] = [await ask(`${url}${query}`), await ask(`${url}${query}`, {}, 'HEAD')];
      expect([query, head.status, head.text]).toEqual([query, get.status, '']);
      expect({ ...saying(head.headers), 'retry-after': 0 }).toEqual({
        ...saying(get.headers),
        'retry-after': 0,
      });
    }
    const { cursor: last } = await askLog(url);
    expect((await ask(`${url}?since=${last}&wait=55`, {}, 'HEAD')).status).toBe(204);
  });
});
