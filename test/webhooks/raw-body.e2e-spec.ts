import { deflateSync, gzipSync, brotliCompressSync } from 'node:zlib';
import { Body, Controller, Headers, RawBody } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { hmac, type InboundWebhook, Webhook, WebhookEvent, WebhookMetrics } from 'nestjs-realtime';
import { signWebhook } from 'nestjs-realtime/testing';
import { ADAPTERS, startApp } from '../support/app.js';
import { Inbox } from '../support/inbox.js';
import { deliver } from './deliver.js';

const scheme = hmac({ secret: 'secret', header: 'x-signature' });
const events = new Inbox<InboundWebhook>();

@Controller('hooks')
class Hooks {
  @Webhook('any', { scheme, dedupeMs: 0, maxBytes: 1000 })
  any(@WebhookEvent() event: InboundWebhook) {
    events.push(event);
  }

  @Webhook('body', { scheme, dedupeMs: 0 })
  body(@Body() body: unknown, @RawBody() rawBody: Buffer, @Headers('content-type') type: string) {
    return { body, raw: rawBody.toString(), type };
  }
}

const JSON_TYPE = { 'content-type': 'application/json' };
const send = (url: string, body: string | Uint8Array, headers: Record<string, string> = {}) =>
  deliver(url, body, { ...headers, ...signWebhook(scheme, body) });

const APPLICATIONS = ADAPTERS.flatMap((adapter) => [
  { adapter, rawBody: false },
  { adapter, rawBody: true },
]);

describe.each(APPLICATIONS)(
  'the body of a webhook on $adapter, rawBody: $rawBody',
  ({ adapter, rawBody }) => {
    const start = () => startApp({ adapter, controllers: [Hooks], application: { rawBody } });

    it.each([
      ['JSON', 'application/json', '{"a": 1 }', { a: 1 }],
      ['JSON with a charset', 'application/json; charset=utf-8', '"ü"', 'ü'],
      ['JSON by its suffix', 'application/cloudevents+json', '[1]', [1]],
      ['a form', 'application/x-www-form-urlencoded', 'a=1&b=2&b=3', { a: '1', b: ['2', '3'] }],
      ['text', 'text/plain', '{"a":1}', '{"a":1}'],
      ['XML', 'application/xml', '<a/>', '<a/>'],
      ['JSON of an unknown type', 'application/x-own', '{"a":1}', { a: 1 }],
      ['text of an unknown type', 'application/x-own', 'a', 'a'],
      ['JSON of a type that is none', ';', '{"a":1}', { a: 1 }],
      ['JSON of no type', undefined, '{"a":1}', { a: 1 }],
      ['nothing', 'application/json', '', undefined],
      ['nothing of no type', undefined, '', undefined],
    ])('is read: %s', async (_what, contentType, body, data) => {
      await using app = await start();
      const headers: Record<string, string> =
        contentType === undefined ? {} : { 'content-type': contentType };
      expect(await send(`${app.url}/hooks/any`, body, headers)).toMatchObject({ status: 200, text: '' });
      const event = await events.next();
      expect(event.data).toEqual(data);
      expect(event.rawBody.toString()).toBe(body);
      expect(event.headers['content-type']).toBe(contentType);
    });

    it('is verified as it was sent, and parsed as it was meant', async () => {
      await using app = await start();
      const text = JSON.stringify({ letters: 'a'.repeat(500) });
      for (const [encoding, bytes] of [
        ['gzip', gzipSync(text)],
        ['GZIP', gzipSync(text)],
        ['deflate', deflateSync(text)],
        ['br', brotliCompressSync(text)],
        ['identity', Buffer.from(text)],
      ] as const) {
        const headers = { ...JSON_TYPE, 'content-encoding': encoding };
        expect(await send(`${app.url}/hooks/any`, bytes, headers)).toMatchObject({ status: 200 });
        const event = await events.next();
        expect(event.data).toEqual(JSON.parse(text));
        expect(event.rawBody).toEqual(bytes);
        const signedInflated = { ...headers, ...signWebhook(scheme, text) };
        const expected = encoding === 'identity' ? 200 : 401;
        expect(await deliver(`${app.url}/hooks/any`, bytes, signedInflated)).toMatchObject({
          status: expected,
        });
      }
      events.drain();
    });

    it('is verified before it is found malformed', async () => {
      await using app = await start();
      const text = { 'content-type': 'text/plain' };
      for (const [body, headers] of [
        ['{"a":', JSON_TYPE],
        [Buffer.from([0x22, 0xff, 0x22]), JSON_TYPE],
        [Buffer.from([0xff]), text],
        ['a', { 'content-type': 'text/plain; charset=klingon' }],
        ['{}', { ...JSON_TYPE, 'content-encoding': 'gzip' }],
        [gzipSync('{"a":1}').subarray(0, -9), { ...JSON_TYPE, 'content-encoding': 'gzip' }],
        ['{}', { ...JSON_TYPE, 'content-encoding': 'constructor' }],
        ['['.repeat(900) + ']'.repeat(100), JSON_TYPE],
      ] as [string | Uint8Array, Record<string, string>][]) {
        expect(await deliver(`${app.url}/hooks/any`, body, headers)).toMatchObject({ status: 401 });
        const answer = await send(`${app.url}/hooks/any`, body, headers);
        expect([answer.status, (answer.body as { code: string }).code]).toEqual([400, 'message-invalid']);
      }
      expect(app.nest.get(WebhookMetrics).count('any', 'malformed')).toBe(8);
    });

    it('is refused when it is too large: declared, streamed, or decompressed', async () => {
      await using app = await start();
      const letters = JSON.stringify('a'.repeat(5000));
      const bomb = gzipSync('a'.repeat(900_000), { level: 9 });
      expect(bomb.length).toBeLessThan(1000);
      const gzip = { 'content-type': 'text/plain', 'content-encoding': 'gzip' };
      const exact = JSON.stringify('a'.repeat(998));
      for (const [body, headers, status] of [
        [letters, JSON_TYPE, 413],
        [letters, { ...JSON_TYPE, 'transfer-encoding': 'chunked' }, 413],
        [gzipSync(letters), gzip, 413],
        [bomb, gzip, 413],
        [exact, JSON_TYPE, 200],
        [exact, { ...JSON_TYPE, 'transfer-encoding': 'chunked' }, 200],
        [`${exact} `, { ...JSON_TYPE, 'transfer-encoding': 'chunked' }, 413],
      ] as [string | Uint8Array, Record<string, string>, number][]) {
        expect(await send(`${app.url}/hooks/any`, body, headers)).toMatchObject({ status });
      }
      const { body } = await deliver(`${app.url}/hooks/any`, letters);
      expect(body).toEqual({
        statusCode: 413,
        code: 'payload-too-large',
        message: 'The body is larger than 1000 bytes.',
      });
      events.drain();
    });

    it('is there for @Body() and @RawBody() too, once it is verified', async () => {
      await using app = await start();
      const { body } = await send(`${app.url}/hooks/body`, '{"a": 1}', JSON_TYPE);
      expect(body).toEqual({ body: { a: 1 }, raw: '{"a": 1}', type: 'application/json' });
    });
  },
);
