import { Controller, HttpException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import {
  github,
  type InboundWebhook,
  memoryEngine,
  standardWebhooks,
  Webhook,
  WebhookEvent,
  WebhookMetrics,
} from 'nestjs-realtime';
import { signWebhook } from 'nestjs-realtime/testing';
import { ADAPTERS, type AdapterName, startApp } from '../support/app.js';
import { Inbox } from '../support/inbox.js';
import { type Answer, deliver } from './deliver.js';
import { OperatorLog } from './operator-log.js';

const standard = standardWebhooks({ secret: 'c2VjcmV0' });
const hub = github({ secret: 'secret' });

/** One run of a handler, which goes on when the test says how it ends. */
interface Run {
  readonly event: InboundWebhook;
  end(result?: unknown): void;
  fail(error: Error): void;
}

async function start(adapter: AdapterName) {
  const runs = new Inbox<Run>();
  const run = (event: InboundWebhook) =>
    new Promise((resolve, reject) => runs.push({ event, end: resolve, fail: reject }));
  @Controller()
  class Hooks {
    @Webhook('standard', { scheme: standard })
    standard(@WebhookEvent() event: InboundWebhook) {
      return run(event);
    }

    @Webhook('beside', { scheme: standard, dedupeMs: 1000 })
    beside(@WebhookEvent() event: InboundWebhook) {
      return run(event);
    }

    @Webhook('github', { scheme: hub })
    github(@WebhookEvent() event: InboundWebhook) {
      return run(event);
    }

    @Webhook('always', { scheme: standard, dedupeMs: 0 })
    always(@WebhookEvent() event: InboundWebhook) {
      return run(event);
    }
  }
  const clock = { now: Date.now() };
  const engine = memoryEngine({ now: () => clock.now });
  const log = new OperatorLog();
  const app = await startApp({
    adapter,
    controllers: [Hooks],
    realtime: { engine },
    application: { logger: log },
  });
  const metrics = app.nest.get(WebhookMetrics);
  /** Delivers, and ends the run with 'ok' if there is one. */
  const handled = async (answer: Promise<Answer>) => {
    (await runs.next()).end('ok');
    return answer;
  };
  return Object.assign(app, { runs, clock, engine, log, metrics, handled });
}

const send = (url: string, body: string, id: string, timestamp = new Date()) =>
  deliver(url, body, signWebhook(url.endsWith('github') ? hub : standard, body, { id, timestamp }));

describe.each(ADAPTERS)('each delivery is handled once, on %s', (adapter) => {
  it('a duplicate is a 200 that runs nothing', async () => {
    await using app = await start(adapter);
    const url = `${app.url}/standard`;
    expect(await app.handled(send(url, '{}', '1'))).toMatchObject({ status: 200, text: 'ok' });
    const signedAgain = new Date(Date.now() + 60_000);
    expect(await send(url, '{}', '1')).toMatchObject({ status: 200, text: '' });
    expect(await send(url, '{"changed":1}', '1', signedAgain)).toMatchObject({ status: 200, text: '' });
    expect(await app.handled(send(url, '{}', '2'))).toMatchObject({ text: 'ok' });
    expect(await app.handled(send(`${app.url}/beside`, '{}', '1'))).toMatchObject({ text: 'ok' });
    expect(app.runs.size).toBe(0);
    expect([app.metrics.count('standard', 'handled'), app.metrics.count('standard', 'duplicate')]).toEqual([
      2, 2,
    ]);
  });

  it('one whose first copy is running is a 409', async () => {
    await using app = await start(adapter);
    const url = `${app.url}/standard`;
    const answers = Array.from({ length: 20 }, () => send(url, '{}', '1'));
    const run = await app.runs.next();
    const first = await Promise.any(answers.map(async (answer) => (await answer).status));
    expect(first).toBe(409);
    const late = await send(url, '{}', '1');
    expect(late).toMatchObject({ status: 409, headers: { 'retry-after': '10' } });
    expect(late.body).toMatchObject({ code: 'delivery-running' });
    run.end('ok');
    const statuses = (await Promise.all(answers)).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array<number>(19).fill(409)]);
    expect(await send(url, '{}', '1')).toMatchObject({ status: 200, text: '' });
    expect(app.runs.size).toBe(0);
  });

  it('a handler that fails is asked again', async () => {
    await using app = await start(adapter);
    for (const [url, id] of [
      [`${app.url}/standard`, '1'],
      [`${app.url}/github`, '2'],
    ] as const) {
      const teapot = send(url, '{}', id);
      (await app.runs.next()).fail(new HttpException('no', 418));
      expect(await teapot).toMatchObject({ status: 418 });
      const broken = send(url, '{}', id);
      (await app.runs.next()).fail(new Error('broken'));
      expect(await broken).toMatchObject({ status: 500 });
      expect(await app.handled(send(url, '{}', id))).toMatchObject({ text: 'ok' });
      expect(await send(url, '{}', id)).toMatchObject({ status: 200, text: '' });
    }
    expect(app.metrics.count('github', 'failed')).toBe(2);
  });

  it('a replay under another id is a duplicate, and takes that id from nobody', async () => {
    await using app = await start(adapter);
    const url = `${app.url}/github`;
    expect(await app.handled(send(url, '{"a":1}', 'first'))).toMatchObject({ text: 'ok' });
    expect(await send(url, '{"a":1}', 'second')).toMatchObject({ status: 200, text: '' });
    expect(await send(url, '{"a":2}', 'first')).toMatchObject({ status: 200, text: '' });
    expect(await app.handled(send(url, '{"a":3}', 'second'))).toMatchObject({ text: 'ok' });
    const running = send(url, '{"a":4}', 'third');
    const run = await app.runs.next();
    expect(await send(url, '{"a":4}', 'fourth')).toMatchObject({ status: 409 });
    expect(await send(url, '{"a":5}', 'third')).toMatchObject({ status: 409 });
    expect(await app.handled(send(url, '{"a":5}', 'fourth'))).toMatchObject({ text: 'ok' });
    run.end('ok');
    expect(await running).toMatchObject({ text: 'ok' });
  });

  it('for as long as it is told to remember, and 5 minutes if nobody says how it ended', async () => {
    await using app = await start(adapter);
    const url = `${app.url}/beside`;
    await app.handled(send(url, '{}', '1'));
    app.clock.now += 999;
    expect(await send(url, '{}', '1')).toMatchObject({ text: '' });
    app.clock.now += 1;
    expect(await app.handled(send(url, '{}', '1'))).toMatchObject({ text: 'ok' });

    const died = send(`${app.url}/standard`, '{}', '2');
    const run = await app.runs.next();
    app.clock.now += 299_999;
    expect(await send(`${app.url}/standard`, '{}', '2')).toMatchObject({ status: 409 });
    app.clock.now += 1;
    expect(await app.handled(send(`${app.url}/standard`, '{}', '2'))).toMatchObject({ text: 'ok' });
    run.end();
    await died;
    app.clock.now += 7 * 24 * 3_600_000 - 1;
    expect(await send(`${app.url}/standard`, '{}', '2')).toMatchObject({ text: '' });
  });

  it('unless that is switched off', async () => {
    await using app = await start(adapter);
    const url = `${app.url}/always`;
    expect(await app.handled(send(url, '{}', '1'))).toMatchObject({ text: 'ok' });
    expect(await app.handled(send(url, '{}', '1'))).toMatchObject({ text: 'ok' });
    expect((await app.bus.read('webhooks/always')).events).toHaveLength(2);
  });

  it('also when it cannot be remembered or released: the operator is told', async () => {
    await using app = await start(adapter);
    const url = `${app.url}/standard`;
    const { claims } = app.engine;
    const { settle, release } = claims;
    const down = () => Promise.reject(new Error('down'));
    const unsettled = send(url, '{}', '1');
    const run = await app.runs.next();
    Object.assign(claims, { settle: down, release: down });
    run.end('ok');
    expect(await unsettled).toMatchObject({ status: 200, text: 'ok' });
    expect(await app.log.next('standard:')).toBe('standard: was handled, but cannot be remembered');
    Object.assign(claims, { settle, release });
    const unreleased = send(url, '{}', '2');
    const failing = await app.runs.next();
    Object.assign(claims, { settle: down, release: down });
    failing.fail(new HttpException('no', 418));
    expect(await unreleased).toMatchObject({ status: 418 });
    expect(await app.log.next('standard:')).toBe('standard: failed, and cannot be retried for 5 minutes');
  });
});
