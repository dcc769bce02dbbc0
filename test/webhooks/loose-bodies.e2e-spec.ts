import { createHmac } from 'node:crypto';
import { Controller } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import {
  cloudEvents,
  gitlabToken,
  type InboundWebhook,
  mailgun,
  Webhook,
  WebhookEvent,
  type WebhookScheme,
} from 'nestjs-realtime';
import { signWebhook, webhookDelivery } from 'nestjs-realtime/testing';
import { ADAPTERS, type AdapterName, startApp } from '../support/app.js';
import { Inbox } from '../support/inbox.js';
import { deliver } from './deliver.js';
import { JSON_TYPE, startHook } from './hooks.js';

const secret = 'secret';
const schemes = {
  mailgun: mailgun({ secret }),
  gitlab: gitlabToken({ secret: 'clé' }),
  cloudEvents: cloudEvents({ secret }),
};

describe.each(ADAPTERS)('senders that do not sign the body, on %s', (adapter) => {
  it('cannot have one token used for another body: Mailgun', async () => {
    await using app = await startHook(adapter, schemes.mailgun);
    const { body } = webhookDelivery(schemes.mailgun, '{"event-data":{"event":"opened"}}', { id: 'token' });
    const send = (text: string) => deliver(app.hook, text, JSON_TYPE);
    const text = String(body);
    expect(await send(text)).toMatchObject({ status: 200 });
    expect(await app.events.next()).toMatchObject({ id: 'token', type: 'opened' });
    expect(await send(text.replace('opened', 'clicked'))).toMatchObject({ status: 200, text: '' });
    expect(await send(text.replace('"token":"token"', '"token":"tokem"'))).toMatchObject({ status: 401 });
    expect(app.metrics.count('hook', 'duplicate')).toBe(1);
    expect(app.events.size).toBe(0);
  });

  it('cannot have a token written in other characters that are signed alike: Mailgun', async () => {
    await using app = await startHook(adapter, schemes.mailgun);
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', secret).update(`${timestamp}A`).digest('hex');
    const send = (token: string) =>
      deliver(app.hook, JSON.stringify({ signature: { timestamp, token, signature } }), JSON_TYPE);
    expect(await send('\u0141')).toMatchObject({ status: 400 });
    expect(await send('A')).toMatchObject({ status: 200 });
    // What moves from the time to the token is signed alike as well.
    const shifted = { timestamp: timestamp.slice(0, -1), token: `${timestamp.at(-1)}A`, signature };
    expect(await deliver(app.hook, JSON.stringify({ signature: shifted }), JSON_TYPE)).toMatchObject({
      status: 401,
    });
    expect(app.events.size).toBe(1);
  });

  it('are answered whatever the body is: Mailgun', async () => {
    await using app = await startHook(adapter, schemes.mailgun);
    const signature = 'a'.repeat(64);
    for (const body of [
      '',
      'null',
      '1',
      '"a"',
      '[]',
      '{}',
      '{"signature":null}',
      '{"signature":"a"}',
      '{"signature":[]}',
      '{"__proto__":{"signature":"a"}}',
      JSON.stringify({ signature: { signature: {} } }),
      JSON.stringify({ signature: { signature: 1, token: 1, timestamp: 1 } }),
      JSON.stringify({ signature: { signature, token: {}, timestamp: '1' } }),
      JSON.stringify({ signature: { signature, token: 'a' } }),
      JSON.stringify({ signature: { signature, token: 'a', timestamp: '1x' } }),
      JSON.stringify({ signature: { signature: 'é'.repeat(64), token: 'a', timestamp: '1' } }),
      '{"signature":',
      '['.repeat(100_000),
    ]) {
      const { status } = await deliver(app.hook, body, JSON_TYPE);
      expect([body.slice(0, 60), [400, 401]]).toEqual([body.slice(0, 60), expect.arrayContaining([status])]);
    }
    expect(app.events.size).toBe(0);
  });

  it('are known by their ids, else by the body: GitLab tokens', async () => {
    await using app = await startHook(adapter, schemes.gitlab);
    const send = (body: string, id?: string) => {
      const { 'idempotency-key': _random, ...token } = signWebhook(schemes.gitlab, body);
      return deliver(app.hook, body, { ...JSON_TYPE, ...token, ...(id && { 'idempotency-key': id }) });
    };
    for (const [body, id] of [
      ['{"a":1}', '1'],
      ['{"a":1}', '2'],
      ['{"a":1}', undefined],
      ['{"a":2}', undefined],
    ] as const) {
      expect(await send(body, id)).toMatchObject({ status: 200 });
      expect(await send(body, id)).toMatchObject({ status: 200 });
    }
    expect([app.metrics.count('hook', 'handled'), app.metrics.count('hook', 'duplicate')]).toEqual([4, 4]);
  });

  it('do not leave their token in the log: GitLab tokens', async () => {
    await using app = await startAccepting(adapter, schemes.gitlab);
    const body = '{"object_kind":"push"}';
    const headers = { ...JSON_TYPE, ...signWebhook(schemes.gitlab, body) };
    expect(await deliver(`${app.url}/hook`, body, headers)).toMatchObject({ status: 202 });
    const event = await app.events.next();
    expect(event.headers['content-type']).toBe('application/json');
    expect(event.headers['x-gitlab-token']).toBeUndefined();
    const stored = await app.bus.read('realtime/webhooks/hook', { since: 'earliest' });
    expect(stored.events).toHaveLength(1);
    expect(JSON.stringify(stored)).not.toContain('x-gitlab-token');
  });

  it('may put an event into headers, or into the body, or several: CloudEvents', async () => {
    await using app = await startHook(adapter, schemes.cloudEvents);
    const authorization = `Bearer ${secret}`;
    const binary = {
      'ce-id': '1',
      'ce-source': '/kitchen',
      'ce-type': 'order.ready',
      'ce-specversion': '1.0',
    };
    const body = '{"id":"9","source":"/guest","type":"order.made"}';
    for (const [headers, text, id, type] of [
      [{ ...JSON_TYPE, ...binary }, body, '/kitchen 1', 'order.ready'],
      [{ 'content-type': 'application/cloudevents+json' }, body, '/guest 9', 'order.made'],
      [{ ...JSON_TYPE, ...binary, 'ce-source': '/guest' }, '{}', '/guest 1', 'order.ready'],
    ] as const) {
      expect(await deliver(app.hook, text, { ...headers, authorization })).toMatchObject({ status: 200 });
      expect(await app.events.next()).toMatchObject({ id, type, data: JSON.parse(text) });
    }
    const batch = { 'content-type': 'application/cloudevents-batch+json', authorization };
    expect(await deliver(app.hook, `[${body}]`, batch)).toMatchObject({ status: 200 });
    expect(await app.events.next()).toMatchObject({ type: 'message', data: [JSON.parse(body)] });
    expect(await deliver(app.hook, `[${body}]`, batch)).toMatchObject({ status: 200 });
    for (const wrong of [
      secret,
      `bearer ${secret}`,
      `Bearer  ${secret}`,
      `Bearer ${secret}x`,
      'Bearer',
      '',
    ]) {
      const headers = { ...JSON_TYPE, ...binary, authorization: wrong };
      expect([wrong, (await deliver(app.hook, body, headers)).status]).toEqual([wrong, 401]);
    }
    expect(app.events.size).toBe(0);
  });
});

/** An application that handles what it accepted later, and what came in. */
async function startAccepting(adapter: AdapterName, scheme: WebhookScheme) {
  const events = new Inbox<InboundWebhook>();
  @Controller()
  class Hook {
    @Webhook('hook', { scheme, ack: 'accepted' })
    hook(@WebhookEvent() event: InboundWebhook) {
      events.push(event);
    }
  }
  const app = await startApp({ adapter, controllers: [Hook] });
  return Object.assign(app, { events });
}
