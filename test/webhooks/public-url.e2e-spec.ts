import { createHash } from 'node:crypto';
import { Controller } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import {
  hmac,
  hubspot,
  square,
  twilio,
  Webhook,
  type WebhookOptions,
  type WebhookScheme,
} from 'nestjs-realtime';
import { signWebhook } from 'nestjs-realtime/testing';
import { ADAPTERS, type AdapterName, startApp } from '../support/app.js';
import { type Answer, deliver } from './deliver.js';
import { JSON_TYPE } from './hooks.js';

const PUBLIC = 'https://example.com';
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };
const schemes = {
  square: square({ secret: 'secret' }),
  twilio: twilio({ secret: 'secret' }),
  hubspot: hubspot({ secret: 'secret' }),
};

interface Attempt {
  readonly scheme: WebhookScheme;
  /** What was signed. */
  readonly url: string;
  /** What is called. */
  readonly path?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function start(adapter: AdapterName, options: Partial<WebhookOptions> = {}, publicUrl?: string) {
  @Controller('hooks')
  class Hooks {
    @Webhook('square', { scheme: schemes.square, dedupeMs: 0, ...options })
    square() {}

    @Webhook('twilio/:tenant', { scheme: schemes.twilio, dedupeMs: 0, ...options })
    twilio() {}

    @Webhook('hubspot', { scheme: schemes.hubspot, dedupeMs: 0, ...options })
    hubspot() {}
  }
  const app = await startApp({ adapter, controllers: [Hooks], realtime: { publicUrl } });
  const attempt = ({ scheme, url, path, body = '{}', headers = JSON_TYPE }: Attempt): Promise<Answer> => {
    const { pathname, search } = new URL(url);
    const signed = signWebhook(scheme, body, { url });
    return deliver(app.url + (path ?? pathname + search), body, { ...headers, ...signed });
  };
  return Object.assign(app, { attempt });
}

describe.each(ADAPTERS)('the URL that is signed, on %s', (adapter) => {
  it('is the configured one, with the path and query of the request, whatever headers say', async () => {
    await using app = await start(adapter, { publicUrl: PUBLIC });
    const scheme = schemes.square;
    const evil = {
      host: 'evil.example.com',
      'x-forwarded-host': 'evil.example.com',
      'x-forwarded-proto': 'http',
      'x-forwarded-prefix': '/evil',
      forwarded: 'host=evil.example.com;proto=http',
      'x-original-url': '/evil',
    };
    const url = `${PUBLIC}/hooks/square?a=1&b=%20`;
    const path = '/hooks/square?a=1&b=%20';
    expect(await app.attempt({ scheme, url })).toMatchObject({ status: 200 });
    expect(await app.attempt({ scheme, url, headers: evil })).toMatchObject({ status: 200 });
    for (const signed of [
      `https://evil.example.com${path}`,
      `http://example.com${path}`,
      `${PUBLIC}:443${path}`,
      `${PUBLIC}/hooks/square`,
      `${PUBLIC}/hooks/square?a=1&b=+`,
      `${PUBLIC}/hooks/square?a=2&b=%20`,
      `${PUBLIC}/hooks/Square?a=1&b=%20`,
    ]) {
      const answer = await app.attempt({ scheme, url: signed, path, headers: evil });
      expect([signed, answer.status]).toEqual([signed, 401]);
    }
  });

  it('is that of the webhook, else that of the module, with what a proxy takes off', async () => {
    await using module = await start(adapter, {}, `${PUBLIC}/module/`);
    const path = '/hooks/square';
    const scheme = schemes.square;
    expect(await module.attempt({ scheme, url: `${PUBLIC}/module${path}`, path })).toMatchObject({
      status: 200,
    });
    expect(await module.attempt({ scheme, url: PUBLIC + path })).toMatchObject({ status: 401 });
    await using both = await start(adapter, { publicUrl: `${PUBLIC}/hook` }, `${PUBLIC}/module`);
    expect(await both.attempt({ scheme, url: `${PUBLIC}/hook${path}`, path })).toMatchObject({ status: 200 });
    expect(await both.attempt({ scheme, url: `${PUBLIC}/module${path}`, path })).toMatchObject({
      status: 401,
    });
  });

  it('may have its port, or not: Twilio', async () => {
    const path = '/hooks/twilio/acme?a=1';
    const body = 'a=1';
    for (const [publicUrl, signed, status] of [
      [PUBLIC, PUBLIC, 200],
      [PUBLIC, `${PUBLIC}:443`, 200],
      [PUBLIC, `${PUBLIC}:80`, 401],
      [`${PUBLIC}:443`, PUBLIC, 200],
      ['http://example.com', 'http://example.com:80', 200],
      [`${PUBLIC}:8443`, `${PUBLIC}:8443`, 200],
      [`${PUBLIC}:8443`, PUBLIC, 200],
      ['http://[::1]', 'http://[::1]:80', 200],
    ] as const) {
      await using app = await start(adapter, { publicUrl });
      // URL would drop a port that is the standard one.
      const headers = { ...FORM_TYPE, ...signWebhook(schemes.twilio, body, { url: signed + path }) };
      const answer = await deliver(app.url + path, body, headers);
      expect([publicUrl, signed, answer.status]).toEqual([publicUrl, signed, status]);
    }
  });

  it('may have some characters escaped, or not: HubSpot', async () => {
    await using app = await start(adapter, { publicUrl: PUBLIC });
    const scheme = schemes.hubspot;
    const path = '/hooks/hubspot?a=%2F%3a%40&b=%26%C3%A9';
    for (const [signed, status] of [
      [path, 200],
      ['/hooks/hubspot?a=/:@&b=%26%C3%A9', 200],
      ['/hooks/hubspot?a=/:@&b=&é', 401],
    ] as const) {
      const answer = await app.attempt({ scheme, url: PUBLIC + signed, path });
      expect([signed, answer.status]).toEqual([signed, status]);
    }
  });

  it('has the digest of a body that is no form: Twilio', async () => {
    await using app = await start(adapter, { publicUrl: PUBLIC });
    const scheme = schemes.twilio;
    const body = '{"a":1}';
    const digest = createHash('sha256').update(body).digest('hex');
    const bare = `${PUBLIC}/hooks/twilio/acme`;
    const url = `${bare}?bodySHA256=${digest}`;
    expect(await app.attempt({ scheme, url, body })).toMatchObject({ status: 200 });
    const signed = { ...JSON_TYPE, ...signWebhook(scheme, body, { url }) };
    const called = `${app.url}/hooks/twilio/acme?bodySHA256=${digest}`;
    expect(await deliver(called, '{"a":2}', signed)).toMatchObject({ status: 401 });
    expect(await deliver(called, '', signed)).toMatchObject({ status: 401 });
    expect(await deliver(called, body, { ...signed, ...FORM_TYPE })).toMatchObject({ status: 200 });
    // Signed for a request without a body: that must not let in one with a body that nobody signed.
    const empty = signWebhook(scheme, '', { url: bare });
    const unsigned = `${app.url}/hooks/twilio/acme`;
    expect(await deliver(unsigned, '', empty)).toMatchObject({ status: 200 });
    expect(await deliver(unsigned, body, { ...JSON_TYPE, ...empty })).toMatchObject({ status: 400 });
    expect(await deliver(unsigned, body, empty)).toMatchObject({ status: 400 });
    expect(await deliver(unsigned, 'a=1', { ...FORM_TYPE, ...empty })).toMatchObject({ status: 401 });
    const flood = 'a&'.repeat(500_000);
    expect(await deliver(unsigned, flood, { ...FORM_TYPE, ...empty })).toMatchObject({ status: 400 });
    expect(await deliver(unsigned, '%ff', { ...FORM_TYPE, ...empty })).toMatchObject({ status: 401 });
    expect(await deliver(unsigned, Buffer.of(0xff), { ...FORM_TYPE, ...empty })).toMatchObject({
      status: 400,
    });
  });
});

describe('a webhook that needs publicUrl stops the application from starting', () => {
  const custom = (signed: string, options: Partial<WebhookScheme> = {}) => ({
    ...hmac({ secret: 's', header: 'x', signed }),
    ...options,
  });

  it.each<[string, WebhookOptions, RegExp]>([
    [
      'without one',
      { scheme: schemes.twilio },
      /^Shop\.paid\(\): twilio signs the URL that it calls: set publicUrl, here or in RealtimeModule\.forRoot\(\), like "https:\/\/example\.com"/,
    ],
    ['with a path', { scheme: schemes.twilio, publicUrl: '/hooks' }, /its publicUrl "\/hooks" must be like/],
    ['with a host', { scheme: schemes.twilio, publicUrl: 'example.com' }, /its publicUrl .* must be like/],
    ['with a query', { scheme: schemes.twilio, publicUrl: `${PUBLIC}?a=1` }, /its publicUrl .* must be like/],
    [
      'with another scheme',
      { scheme: schemes.twilio, publicUrl: 'ftp://a' },
      /its publicUrl .* must be like/,
    ],
    ['with credentials', { scheme: schemes.twilio, publicUrl: 'https://a:b@c' }, /its publicUrl .* must be/],
    ['with no host', { scheme: schemes.twilio, publicUrl: 'https://:1' }, /its publicUrl .* must be like/],
    [
      'that it does not sign',
      { scheme: custom('{form}', { bodyDigest: { query: 'sha' } }) },
      /its scheme has the digest of the body in a URL that is not signed: add \{url\}/,
    ],
  ])('%s', async (_what, options, message) => {
    @Controller()
    class Shop {
      @Webhook('paid', options)
      paid() {}
    }
    const starting = startApp({ controllers: [Shop] });
    await expect(starting).rejects.toThrow(message);
    await expect(starting).rejects.toMatchObject({ name: 'RealtimeConfigurationError' });
  });
});
