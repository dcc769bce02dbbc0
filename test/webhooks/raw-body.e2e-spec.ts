import { Body, Controller, HttpCode, Post, RawBody, type RawBodyRequest, Req } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { hmac, type InboundWebhook, Webhook, WebhookEvent } from 'nestjs-realtime';
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
  body(@Body() body: unknown, @RawBody() rawBody: Buffer) {
    return { body, raw: rawBody.toString() };
  }

  @Post('plain')
  @HttpCode(200)
  plain(@Body() body: unknown, @Req() request: RawBodyRequest<object>) {
    return { body, raw: request.rawBody?.toString() };
  }
}

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
      [
        'a form',
        'application/x-www-form-urlencoded',
        'a=1&b=2&b=3&__proto__=4',
        JSON.parse('{"a":"1","b":["2","3"],"__proto__":"4"}'),
      ],
      ['text', 'text/plain', '{"a":1}', '{"a":1}'],
      ['XML', 'application/xml', '<a/>', '<a/>'],
      ['JSON of an unknown type', 'application/x-own', '{"a":1}', { a: 1 }],
      ['text of an unknown type', 'application/x-own', 'a', 'a'],
      ['a content type that is none', ';', '{"a":1}', { a: 1 }],
      ['no content type', undefined, '{"a":1}', { a: 1 }],
      ['nothing', 'application/json', '', undefined],
      ['nothing without a content type', undefined, '', undefined],
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
  },
);
