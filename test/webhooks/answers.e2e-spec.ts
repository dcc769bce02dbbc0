import { generateKeyPairSync } from 'node:crypto';
import { Controller, Header, HttpCode } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { verifyKey } from 'discord-interactions';
import { discord, type InboundWebhook, slack, twilio, Webhook, WebhookEvent } from 'nestjs-realtime';
import { signWebhook } from 'nestjs-realtime/testing';
import { ADAPTERS, startApp } from '../support/app.js';
import { deliver } from './deliver.js';
import { JSON_TYPE } from './hooks.js';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const discordKey = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
const schemes = {
  discord: discord({ publicKey: discordKey }),
  slack: slack({ secret: 'secret' }),
  twilio: twilio({ secret: 'secret' }),
};
const publicUrl = 'https://example.com';
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };

@Controller()
class Hooks {
  @Webhook('discord', { scheme: schemes.discord })
  @Header('X-Kitchen', 'open')
  interaction(@WebhookEvent() { data }: InboundWebhook<{ data: { name: string } }>) {
    return { type: 4, data: { content: `${data.data.name}: on its way` } };
  }

  @HttpCode(204)
  @Webhook('events', { scheme: schemes.discord })
  event() {}

  @Webhook('slack', { scheme: schemes.slack })
  @HttpCode(201)
  async command(@WebhookEvent() { type, data }: InboundWebhook<{ text: string }>) {
    return { response_type: 'in_channel', text: `${type} ${data.text}` };
  }

  @Webhook('sms', { scheme: schemes.twilio, publicUrl })
  @Header('Content-Type', 'text/xml')
  sms(@WebhookEvent() { data }: InboundWebhook<{ Body: string }>) {
    return `<Response><Message>${data.Body}</Message></Response>`;
  }
}

describe.each(ADAPTERS)('what a handler returns is the answer, on %s', (adapter) => {
  it('to a Discord interaction, and a duplicate is answered without a body', async () => {
    await using app = await startApp({ adapter, controllers: [Hooks] });
    const body = '{"type":2,"id":"1","data":{"name":"soup"}}';
    const signed = signWebhook(schemes.discord, body, { secrets: [privateKey] });
    const [signature, timestamp] = [signed['x-signature-ed25519']!, signed['x-signature-timestamp']!];
    expect(await verifyKey(body, signature, timestamp, discordKey)).toBe(true);
    const headers = { ...JSON_TYPE, ...signed };
    const answer = await deliver(`${app.url}/discord`, body, headers);
    expect([answer.status, answer.text]).toEqual([200, '{"type":4,"data":{"content":"soup: on its way"}}']);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers['x-kitchen']).toBe('open');
    const again = await deliver(`${app.url}/discord`, body, headers);
    expect(again).toMatchObject({ status: 200, text: '', headers: { 'x-kitchen': 'open' } });
  });

  it('to a Discord event, which wants none', async () => {
    await using app = await startApp({ adapter, controllers: [Hooks] });
    const body = '{"type":1,"event":{"type":"ENTITLEMENT_CREATE"}}';
    const headers = { ...JSON_TYPE, ...signWebhook(schemes.discord, body, { secrets: [privateKey] }) };
    expect(await deliver(`${app.url}/events`, body, headers)).toMatchObject({ status: 204, text: '' });
    expect((await app.bus.latest('webhooks/events'))?.type).toBe('ENTITLEMENT_CREATE');
    expect(await deliver(`${app.url}/events`, body, headers)).toMatchObject({ status: 204, text: '' });
  });

  it('to a Slack command', async () => {
    await using app = await startApp({ adapter, controllers: [Hooks] });
    const body = new URLSearchParams({ command: '/order', text: 'soup', trigger_id: '1' }).toString();
    const headers = { ...FORM_TYPE, ...signWebhook(schemes.slack, body) };
    expect(await deliver(`${app.url}/slack`, body, headers)).toMatchObject({
      status: 201,
      text: '{"response_type":"in_channel","text":"/order soup"}',
    });
    expect(await deliver(`${app.url}/slack`, body, headers)).toMatchObject({ status: 201, text: '' });
  });

  it('to a message by Twilio, in XML', async () => {
    await using app = await startApp({ adapter, controllers: [Hooks] });
    const body = 'Body=hello';
    const signed = signWebhook(schemes.twilio, body, { url: `${publicUrl}/sms` });
    const answer = await deliver(`${app.url}/sms`, body, { ...FORM_TYPE, ...signed });
    expect(answer.text).toBe('<Response><Message>hello</Message></Response>');
    expect(answer.headers['content-type']).toMatch(/^text\/xml\b/);
  });
});
