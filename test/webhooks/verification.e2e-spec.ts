import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { hmac, slack, standardWebhooks, stripe } from 'nestjs-realtime';
import { signWebhook } from 'nestjs-realtime/testing';
import { ADAPTERS } from '../support/app.js';
import { deliver } from './deliver.js';
import { JSON_TYPE, startHook } from './hooks.js';
import { OperatorLog } from './operator-log.js';
import { VECTORS } from './vectors.js';

const WHSEC = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

const setClock = (ms: number) => jest.spyOn(Date, 'now').mockReturnValue(ms);

describe.each(ADAPTERS)('webhooks are verified, on %s', (adapter) => {
  afterEach(() => void jest.restoreAllMocks());

  it.each(VECTORS)('as their sender documents it: $name', async (vector) => {
    setClock(vector.now);
    const { pathname, search, origin } = new URL(vector.url ?? 'https://example.com/hook');
    const place = { path: pathname.slice(1), publicUrl: origin };
    await using app = await startHook(adapter, vector.scheme, false, place);
    const url = app.hook + search;
    const headers = { 'content-type': vector.contentType, ...vector.headers };
    expect(await deliver(url, vector.body, headers)).toMatchObject({ status: 200 });
    expect(await app.events.next()).toMatchObject(vector.event);
    const tampered = { ...headers, ...vector.tampered };
    expect(await deliver(url, vector.body, tampered)).toMatchObject({ status: 401 });
    expect(await deliver(url, `${vector.body} `, headers)).toMatchObject({ status: 401 });
  });

  it('by ed25519, with headers named svix too', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const whpk = `whpk_${publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')}`;
    const whsk = `whsk_${privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32).toString('base64')}`;
    const scheme = standardWebhooks({ secret: [WHSEC, whpk] });
    await using app = await startHook(adapter, scheme);
    const body = '{"type":"order.ready"}';
    for (const secrets of [[privateKey], [whsk], [WHSEC], [WHSEC, privateKey]]) {
      const headers = signWebhook(scheme, body, { secrets });
      const svix = Object.entries(headers).map(([name, value]) => [name.replace('webhook', 'svix'), value]);
      const wrong = {
        ...headers,
        'webhook-signature': headers['webhook-signature']!.replaceAll(/[A-Z]/g, 'A'),
      };
      expect(await deliver(app.hook, body, wrong)).toMatchObject({ status: 401 });
      const named = secrets[0] === WHSEC ? headers : (Object.fromEntries(svix) as typeof headers);
      expect(await deliver(app.hook, body, named)).toMatchObject({ status: 200 });
      expect(await app.events.next()).toMatchObject({ id: headers['webhook-id'], type: 'order.ready' });
    }
  });

  it('with any of several secrets against any of the signatures, of which 16 are looked at', async () => {
    const [old, current, strange] = ['b2xk', 'Y3VycmVudA==', 'c3RyYW5nZQ=='] as const;
    const scheme = standardWebhooks({ secret: [old, current] });
    await using app = await startHook(adapter, scheme);
    const attempt = async (...secrets: string[]) =>
      (await deliver(app.hook, '{}', signWebhook(scheme, '{}', { secrets }))).status;
    expect(await attempt(old)).toBe(200);
    expect(await attempt(current)).toBe(200);
    expect(await attempt(strange, current)).toBe(200);
    expect(await attempt(strange)).toBe(401);
    expect(await attempt(...Array<string>(15).fill(strange), old)).toBe(200);
    expect(await attempt(...Array<string>(16).fill(strange), old)).toBe(401);
  });

  it('with the secret of a tenant, kept apart from other tenants', async () => {
    const secrets: Record<string, string | string[]> = { acme: 'b2xk', corp: ['Y3VycmVudA=='], bad: '' };
    const scheme = standardWebhooks({
      secret: async ({ query, headers, rawBody }) => {
        expect([headers['webhook-id'], rawBody.toString()]).toEqual(['msg_1', '{}']);
        if (query.has('fails')) throw new Error('no database');
        return secrets[query.get('tenant') ?? '']!;
      },
    });
    const log = new OperatorLog();
    await using app = await startHook(adapter, scheme, log);
    const attempt = async (query: string, secret: string) =>
      (
        await deliver(
          `${app.hook}?${query}`,
          '{}',
          signWebhook(scheme, '{}', { secrets: [secret], id: 'msg_1' }),
        )
      ).status;
    expect(await attempt('tenant=acme', 'b2xk')).toBe(200);
    expect(await attempt('tenant=acme', 'b2xk')).toBe(200);
    expect(await attempt('tenant=corp', 'b2xk')).toBe(401);
    expect(await attempt('tenant=corp', 'Y3VycmVudA==')).toBe(200);
    expect(app.events.size).toBe(2);
    expect(await attempt('tenant=none', 'b2xk')).toBe(401);
    expect(await attempt('tenant=bad', 'b2xk')).toBe(401);
    expect(await attempt('fails', 'b2xk')).toBe(401);
    expect(await log.next('secret-unusable')).toMatch(
      /^hook: refused .* There is no secret to verify it with\.$/,
    );
    expect(app.metrics.counts).toEqual([
      { webhook: 'hook', outcome: 'handled', count: 2 },
      { webhook: 'hook', outcome: 'duplicate', count: 1 },
      { webhook: 'hook', outcome: 'signature-wrong', count: 1 },
      { webhook: 'hook', outcome: 'secret-unusable', count: 3 },
    ]);
  });

  it('to be fresh, 300 s both ways', async () => {
    const now = 1_764_000_000_000;
    const scheme = standardWebhooks({ secret: WHSEC });
    setClock(now);
    await using app = await startHook(adapter, scheme);
    for (const [seconds, status] of [
      [-301, 401],
      [-300, 200],
      [0, 200],
      [300, 200],
      [301, 401],
    ] as const) {
      const timestamp = new Date(now + seconds * 1000);
      expect([
        seconds,
        (await deliver(app.hook, '{}', signWebhook(scheme, '{}', { timestamp }))).status,
      ]).toEqual([seconds, status]);
    }
    expect(await app.events.next()).toMatchObject({ timestamp: new Date(now - 300_000) });
    expect(app.metrics.count('hook', 'timestamp-stale')).toBe(2);
  });

  it('and their handshake is answered only then: Slack', async () => {
    const scheme = slack({ secret: 's' });
    await using app = await startHook(adapter, scheme);
    const body = '{"type":"url_verification","challenge":"<b>3eZbrw1a</b>"}';
    expect(await deliver(app.hook, body, JSON_TYPE)).toMatchObject({ status: 401 });
    const answer = await deliver(app.hook, body, { ...JSON_TYPE, ...signWebhook(scheme, body) });
    expect(answer).toMatchObject({ status: 200, text: '<b>3eZbrw1a</b>' });
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    const event = '{"type":"event_callback","event_id":"Ev1","event":{"type":"app_mention"}}';
    expect(await deliver(app.hook, event, { ...JSON_TYPE, ...signWebhook(scheme, event) })).toMatchObject({
      status: 200,
    });
    expect(await app.events.next()).toMatchObject({ id: 'Ev1', type: 'app_mention' });
    expect(app.events.size).toBe(0);
  });

  it('in what a custom scheme calls things', async () => {
    const scheme = hmac({
      secret: 's',
      header: 'X-Sign',
      prefix: 'sha512:',
      hash: 'sha512',
      encoding: 'base64',
      signed: '{timestamp}|{id}|{body}',
      timestamp: { header: 'X-Time', unit: 'ms', toleranceMs: 1000 },
      id: { header: 'X-Id' },
      type: { body: 'kind.name' },
    });
    await using app = await startHook(adapter, scheme);
    const body = '{"kind":{"name":"$order\\u0000ready"}}';
    const headers = signWebhook(scheme, body, { id: '7' });
    expect(await deliver(app.hook, body, headers)).toMatchObject({ status: 200 });
    expect(await app.events.next()).toMatchObject({ id: '7', type: 'orderready' });
    expect(await deliver(app.hook, body, { ...headers, 'x-id': '8' })).toMatchObject({ status: 401 });
    const late = signWebhook(scheme, body, { id: '9', timestamp: new Date(Date.now() - 5000) });
    expect(await deliver(app.hook, body, late)).toMatchObject({ status: 401 });
  });
});

it('Stripe sends its signature beside others', async () => {
  const scheme = stripe({ secret: 'whsec_stripe' });
  await using app = await startHook('express', scheme);
  const headers = signWebhook(scheme, '{"id":"evt_1"}');
  const signature = headers['stripe-signature']!;
  const many = signature.replace(',v1=', `,v1=${'0'.repeat(64)},v0=ab,v1=`);
  expect(await deliver(app.hook, '{"id":"evt_1"}', { 'stripe-signature': many })).toMatchObject({
    status: 200,
  });
  expect(await app.events.next()).toMatchObject({ id: 'evt_1', type: 'message' });
});
