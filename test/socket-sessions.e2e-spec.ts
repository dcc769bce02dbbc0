import { describe, expect, it } from '@jest/globals';
import { type Handshake, memoryEngine, type Principal, type RealtimeOptions } from 'nestjs-realtime';
import { REVOCATIONS } from '../libs/realtime/src/bus/realtime-bus.js';
import { ADAPTERS, type AppOptions, startApp } from './support/app.js';
import { byToken } from './support/by-token.js';
import { census, NOBODY, nobodyLeft } from './support/census.js';
import { failOver } from './support/fail-over.js';
import { FaultyEngine } from './support/faulty-engine.js';
import { Gate } from './support/gate.js';
import { OpenPolicy } from './support/open-policies.js';
import { openRaw } from './support/raw-socket.js';
import { openSocket, type SocketClient } from './support/socket-client.js';
import { subscribe } from './support/socket-story.js';
import { TestDeadlines } from './support/test-deadlines.js';
import { turns } from './support/turns.js';
import { until } from './support/until.js';
import { gatewayPath, upgrade } from './support/upgrade.js';
import { OperatorLog } from './webhooks/operator-log.js';

const withOptions = (realtime: RealtimeOptions): AppOptions => ({ providers: [OpenPolicy], realtime });

/** The token is `<id>` or `<id>:<milliseconds until it expires>`. */
function expiring({ token = '' }: Handshake): Principal {
  const [id = '', ms] = token.split(':');
  return ms === undefined ? { id } : { id, expiresAt: Date.now() + Number(ms) };
}

const error = (code: string) => ({ name: 'error', body: { code, message: expect.any(String) } });

async function ended({ messages, closed }: SocketClient): Promise<unknown> {
  const message = await messages.next();
  await closed;
  return message;
}

describe.each(ADAPTERS)('credentials that expire, beside %s', (adapter) => {
  it.each([
    ['in the past', Date.now() - 1],
    ['as a Date in the past', new Date(0)],
    ['never was', new Date(Number.NaN)],
  ])('%s open no socket', async (_, expiresAt) => {
    await using app = await startApp({
      adapter,
      ...withOptions({ authenticate: () => ({ id: 'ann', expiresAt }) }),
    });
    const answer = await upgrade(app.url + gatewayPath());
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
  });

  it('end the connection, whatever state it is in', async () => {
    await using app = await startApp({ adapter, ...withOptions({ authenticate: expiring }) });
    const deadlines = new TestDeadlines(app);
    using never = await openSocket(app.url, { token: 'ann' });
    using later = await openSocket(app.url, { token: 'ann:60000' });
    using soon = await openSocket(app.url, { token: 'ann:2000' });
    using neverJoins = await openRaw(app.url, { access_token: 'ann:2000' });
    await subscribe(soon, ['a']);
    deadlines.pass(2_000);
    expect(await ended(soon)).toEqual(error('expired'));
    expect(await neverJoins.closed).toEqual({ code: 1006 });
    for (const client of [never, later]) {
      expect(await client.ask('unsubscribe', { topics: ['a'] })).toEqual({ ok: true });
    }
    await until(() => census(app).connections === 2);
    expect(census(app)).toMatchObject({ sessions: 2, feeds: 0 });
    expect(deadlines.size).toBe(1);
  });

  it('are renewed by a refresh of the same principal, and of no other', async () => {
    await using app = await startApp({ adapter, ...withOptions({ authenticate: expiring }) });
    using client = await openSocket(app.url, { token: 'ann:60000' });
    for (const token of ['bob', 'bob:1', 'ann:0', 'ann:-1']) {
      const ack = await client.ask('refresh', { token });
      expect(ack).toMatchObject({ ok: false, error: { code: 'unauthorized' } });
    }
    expect(await client.ask('refresh', { token: 'ann' })).toEqual({ ok: true });
    expect(census(app)).toMatchObject({ deadlines: 0 });
    const before = Date.now();
    const renewed = (await client.ask('refresh', { token: 'ann:400' })) as { expiresAt: string };
    expect(new Date(renewed.expiresAt).getTime()).toBeGreaterThanOrEqual(before + 400);
    expect(await ended(client)).toEqual(error('expired'));
    await nobodyLeft(app);
  });

  it('are nobody’s after the connection has ended', async () => {
    const gate = new Gate();
    const authenticate = async (handshake: Handshake) => {
      if (handshake.token === 'later') await gate.pass();
      return { id: 'ann', expiresAt: Date.now() + 60_000 };
    };
    await using app = await startApp({ adapter, ...withOptions({ authenticate }) });
    using client = await openSocket(app.url);
    client.tell('refresh', { token: 'later' });
    await until(() => gate.arrived === 1);
    client.close();
    await nobodyLeft(app);
    gate.open();
    await turns(5);
    expect(census(app)).toEqual(NOBODY);
  });
});

describe.each(ADAPTERS)('revoking, beside %s', (adapter) => {
  it('ends every connection of one principal, on every application of a log', async () => {
    const options = withOptions({ authenticate: byToken, engine: memoryEngine() });
    await using app = await startApp({ adapter, ...options });
    await using other = await startApp({ adapter, ...options });
    using here = await openSocket(app.url, { token: 'ann' });
    using there = await openSocket(other.url, { token: 'ann' });
    using neverJoins = await openRaw(app.url, { access_token: 'ann' });
    using bob = await openSocket(other.url, { token: 'bob' });
    using anonymous = await openSocket(other.url);
    await app.bus.revoke('ann');
    expect(await ended(here)).toEqual(error('revoked'));
    expect(await ended(there)).toEqual(error('revoked'));
    await neverJoins.closed;
    for (const client of [bob, anonymous]) {
      expect(await client.ask('unsubscribe', { topics: ['a'] })).toEqual({ ok: true });
    }
    using _again = await openSocket(app.url, { token: 'ann' });
    await until(() => census(app).connections === 1);
  });

  it('keeps out who is being asked who it is', async () => {
    const gate = new Gate();
    const authenticate = async () => {
      await gate.pass();
      return { id: 'ann' };
    };
    await using app = await startApp({ adapter, ...withOptions({ authenticate }) });
    const asked = upgrade(app.url + gatewayPath());
    await until(() => gate.arrived === 1);
    await app.bus.revoke('ann');
    await app.bus.revoke('bob');
    await turns(5);
    gate.open();
    expect(await asked).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
    using _again = await openSocket(app.url);
  });

  it('is heard after the log could not be read for a while', async () => {
    const log = new OperatorLog();
    const engine = new FaultyEngine(memoryEngine());
    const options = withOptions({ authenticate: byToken, engine });
    await using app = await startApp({ adapter, application: { logger: log }, ...options });
    using ann = await openSocket(app.url, { token: 'ann' });
    let broken = true;
    engine.around = async (operation, run) => {
      if (broken && operation === 'listen') throw new Error('no connection');
      return run();
    };
    await failOver(engine);
    await app.bus.publish(REVOCATIONS, 'what wakes the reader, and is no revocation');
    await log.next('Revocations cannot be heard');
    broken = false;
    // It is another log now, so nobody knows who was revoked: everybody has to say again who they are.
    expect(await ended(ann)).toEqual(error('expired'));
    using again = await openSocket(app.url, { token: 'ann' });
    await app.bus.revoke('ann');
    expect(await ended(again)).toEqual(error('revoked'));
  });
});
