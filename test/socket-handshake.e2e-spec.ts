import { ForbiddenException, HttpException, UnauthorizedException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import type { Handshake, RealtimeOptions } from 'nestjs-realtime';
import { ADAPTERS, type AppOptions, startApp } from './support/app.js';
import { census, nobodyLeft } from './support/census.js';
import { Gate } from './support/gate.js';
import { Inbox } from './support/inbox.js';
import { openSocket } from './support/socket-client.js';
import { until } from './support/until.js';
import { gatewayPath, upgrade, upgradeSocket } from './support/upgrade.js';
import { OperatorLog } from './webhooks/operator-log.js';

const asking = (authenticate: RealtimeOptions['authenticate']): AppOptions => ({
  realtime: { authenticate },
});

describe.each(ADAPTERS)('the handshake of a socket beside %s', (adapter) => {
  it('is told everything that is known before the upgrade', async () => {
    const seen = new Inbox<Handshake>();
    await using app = await startApp({ adapter, ...asking((handshake) => void seen.push(handshake)) });
    const authorization = 'Bearer header.token';
    using _byHeader = await openSocket(app.url, { headers: { authorization, cookie: 'a=1' } });
    expect(await seen.next()).toMatchObject({
      transport: 'socket',
      token: 'header.token',
      headers: { cookie: 'a=1' },
      remoteAddress: '127.0.0.1',
    });
    using _byQuery = await openSocket(app.url, { token: 'query token' });
    expect(await seen.next()).toMatchObject({ token: 'query token' });
    using _byNothing = await openSocket(app.url);
    expect(await seen.next()).toMatchObject({ token: undefined });
  });

  it.each([
    ['401', new UnauthorizedException('Who?'), 401, { code: 'unauthorized', message: 'Who?' }],
    ['403', new ForbiddenException('Not you.'), 403, { code: 'forbidden', message: 'Not you.' }],
    ['a status of its own', new HttpException('Pay first.', 402), 402, { code: 'forbidden' }],
  ])('refused with %s is answered with it, and no socket exists', async (_, error, status, body) => {
    await using app = await startApp({
      adapter,
      ...asking(async () => {
        throw error;
      }),
    });
    const answer = await upgrade(app.url + gatewayPath());
    expect(answer).toMatchObject({ status, body: { statusCode: status, ...body } });
    await nobodyLeft(app);
  });

  it.each([
    ['that fails', () => Promise.reject(new Error('the database is down'))],
    ['that returns a token', () => 'ann' as never],
    ['that returns false', () => false as never],
    ['that returns a number as id', () => ({ id: 7 }) as never],
    ['that returns no id', () => ({ id: '' })],
  ])('with an authenticate %s is a 500 without a word of why, and logged', async (_, authenticate) => {
    const log = new OperatorLog();
    await using app = await startApp({ adapter, application: { logger: log }, ...asking(authenticate) });
    const { status, body } = await upgrade(app.url + gatewayPath());
    expect({ status, body }).toEqual({
      status: 500,
      body: { statusCode: 500, code: 'internal', message: 'Internal server error' },
    });
    expect(await log.next('authenticate()')).toContain('refused');
    await nobodyLeft(app);
  });

  it('lets in who is anonymous', async () => {
    await using app = await startApp({ adapter, ...asking(() => null) });
    using client = await openSocket(app.url);
    expect(await client.ask('unsubscribe', { topics: ['menu'] })).toEqual({ ok: true });
  });

  it('of a client that leaves while it is being asked leaves nothing behind', async () => {
    const gate = new Gate();
    await using app = await startApp({
      adapter,
      ...asking(async () => {
        await gate.pass();
        return { id: 'ann' };
      }),
    });
    const asked = upgrade(app.url + gatewayPath()).catch(() => undefined);
    const impatient = await upgradeSocket(app.url);
    await until(() => gate.arrived === 2);
    expect(census(app)).toMatchObject({ connections: 2, sessions: 0 });
    impatient.resetAndDestroy();
    await until(() => census(app).connections === 1);
    gate.open();
    const answer = await asked;
    expect(answer?.status).toBe(101);
    answer?.socket?.resetAndDestroy();
    await nobodyLeft(app);
  });

  it('that goes on while the application shuts down is answered 503', async () => {
    const gate = new Gate();
    const app = await startApp({ adapter, ...asking(() => gate.pass() as never) });
    const asked = upgrade(app.url + gatewayPath());
    await until(() => gate.arrived === 1);
    await app.close();
    expect(await asked).toMatchObject({ status: 503, body: { code: 'shutting-down' } });
    gate.open();
  });

  it.each([
    ['another transport', { transport: 'polling' }],
    ['another protocol', { EIO: '3' }],
    ['somebody else’s session', { sid: 'abc' }],
  ])('that speaks of %s is a 400', async (_, query) => {
    await using app = await startApp({ adapter });
    const answer = await upgrade(app.url + gatewayPath(query));
    expect(answer).toMatchObject({ status: 400, body: { code: 'query-invalid' } });
    await nobodyLeft(app);
  });

  it('that is no handshake of a WebSocket is a 400', async () => {
    await using app = await startApp({ adapter });
    const answer = await upgrade(app.url + gatewayPath(), { 'Sec-WebSocket-Key': 'short' });
    expect(answer.status).toBe(400);
    await nobodyLeft(app);
  });

  it('is not there without an upgrade', async () => {
    await using app = await startApp({ adapter });
    const polling = await fetch(app.url + gatewayPath({ transport: 'polling' }));
    expect(polling.status).toBe(404);
  });
});

describe.each(ADAPTERS)('the origin of a socket beside %s', (adapter) => {
  const statusOf = async (origins: readonly string[] | undefined, headers: Record<string, string>) => {
    await using app = await startApp({ adapter, realtime: { socket: { origins } } });
    const own = { port: String(app.port) };
    const filled = Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', own.port)]);
    const answer = await upgrade(
      app.url + gatewayPath(),
      Object.fromEntries(filled) as Record<string, string>,
    );
    answer.socket?.destroy();
    return answer.status === 403 ? (answer.body as { code: string }).code : answer.status;
  };

  it.each([
    ['none: it is no browser', undefined, {}, 101],
    ['the server’s own', undefined, { Origin: 'http://127.0.0.1:PORT' }, 101],
    ['the server’s own, by name', undefined, { Host: 'Shop.example', Origin: 'https://shop.example' }, 101],
    [
      'the server’s own, its port named',
      undefined,
      { Host: 'a.example:443', Origin: 'https://a.example' },
      101,
    ],
    ['another port', undefined, { Origin: 'http://127.0.0.1:1' }, 'origin-refused'],
    ['another host', undefined, { Origin: 'https://evil.example' }, 'origin-refused'],
    [
      'one that only begins alike',
      ['https://a.example'],
      { Origin: 'https://a.example.evil' },
      'origin-refused',
    ],
    ['null', undefined, { Origin: 'null' }, 'origin-refused'],
    ['garbage', undefined, { Origin: '//' }, 'origin-refused'],
    ['one that is allowed', ['https://a.example'], { Origin: 'https://a.example' }, 101],
    ['null, allowed', ['null'], { Origin: 'null' }, 101],
    ['any, allowed', ['*'], { Origin: 'https://evil.example' }, 101],
  ] as const)('is %s', async (_, origins, headers, expected) => {
    expect(await statusOf(origins, { ...headers })).toBe(expected);
  });
});
