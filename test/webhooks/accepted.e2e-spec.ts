import { describe, expect, it } from '@jest/globals';
import { signWebhook } from 'nestjs-realtime/testing';
import { gzipSync } from 'node:zlib';
import { LOGS } from '../consumers/logs.js';
import { TroubledEngine } from '../consumers/troubled-engine.js';
import { ADAPTERS } from '../support/app.js';
import { Inbox } from '../support/inbox.js';
import { runs, scheme, send, startHooks } from './accepted-hooks.js';
import { deliver } from './deliver.js';
import { JSON_TYPE } from './hooks.js';

describe.each(ADAPTERS)("ack: 'accepted', on %s", (adapter) => {
  it('answers 202 before the handler has run, which gets the delivery as it was sent', async () => {
    await using app = await startHooks(undefined, adapter);
    const body = ' {"type":"courier.picked","order":42} ';
    const answer = await send(app, body, 'msg_1', { 'x-extra': 'a', authorization: 'Basic x', cookie: 'y' });
    expect(answer).toMatchObject({ status: 202, text: '' });
    const { event, end } = await runs.next();
    expect(event).toMatchObject({
      id: 'msg_1',
      type: 'courier.picked',
      data: { type: 'courier.picked', order: 42 },
      params: {},
      headers: { 'x-extra': 'a', 'webhook-id': 'msg_1', ...JSON_TYPE },
    });
    expect(event.rawBody).toEqual(Buffer.from(body));
    expect(Math.abs(Date.now() - event.timestamp!.getTime())).toBeLessThan(60_000);
    expect(Object.keys(event.headers)).not.toEqual(expect.arrayContaining(['authorization']));
    expect(Object.keys(event.headers)).not.toEqual(expect.arrayContaining(['cookie']));
    end();
  });

  it('takes any bytes, parameters of the path, and a status of its own', async () => {
    await using app = await startHooks(undefined, adapter);
    const bytes = gzipSync(Buffer.from('{"sum":7}'));
    const answer = await deliver(`${app.url}/hooks/shop%2F1/paid`, bytes, {
      ...JSON_TYPE,
      'content-encoding': 'gzip',
      ...signWebhook(scheme, bytes, { id: 'msg_2' }),
    });
    expect(answer).toMatchObject({ status: 204 });
    const { event, end } = await runs.next();
    expect(event).toMatchObject({ data: { sum: 7 }, type: 'message', params: { tenant: 'shop/1' } });
    expect(event.rawBody).toEqual(bytes);
    end();
    // Its own events, not those of the other: its name looks like a pattern.
    await send(app, '{}', 'msg_3');
    const other = await runs.next();
    expect(other.event.id).toBe('msg_3');
    other.end();
    expect(runs.size).toBe(0);
  });

  it('refuses what is not signed, and has nothing run', async () => {
    await using app = await startHooks(undefined, adapter);
    expect(await deliver(`${app.url}/hooks/courier`, '{}', JSON_TYPE)).toMatchObject({ status: 401 });
    expect(await send(app, '{"a":', 'msg_4')).toMatchObject({ status: 400 });
    await send(app, '{}', 'msg_5');
    const { event, end } = await runs.next();
    expect(event.id).toBe('msg_5');
    end();
  });
});

describe.each(LOGS)("ack: 'accepted', over %s", (_, factory) => {
  it('the handler is tried again until it succeeds; a duplicate runs nothing', async () => {
    const durable = await factory();
    await using app = await startHooks(durable.engine());
    expect(await send(app, '{}', 'msg_1')).toMatchObject({ status: 202 });
    (await runs.next()).fail(new Error('the till is stuck'));
    expect(await send(app, '{}', 'msg_1')).toMatchObject({ status: 202, text: '' });
    const again = await runs.next();
    expect(again.event.id).toBe('msg_1');
    again.end();
    expect(await send(app, '{}', 'msg_2')).toMatchObject({ status: 202 });
    const next = await runs.next();
    expect(next.event.id).toBe('msg_2');
    next.end();
    await app.consumers.resume('webhooks/courier');
    const { metrics } = app;
    expect(metrics.counts.map(({ outcome, count }) => [outcome, count])).toEqual([
      ['accepted', 2],
      ['failed', 1],
      ['duplicate', 1],
      ['handled', 2],
    ]);
    await app.close();
    await durable.remove();
  });

  it('and is a dead letter in the end, which can be redelivered', async () => {
    const durable = await factory();
    await using app = await startHooks(durable.engine());
    const told = new Inbox<{ type: string }>();
    app.bus.stream('realtime/consumers/webhooks%2Fcourier').subscribe(told.push);
    await send(app, '{"order":42}', 'msg_1');
    for (const attempt of [1, 2]) (await runs.next()).fail(new Error(`no ${attempt}`));
    await told.until(({ type }) => type === 'consumer.dead-letter');
    expect(await app.consumers.deadLetters('webhooks/courier')).toMatchObject([
      { attempts: 2, error: 'no 2', event: { type: 'message', data: { id: 'msg_1' } } },
    ]);
    expect(await app.consumers.redeliver('webhooks/courier')).toBe(1);
    const { event, end } = await runs.next();
    expect(event.data).toEqual({ order: 42 });
    end();
    await app.close();
    await durable.remove();
  });

  it('what was accepted is handled after a crash', async () => {
    const durable = await factory();
    const engine = new TroubledEngine(durable.engine());
    const first = await startHooks(engine);
    await first.consumers.pause('webhooks/courier');
    expect(await send(first, '{"order":42}', 'msg_1')).toMatchObject({ status: 202 });
    engine.die();
    await first.close();
    await using second = await startHooks(durable.engine());
    await second.consumers.resume('webhooks/courier');
    const { event, end } = await runs.next();
    expect(event).toMatchObject({ id: 'msg_1', data: { order: 42 }, headers: { 'webhook-id': 'msg_1' } });
    end();
    expect(await send(second, '{"order":42}', 'msg_1')).toMatchObject({ status: 202 });
    await send(second, '{}', 'msg_2');
    const next = await runs.next();
    expect(next.event.id).toBe('msg_2');
    next.end();
    await second.close();
    await durable.remove();
  });

  it('what cannot be written is not accepted, and may be sent again', async () => {
    const durable = await factory();
    const engine = new TroubledEngine(durable.engine());
    await using app = await startHooks(engine);
    let left = 2;
    engine.around = (operation, work) =>
      // The first to be published is what others see, the second what the handler will get.
      operation === 'publish' && --left === 0 ? Promise.reject(new Error('The disk is full.')) : work();
    expect(await send(app, '{}', 'msg_1')).toMatchObject({ status: 500 });
    expect(await send(app, '{}', 'msg_1')).toMatchObject({ status: 202 });
    const { event, end } = await runs.next();
    expect(event.id).toBe('msg_1');
    end();
    // Published once nevertheless.
    expect((await app.bus.read('webhooks/courier')).events).toHaveLength(1);
    expect(runs.size).toBe(0);
    await app.close();
    await durable.remove();
  });
});

it('warns at start of an engine that forgets', async () => {
  await using app = await startHooks();
  expect(await app.log.next('forgets')).toContain('"webhooks/courier", "webhooks/:paid"');
});
