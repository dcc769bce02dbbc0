import { type INestApplication, UnauthorizedException, VersioningType } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { memoryEngine, type Principal, type RealtimeOptions } from 'nestjs-realtime';
import { ADAPTERS, type AppOptions, type RunningApp, startApp } from './support/app.js';
import { byToken } from './support/by-token.js';
import { census, nobodyLeft } from './support/census.js';
import { hubUrl, pollHub } from './support/hub-client.js';
import { OpenPolicy } from './support/open-policies.js';
import { openSse } from './support/sse-client.js';
import { TestDeadlines } from './support/test-deadlines.js';
import { until } from './support/until.js';

const withOptions = (realtime: RealtimeOptions): AppOptions => ({ providers: [OpenPolicy], realtime });

const configured = (configure: (nest: INestApplication) => void): AppOptions => ({
  ...withOptions({ authenticate: byToken }),
  configure,
});

describe.each(ADAPTERS)('the hub in an application on %s', (adapter) => {
  it('is behind its global prefix, and has no version', async () => {
    const options = configured((nest) => {
      nest.setGlobalPrefix('api');
      nest.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
    });
    await using app = await startApp({ ...options, adapter });
    const behind = `${app.url}/api`;
    expect((await pollHub(behind, { topics: ['a'] })).status).toBe(200);
    expect((await fetch(`${behind}/v1/realtime/events?topic=a`)).status).toBe(404);
    expect((await fetch(hubUrl(app.url, { topics: ['a'] }))).status).toBe(404);
  });

  it('has its guards and its CORS', async () => {
    const guard = {
      canActivate: () => {
        throw new UnauthorizedException('The application says no.');
      },
    };
    await using guarded = await startApp({
      ...configured((nest) => void nest.useGlobalGuards(guard)),
      adapter,
    });
    expect((await pollHub(guarded.url, { topics: ['a'] })).status).toBe(401);
    expect((await fetch(`${guarded.url}/realtime/events`, { method: 'POST' })).status).toBe(401);

    const origin = 'https://page.example';
    await using app = await startApp({ ...configured((nest) => nest.enableCors({ origin })), adapter });
    const { headers } = await pollHub(app.url, { topics: ['a'] }, { headers: { Origin: origin } });
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(headers.get('access-control-expose-headers')).toContain('Realtime-Cursor');
    using stream = await openSse(hubUrl(app.url, { topics: ['a'] }), { Origin: origin });
    expect(stream.headers['access-control-allow-origin']).toBe(origin);
  });

  it('can be switched off', async () => {
    await using app = await startApp({ ...withOptions({ hub: false }), adapter });
    expect((await pollHub(app.url, { topics: ['a'] })).status).toBe(404);
    expect((await fetch(`${app.url}/realtime/events`, { method: 'POST' })).status).toBe(404);
  });

  it('is told who it is by header or by query', async () => {
    await using app = await startApp({
      ...withOptions({
        authenticate: ({ token }) => ({ id: token ?? 'none' }),
        limits: { connectionsPerPrincipal: 1 },
      }),
      adapter,
    });
    using _byQuery = await openSse(hubUrl(app.url, { topics: ['a'], access_token: 'ann' }));
    using _byHeader = await openSse(hubUrl(app.url, { topics: ['a'], access_token: 'ann' }), {
      Authorization: 'Bearer bob',
    });
    expect((await pollHub(app.url, { topics: ['a'] }, { token: 'ann' })).status).toBe(429);
    expect((await pollHub(app.url, { topics: ['a'] }, { token: 'bob' })).status).toBe(429);
  });

  it('answers who waits, and turns away who comes, when it shuts down', async () => {
    const app = await startApp({ ...withOptions({}), adapter });
    const { id } = await app.bus.publish('a', 1);
    const waiting = pollHub(app.url, { topics: ['a'], since: id, wait: '50' });
    using stream = await openSse(hubUrl(app.url, { topics: ['a'] }));
    await until(() => census(app).connections === 2);
    await app.close();
    const { status, headers } = await waiting;
    expect(status).toBe(204);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await stream.messages.until(({ event }) => event === '$closing')).at(-1)).toMatchObject({
      event: '$closing',
    });
  });
});

/** A stream and a waiting poll of ann’s. */
async function comeIn(app: RunningApp) {
  const { id } = await app.bus.publish('a', 1);
  const stream = await openSse(hubUrl(app.url, { topics: ['a'], access_token: 'ann' }));
  const waiting = pollHub(app.url, { topics: ['a'], since: id, wait: '50' }, { token: 'ann' });
  await until(() => census(app).connections === 2);
  return { stream, waiting };
}

describe.each(ADAPTERS)('the right to be at the hub on %s', (adapter) => {
  it('is revoked for streams and polls, on every application of a log', async () => {
    const options = { ...withOptions({ authenticate: byToken, engine: memoryEngine() }), adapter };
    await using app = await startApp(options);
    await using other = await startApp(options);
    const { stream, waiting } = await comeIn(app);
    using bob = await openSse(hubUrl(app.url, { topics: ['b'], access_token: 'bob' }));
    await bob.messages.next();
    await other.bus.revoke('ann');
    await stream.ended;
    expect(await waiting).toMatchObject({ status: 401, body: { statusCode: 401, code: 'revoked' } });
    await until(() => census(app).connections === 1);
    expect(census(app)).toMatchObject({ sessions: 1, feeds: 1, deadlines: 0 });
    const { id } = await app.bus.publish('b', 'still here');
    expect(await bob.messages.next()).toMatchObject({ id });
  });

  it('ends with the credentials', async () => {
    const authenticate = ({ token }: { token?: string | undefined }): Principal | undefined =>
      token ? { id: token, expiresAt: new Date(Date.now() + 2_000) } : undefined;
    await using app = await startApp({ ...withOptions({ authenticate }), adapter });
    const deadlines = new TestDeadlines(app);
    const { stream, waiting } = await comeIn(app);
    deadlines.pass(2_000);
    await stream.ended;
    expect(await waiting).toMatchObject({ status: 401, body: { code: 'expired' } });
    await nobodyLeft(app);
    expect(deadlines.size).toBe(0);
  });
});
