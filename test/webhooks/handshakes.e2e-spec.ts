import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cloudEvents, dropbox, github, meta, x } from 'nestjs-realtime';
import { signWebhook } from 'nestjs-realtime/testing';
import { ADAPTERS } from '../support/app.js';
import { ask, deliver } from './deliver.js';
import { JSON_TYPE, startHook } from './hooks.js';
import { JSON_ANSWER, SIGNED, TEXT_ANSWER } from './signed-handshakes.js';

const secret = 'secret';
const hmac = (text: string) => createHmac('sha256', secret).update(text).digest('base64');

const verify = 'hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=meatyhamhock';
const metaScheme = meta({ secret, verifyToken: 'meatyhamhock' });

/** What a GET, or OPTIONS, is answered with: status, content type and body. */
async function answerTo(method: string, url: string, headers = {}) {
  const { status, headers: answered, text } = await ask(method, url, headers);
  return [status, answered['content-type'], text];
}

const statusOf = async (method: string, url: string) => (await ask(method, url)).status;

describe.each(ADAPTERS)('handshakes, on %s', (adapter) => {
  it.each(SIGNED)(
    'are answered to a signed POST: $name',
    async ({ scheme, asked, options, answer, event }) => {
      await using app = await startHook(adapter, scheme);
      const signed = (body: string) => ({ ...JSON_TYPE, ...signWebhook(scheme, body, options) });
      const { status, headers, text } = await deliver(app.hook, asked, signed(asked));
      expect({ status, type: headers['content-type'], text }).toEqual(answer);
      expect(app.metrics.count('hook', 'handshake')).toBe(1);
      expect(await deliver(app.hook, asked, JSON_TYPE)).toMatchObject({ status: 401 });
      expect(await deliver(app.hook, asked, signed(`${asked} `))).toMatchObject({ status: 401 });
      expect(await deliver(app.hook, event, signed(event))).toMatchObject({ status: 200 });
      expect((await app.events.next()).rawBody.toString()).toBe(event);
      expect(app.events.size).toBe(0);
    },
  );

  it('are answered to GET: X', async () => {
    await using app = await startHook(adapter, x({ secret: [secret, 'next'] }));
    const token = 'MDg5YjE0NTUtMjE2Ny00=';
    expect(await answerTo('GET', `${app.hook}?crc_token=${encodeURIComponent(token)}&nonce=1`)).toEqual([
      200,
      JSON_ANSWER,
      `{"response_token":"sha256=${hmac(token)}"}`,
    ]);
    expect(app.metrics.count('hook', 'handshake')).toBe(1);
  });

  it('sign nothing for a stranger that could be delivered: X', async () => {
    await using app = await startHook(adapter, x({ secret }));
    for (const token of ['', '{}', '{"for_user_id":"1"}', '[1]', '"a"', 'a b', 'é', 'a'.repeat(513)]) {
      const url = `${app.hook}?crc_token=${encodeURIComponent(token)}`;
      expect([token, await statusOf('GET', url)]).toEqual([token, 401]);
    }
    for (const token of ['1', 'true', 'null', 'a=b']) {
      const signed = JSON.parse((await ask('GET', `${app.hook}?crc_token=${token}`)).text) as {
        response_token: string;
      };
      const headers = { ...JSON_TYPE, 'x-twitter-webhooks-signature': signed.response_token };
      expect([token, await deliver(app.hook, token, headers)]).toMatchObject([token, { status: 401 }]);
    }
    expect(await statusOf('GET', app.hook)).toBe(401);
    expect(app.metrics.count('hook', 'handshake-wrong')).toBe(9);
    expect(app.events.size).toBe(0);
  });

  it('are answered to GET: Meta', async () => {
    await using app = await startHook(adapter, metaScheme);
    expect(await answerTo('GET', `${app.hook}?${verify}`)).toEqual([200, TEXT_ANSWER, '1158201444']);
    for (const [part, other] of [
      ['meatyhamhock', 'meatyhamhoc'],
      ['meatyhamhock', ''],
      ['subscribe', 'unsubscribe'],
      ['hub.challenge', 'challenge'],
      ['hub.verify_token', 'token'],
    ] as const) {
      expect(await statusOf('GET', `${app.hook}?${verify.replace(part, other)}`)).toBe(401);
    }
  });

  it('are answered to GET: Dropbox', async () => {
    await using app = await startHook(adapter, dropbox({ secret }));
    const answer = await ask('GET', `${app.hook}?challenge=%3Cscript%3E`);
    expect([answer.status, answer.text]).toEqual([200, '<script>']);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
    expect(await statusOf('GET', app.hook)).toBe(401);
  });

  it('are answered to OPTIONS: CloudEvents', async () => {
    await using anybody = await startHook(adapter, cloudEvents({ secret }));
    const origin = { 'WebHook-Request-Origin': 'eventemitter.example.com' };
    const rate = { 'WebHook-Request-Rate': '120' };
    const allowed = {
      allow: 'POST',
      'webhook-allowed-origin': 'eventemitter.example.com',
      'webhook-allowed-rate': '*',
    };
    expect(await ask('OPTIONS', anybody.hook, origin)).toMatchObject({
      status: 200,
      headers: allowed,
      text: '',
    });
    for (const wrong of [undefined, 'a b', 'é']) {
      const headers: Record<string, string> = wrong === undefined ? {} : { 'WebHook-Request-Origin': wrong };
      const answer = await ask('OPTIONS', anybody.hook, headers);
      expect([answer.status, answer.headers['webhook-allowed-origin']]).toEqual([401, undefined]);
    }

    const scheme = cloudEvents({ secret, origins: ['eventemitter.example.com'], ratePerMinute: 60 });
    await using some = await startHook(adapter, scheme);
    expect(await ask('OPTIONS', some.hook, { ...origin, ...rate })).toMatchObject({
      status: 200,
      headers: { ...allowed, 'webhook-allowed-rate': '60' },
    });
    const stranger = await ask('OPTIONS', some.hook, { 'WebHook-Request-Origin': 'else.example.com' });
    expect([stranger.status, stranger.headers['webhook-allowed-origin']]).toEqual([401, undefined]);
  });

  it.each([
    ['GET', x({ secret }), ['crc_token']],
    ['GET', dropbox({ secret }), ['challenge']],
    ['GET', metaScheme, ['hub.mode', 'hub.challenge', 'hub.verify_token']],
    ['OPTIONS', cloudEvents({ secret }), ['a']],
  ] as const)('are answered whatever is asked: %s', async (method, scheme, names) => {
    await using app = await startHook(adapter, scheme);
    const text = fc.string({ unit: 'binary', maxLength: 600 });
    const query = fc.array(fc.tuple(fc.constantFrom(...names), text));
    const header = fc.stringMatching(/^[\x21-\x7e\x80-\xff]{0,300}$/);
    await fc.assert(
      fc.asyncProperty(query, header, async (parameters, origin) => {
        const search = new URLSearchParams();
        for (const [name, value] of parameters) search.append(name, value);
        const url = `${app.hook}?${search}`;
        const { status } = await ask(method, url, { 'webhook-request-origin': origin });
        expect([200, 401]).toContain(status);
      }),
      { numRuns: 60 },
    );
  });

  it('leave other methods and other webhooks alone', async () => {
    await using app = await startHook(adapter, github({ secret }));
    expect(await ask('GET', `${app.hook}?crc_token=a`)).toMatchObject({ status: 404 });
    await using other = await startHook(adapter, x({ secret }));
    expect(await ask('PUT', `${other.hook}?crc_token=a`)).toMatchObject({ status: 404 });
  });

  it('know the secrets of tenants', async () => {
    const scheme = x({
      secret: ({ method, params, rawBody }) => {
        expect([method, rawBody.length]).toEqual(['GET', 0]);
        if (params['tenant'] !== 'acme') throw new Error('No such tenant.');
        return secret;
      },
    });
    await using app = await startHook(adapter, scheme, false, { path: ':tenant' });
    const { text } = await ask('GET', `${app.url}/acme?crc_token=a`);
    expect(text).toBe(`{"response_token":"sha256=${hmac('a')}"}`);
    expect(await statusOf('GET', `${app.url}/corp?crc_token=a`)).toBe(401);
  });
});

it.each([undefined, '', ' '])('Meta needs a verify token, and not %p', (verifyToken) => {
  expect(() => meta({ secret, verifyToken: verifyToken as string })).toThrow(
    /^meta: the verifyToken is (undefined|empty): give it/,
  );
});
